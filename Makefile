SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test test-long lint format bench bench-network bad-inputs pictures room-pictures translations lock clean

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

run: ## install what is missing, migrate, load the demo, serve http://127.0.0.1:5000
	@bash scripts/bootstrap.sh
	@exec .venv/bin/python scripts/run.py

test: ## run all tests, installing what they need; ARGS="-k name" narrows them
	@bash scripts/test.sh $(ARGS)

test-long: ## run the tests that take long, left out of `make test`
	@bash scripts/test.sh -m long $(ARGS)

lint: ## check the form of Python, templates and JavaScript
	@bash scripts/lint.sh

format: ## put the Python code into its form
	@bash scripts/bootstrap.sh dev
	@.venv/bin/ruff check --quiet --fix . ; .venv/bin/ruff format --quiet .

bench: ## measure; figures go to bench/results
	@bash scripts/bootstrap.sh dev
	@.venv/bin/python -m bench $(ARGS)

bench-network: ## measure calls over bad links, as root; ARGS="20k-5 --runs 1" for less than all
	@bash scripts/bootstrap.sh dev
	@.venv/bin/python -m bench.network $(ARGS)

bad-inputs: ## send every bad input of the table, and write docs/bad-inputs.md
	@bash scripts/bootstrap.sh dev
	@.venv/bin/python -m tests.bad_inputs

pictures: ## take pictures of each step of the citizen; DESIGN=folder puts the design's beside them
	@bash scripts/bootstrap.sh dev
	@.venv/bin/python -m bench.pictures $(if $(DESIGN),--design $(DESIGN)) $(ARGS)

room-pictures: ## take pictures of the room in each of its modes, and of the desk; DESIGN=folder as above
	@bash scripts/bootstrap.sh dev
	@.venv/bin/python -m bench.room_pictures $(if $(DESIGN),--design $(DESIGN)) $(ARGS)

translations: ## gather the texts again and update the English catalogue
	@bash scripts/bootstrap.sh dev
	@.venv/bin/pybabel -q extract -F babel.cfg -k _l -k N_ -k InvalidInput:1 -k Conflict:1 -k NotFound:1 -k NotAllowed:1 -k TooMany:1 --no-location --sort-output --omit-header -o /tmp/messages.pot .
	@.venv/bin/pybabel -q update -i /tmp/messages.pot -d webapp/translations -l en --no-fuzzy-matching --ignore-pot-creation-date
	@.venv/bin/pybabel -q compile -d webapp/translations

lock: ## pin the newest versions of all packages, with hashes
	@bash scripts/bootstrap.sh
	@.venv/bin/python -m pip install --quiet uv
	@for f in requirements requirements-dev; do .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate $$f.in -o $$f.txt || exit 1; done

clean: ## remove what was made here, but never instance/
	@rm -rf .venv node_modules webapp/static/vendor .pytest_cache .mypy_cache .ruff_cache tests/.artefacts
