#!/usr/bin/env bash
# Installs what the tests need where it may, says what is left out and why, and runs them: most of them two
# at a time, then those that want the machine for themselves. Arguments are pytest's, and hold for both.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v chromium >/dev/null || missing+=(chromium)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
command -v redis-server >/dev/null || missing+=(redis-server)
command -v janus >/dev/null || missing+=(janus)
command -v turnserver >/dev/null || missing+=(coturn)
command -v clamd >/dev/null || [ -x /usr/sbin/clamd ] || missing+=(clamav-daemon)
if [ "$(id -u)" = 0 ]; then # only root may join network namespaces by emulated links
  command -v ip >/dev/null || missing+=(iproute2)
  [ -c /dev/net/tun ] || echo "Tests of calls over bad links are left out: no /dev/net/tun here"
else
  echo "Tests of calls over bad links are left out: they need root"
fi
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Debian packages: ${missing[*]}"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
    >/dev/null || { [ "${CI:-}" != true ] || exit 1; }
elif [ ${#missing[@]} -gt 0 ]; then
  echo "Tests that need ${missing[*]} are left out: run as root once, or apt install ${missing[*]}"
  [ "${CI:-}" != true ] || { echo "CI=true: nothing may be left out"; exit 1; }
fi

bash scripts/bootstrap.sh dev

# run OPTIONS…: sets `code`, and `said` to pytest's last line.
shown=$(mktemp)
trap 'rm -f "$shown"' EXIT
run() {
  .venv/bin/python -m pytest "$@" | tee "$shown" && code=0 || code=$?
  said=$(tail -n 1 "$shown")
}

trap 'exit 130' INT
[ ! -t 1 ] || set -- --color=yes "$@"
run --machine shared -n 2 "$@"; together=$code two_at_a_time=$said
run --machine alone "$@"
echo "Two at a time: $two_at_a_time. One at a time: $said."
nothing=5 # pytest's word for no test asked for; for one of the two that is no failure
[ "$together" != $nothing ] || exit "$code"
[ "$code" != $nothing ] || exit "$together"
exit $((together > code ? together : code))
