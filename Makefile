# The verbs of this project. `make help` lists them.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: help setup demo play check tools browser test quick bench gen pictures clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/'

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: apt install python3 python3-venv"; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv is missing: apt install python3-venv"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(VENV)/.ready  ## a virtual environment with everything pinned

check: setup tools  ## format, lint, types, import contracts, workflows, generated files, policies
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/zizmor --offline --quiet .github/workflows examples/platform/.github/workflows
	@if [ -x .tools/actionlint ]; then .tools/actionlint .github/workflows/*.yml && echo "actionlint: clean"; else echo "SKIPPED: actionlint (no Go toolchain to install it with)"; fi
	$(BIN)/modwright policy test
	$(BIN)/modwright codegen check --root examples/platform
	$(BIN)/python -m pytest -q tests/docs

# actionlint comes from the Go module proxy, pinned; without Go the check is left out and says so.
tools: .tools/actionlint-1.7.12
.tools/actionlint-1.7.12:
	@mkdir -p .tools
	@if command -v go >/dev/null; then GOBIN=$(CURDIR)/.tools GOFLAGS=-mod=mod go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12 || echo "actionlint could not be installed"; fi
	@touch $@

browser:  ## Debian's Chromium for the tests in a browser, where there is none and it may be installed
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  { apt-get install -y -q chromium >/dev/null 2>&1 || { apt-get update -q && apt-get install -y -q chromium; } >/dev/null 2>&1; }; \
	} || echo "SKIPPED: no Chromium, and it cannot be installed here: apt install chromium"

test: setup  ## every test
	$(BIN)/python -m pytest -q

# On another Python: `make quick PYTHON=python3.13 VENV=.venv-3.13`.
quick: setup  ## the tests that take no more than a few seconds each
	$(BIN)/python -m pytest -q -m "not slow"

bench: setup  ## the figures that the project promises, printed with how they were taken
	@$(BIN)/python -m bench

gen: setup  ## writes every generated file anew: the pinned dependencies' list is made with `uv`
	$(BIN)/modwright codegen apply --root examples/platform
	$(BIN)/python -m tests.docs.commands_page
	$(BIN)/python -m tests.docs.openapi_page

clean:  ## removes the environment and caches
	rm -rf $(VENV) .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

demo: $(VENV)/.ready  ## the whole way of a change, failure and rollback included, each step checked
	@$(BIN)/modwright demo run

play: $(VENV)/.ready  ## the same parts left running for you; ended by: modwright demo down
	@$(BIN)/modwright demo up

pictures: $(VENV)/.ready browser  ## the guides' pictures, taken anew in Chromium
	@$(BIN)/modwright demo pictures --into docs/guides/pictures
