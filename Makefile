# Python 3.11 or newer, make and git are all that `make run` needs. `make` alone lists the targets.

SHELL := /bin/sh
VENV := .venv
TEST := .venv-test
OLD := .venv-old-openai
NODE := .venv-node-openai
TYPESCRIPT := $(TEST)/typescript
TYPESCRIPT_VERSION := 7.0.2
LOCK := constraints.txt
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: python help run test check test-tools chromium test-slow compatibility train-smoke lock tree clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.installed ## install into .venv and serve on the URL that is printed
	@$(VENV)/bin/sfumato serve

test: test-tools chromium ## install what the tests need, then the whole gate (all tests but `slow`)
	@PATH="$(CURDIR)/$(TEST)/bin:$$PATH" TSC="$(CURDIR)/$(TYPESCRIPT)/node_modules/.bin/tsc" scripts/check

check: test-tools ## the gate without its tests: format, lint, types, import direction, sizes
	@PATH="$(CURDIR)/$(TEST)/bin:$$PATH" TSC="$(CURDIR)/$(TYPESCRIPT)/node_modules/.bin/tsc" \
		scripts/check format lint types studio repository

test-slow: test-tools chromium ## the tests marked slow; see docs/evidence/ for their last output
	@$(TEST)/bin/python -m pytest -m slow

compatibility: test-tools ## run the contract tests and rewrite the tables of docs/compatibility.md
	@$(TEST)/bin/python -m pytest tests/contract -o junit_family=xunit1 --junitxml=$(TEST)/contract.xml
	@$(TEST)/bin/python -m tests.contract.table $(TEST)/contract.xml

train-smoke: test-tools ## packages → assets → training → release → served snapshot, at toy size
	@$(TEST)/bin/python -m sfumato.training.smoke

lock: ## write constraints.txt anew from the newest allowed versions
	@PYTHON="$(PYTHON)" scripts/lock

tree: ## rewrite the file tree in README.md
	@$(PYTHON) scripts/tree.py

clean: ## remove what make installed and what tools cached
	rm -rf $(VENV) $(TEST) $(OLD) $(NODE) .mypy_cache .ruff_cache .pytest_cache .hypothesis

# --- what the targets stand on ---------------------------------------------------------------

python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or newer is needed and was not found; set PYTHON=/path/to/python3." >&2; exit 1; fi

$(VENV)/.installed: pyproject.toml $(LOCK) | python
	@echo "Installing Sfumato into $(VENV) (once; no model is downloaded) …"
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian: apt install python3-venv" >&2; exit 1; }
	@$(VENV)/bin/python -m pip install --quiet --constraint $(LOCK) --editable .
	@touch $@

# torch comes pinned and in the same call, so that no other package can bring a newer one.
$(TEST)/.installed: pyproject.toml $(LOCK) | python
	@echo "Installing the test tools into $(TEST) (once) …"
	@$(PYTHON) -m venv $(TEST) || { echo "On Debian: apt install python3-venv" >&2; exit 1; }
	@$(TEST)/bin/python -m pip install --quiet --constraint $(LOCK) --editable '.[test,train]' torch==2.13.0
	@touch $@

# The contract tests also run with the client of a year ago, which needs its own environment.
$(OLD)/.installed: tests/contract/old_client/requirements.txt | python
	@$(PYTHON) -m venv $(OLD)
	@$(OLD)/bin/python -m pip install --quiet --requirement $<
	@touch $@

# … and with the clients for Node, the newest and the one of a year ago.
$(NODE)/%/.installed: tests/contract/node_client/%/package.json
	@if command -v npm >/dev/null; then \
		mkdir -p $(@D) && cp $< $(@D) && cd $(@D) \
		&& npm install --silent --no-save --no-audit --no-fund --no-package-lock && touch .installed; \
	else echo "npm was not found: the clients for Node stay untested. Install Node.js." >&2; fi

$(TYPESCRIPT)/.installed: Makefile $(TEST)/.installed
	@if command -v npm >/dev/null; then \
		npm install --silent --no-save --prefix $(TYPESCRIPT) typescript@$(TYPESCRIPT_VERSION) && touch $@; \
	else echo "npm was not found: the Studio's types stay unchecked. Install Node.js." >&2; fi

test-tools: $(TEST)/.installed $(OLD)/.installed $(TYPESCRIPT)/.installed \
	$(NODE)/newest/.installed $(NODE)/a-year-ago/.installed

chromium: ## install the browser of the Studio's tests, or say what is missing
	@scripts/need-chromium
