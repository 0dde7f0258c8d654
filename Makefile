# Every target works on a machine with git, make and Python 3.11 or newer.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

.DEFAULT_GOAL := help
.PHONY: help site author serve check test lint types fmt browser render schemas clean locks workflows

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

# One virtual environment serves all targets; it is made anew when a lock changes.
$(VENV)/.site: requirements/site.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/site.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.authoring: requirements/authoring.txt $(VENV)/.site
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/authoring.txt
	touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.site
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@

site: $(VENV)/.site ## build the site in site/
	$(BIN)/briefing build

serve: $(VENV)/.authoring ## preview that reloads on a change, at http://127.0.0.1:8000/
	$(BIN)/briefing serve

author: $(VENV)/.authoring ## install what reads saved articles and citations
	@echo "Now: . $(BIN)/activate, and briefing --help"

check: $(VENV)/.site ## say what is wrong in briefs/
	$(BIN)/briefing check $(CHECK)

schemas: $(VENV)/.site ## make the tracked schemas, editor settings and issue form anew
	$(BIN)/python -m briefing.authoring.generated

render: $(VENV)/.site ## write the plain Markdown project to build/rendered
	$(BIN)/briefing render --out build/rendered

browser: $(VENV)/.dev ## find Chromium, or install it
	@if command -v chromium chromium-browser google-chrome >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; \
	else $(BIN)/playwright install chromium; fi

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

fmt: $(VENV)/.dev ## format the Python code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: $(VENV)/.dev browser lint types ## lint, types and all tests
	$(BIN)/pytest -n auto $(PYTEST)

workflows: $(VENV)/.dev ## check the GitHub workflows
	$(BIN)/zizmor --offline --quiet .github/workflows

locks: ## make requirements/*.txt anew (needs uv)
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --group build pyproject.toml -o requirements/site.txt
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --group dev -c requirements/site.txt pyproject.toml -o requirements/dev.txt
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra authoring -c requirements/dev.txt pyproject.toml -o requirements/authoring.txt

clean: ## remove what was made, but not the environment
	rm -rf site build .pytest_cache .mypy_cache .ruff_cache
