# Every target works on a machine with git, make and Python 3.11 or newer.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The project of briefs: this one, or another that uses the program from here.
PROJECT ?= .
RUN = cd $(PROJECT) && $(CURDIR)/$(BIN)/briefing
# The commit with which changes are compared.
BASE ?= origin/main
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

.DEFAULT_GOAL := help
.PHONY: help site site-zensical author serve check test bench test-zensical lint types fmt browser render schemas clean locks workflows
.PHONY: verify reproduce
.PHONY: layout changes pictures zip headers fresh audit sbom dist release links resume-links propose-links

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

# One virtual environment serves all targets; it is made anew when a lock changes.
$(VENV)/.site: requirements/site.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/site.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# What is needed beside the site, a lock for each.
$(VENV)/.authoring $(VENV)/.dev $(VENV)/.links $(VENV)/.supply $(VENV)/.zensical: $(VENV)/.%: requirements/%.txt $(VENV)/.site
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

$(VENV)/.bench: requirements/bench.txt $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

site: $(VENV)/.site ## build the site in site/
	$(RUN) build

site-zensical: $(VENV)/.zensical ## build the same site with Zensical
	$(RUN) build --engine zensical

verify: $(VENV)/.site ## look over the built site: whole, and every link leads somewhere
	$(RUN) verify $(SITE)

# Two places, seeds, time zones, locales, dates, umasks: the bytes are the same, or make says where not.
TWICE := $(CURDIR)/build/reproduce
reproduce: $(VENV)/.site ## build twice, as differently as can be, and compare every byte
	rm -rf "$(TWICE)" && mkdir -p "$(TWICE)/another place"
	cd $(PROJECT) && git ls-files -z --cached --others --exclude-standard | \
	  tar --null --ignore-failed-read -cf - -T - | tar -xf - -C "$(TWICE)/another place"
	cd $(PROJECT) && env PYTHONHASHSEED=1 TZ=America/Los_Angeles LC_ALL=C SOURCE_DATE_EPOCH=1 \
	  $(CURDIR)/$(BIN)/briefing build --site-dir "$(TWICE)/one"
	cd "$(TWICE)/another place" && umask 077 && env PYTHONHASHSEED=2 TZ=Pacific/Kiritimati LC_ALL=C.UTF-8 \
	  $(CURDIR)/$(BIN)/briefing build --site-dir "$(TWICE)/two"
	$(BIN)/briefing verify "$(TWICE)/one" --same-as "$(TWICE)/two"

serve: $(VENV)/.authoring ## preview that reloads on a change, at http://127.0.0.1:8000/
	$(BIN)/briefing serve

author: $(VENV)/.authoring ## install what reads saved articles and citations
	@echo "Now: . $(BIN)/activate, and briefing --help"

check: $(VENV)/.site ## say what is wrong in briefs/
	$(RUN) check $(CHECK)

layout: $(VENV)/.site ## do the briefs that changed since BASE have the layout that `briefing fmt` gives?
	cd $(PROJECT) && git diff -z --relative --name-only --diff-filter=d $(BASE) -- 'briefs/*.yml' | \
	  xargs -0 -r $(CURDIR)/$(BIN)/briefing fmt --check --

changes: $(VENV)/.site ## tell what readers would see changed since BASE
	@$(RUN) changes --against $(BASE) >> $(or $(SUMMARY),/dev/stdout)

pictures: browser ## take pictures of the pages that read otherwise than at BASE
	$(RUN) pictures --against $(BASE)

zip: $(VENV)/.site ## write a copy of the built site that works from a disk
	$(RUN) zip --out $(or $(ZIP),build/site.zip)

headers: $(VENV)/.site ## write response headers for other hosts, from the built site
	$(RUN) headers --out build/headers/_headers
	$(RUN) headers --style nginx --out build/headers/nginx.conf

fresh: $(VENV)/.site ## is the site at SITE_URL as new as the record?
	$(RUN) fresh $(FRESH) "$(SITE_URL)"

schemas: $(VENV)/.site ## make the tracked schemas, editor settings and issue form anew
	$(BIN)/python -m briefing.authoring.generated
	cp docs/how-to-read.md scripts/briefing/hosting/starter/docs/how-to-read.md

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

test-zensical: $(VENV)/.dev browser ## the browser tests, on the site that Zensical builds
	BRIEFING_TEST_ENGINE=zensical $(BIN)/pytest -n auto $(PYTEST) tests/test_site.py tests/test_search.py tests/test_site_citing.py tests/test_access.py tests/test_csp.py

SIZES ?= 100 1000 5000 10000
bench: $(VENV)/.bench browser ## measure builds of several sizes beside other builders; takes hours
	$(BIN)/python -m bench --sizes "$(SIZES)" $(BENCH)

workflows: $(VENV)/.dev ## check the GitHub workflows
	$(BIN)/zizmor --offline --quiet .github/workflows .github/dependabot.yml
	@if command -v actionlint >/dev/null 2>&1; then actionlint; else echo "actionlint is not installed: only zizmor has looked"; fi

# The database of known faults. Where it cannot be reached, nothing is audited, and a workflow fails.
ADVISORIES := api.osv.dev
audit: $(VENV)/.supply ## look for known faults in what the locks name
	@if $(BIN)/python -c 'import socket; socket.create_connection(("$(ADVISORIES)", 443), 10).close()' 2>/dev/null; then \
	  $(BIN)/pip-audit --strict --vulnerability-service osv --disable-pip --require-hashes --progress-spinner off \
	    $(patsubst %,--requirement %,$(wildcard requirements/*.txt)); \
	else echo "$(ADVISORIES) cannot be reached from here: nothing was audited"; test -z "$${GITHUB_ACTIONS:-}"; fi

sbom: $(VENV)/.supply ## write what a release consists of, as CycloneDX, to build/briefing.cdx.json
	mkdir -p build
	$(BIN)/cyclonedx-py requirements requirements/site.txt --pyproject pyproject.toml --mc-type application \
	  --output-reproducible --output-file build/briefing.cdx.json

dist: sbom ## build the package, its bill of materials and the sums of both in dist/
	rm -rf dist
	$(BIN)/hatchling build -d dist
	cp build/briefing.cdx.json dist/
	cd dist && sha256sum -- * > SHA256SUMS

release: ## publish what is in dist/ under the tag TAG (needs gh)
	gh release create "$(TAG)" dist/* --verify-tag --title "$(TAG)" --notes "What has changed stands in CHANGELOG.md."

# Exit code 1 says that some document is dead, which is no fault of this machine: the texts in build/links
# say which. Without a network it is 3, and make fails.
links: $(VENV)/.links ## ask the sources' addresses whether they still answer; LINKS="--limit 50"
	$(RUN) links --max-minutes 60 --issues build/links --summary build/links/summary.txt \
	  $(if $(GITHUB_REPOSITORY),--contact "$(GITHUB_SERVER_URL)/$(GITHUB_REPOSITORY)") $(LINKS) || test $$? = 1

resume-links: $(VENV)/.site ## take up the states of an open proposal (needs gh)
	$(RUN) propose links.jsonl --branch links/state --resume

propose-links: $(VENV)/.site ## propose the links' new states, and open an issue for each dead source (needs gh)
	$(RUN) propose links.jsonl --branch links/state --title "State of the links" \
	  --body "What the weekly look at the sources' addresses found. Each dead source has an issue." --issues $(or $(ISSUES),build/links)

COMPILE := uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make locks"
locks: ## make requirements/*.txt anew (needs uv)
	$(COMPILE) --group build pyproject.toml -o requirements/site.txt
	$(COMPILE) --group dev -c requirements/site.txt pyproject.toml -o requirements/dev.txt
	$(COMPILE) --extra authoring -c requirements/dev.txt pyproject.toml -o requirements/authoring.txt
	$(COMPILE) --extra links -c requirements/dev.txt pyproject.toml -o requirements/links.txt
	$(COMPILE) --extra zensical -c requirements/dev.txt pyproject.toml -o requirements/zensical.txt
	$(COMPILE) --group supply -c requirements/dev.txt pyproject.toml -o requirements/supply.txt
	$(COMPILE) --group bench -c requirements/dev.txt -o requirements/bench.txt

clean: ## remove what was made, but not the environment
	rm -rf site build .pytest_cache .mypy_cache .ruff_cache
