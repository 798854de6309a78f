# Every target sets up what it needs in .venv by itself. `make` alone lists them.

PYTHON ?= python3
WORKERS ?= 2
STUDY_INSTANCES ?= 1000
FUZZ_EXAMPLES ?= 70
FUZZ_RUNS ?= 20000
IMPORTERS := ocds eforms ted jobtech-ads jobtech-taxonomy workbook table document
PIP_OF_FUZZ = $(PYTHON) -m pip install -qq --disable-pip-version-check --no-deps --upgrade --target build/fuzz atheris==3.0.0
PYTEST_ARGS ?=
PAGES ?=
CHANGES ?= 400
SEED ?= 1

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv

# The stamps carry a checksum of what was installed: a changed lock or pyproject.toml sets up again, anything else does not.
RUNTIME_KEY := $(word 1,$(shell cat pyproject.toml requirements-bootstrap.lock requirements.lock | cksum))
DEV_KEY := $(word 1,$(shell cat pyproject.toml requirements-bootstrap.lock requirements-dev.lock | cksum))
VENV_READY := $(VENV)/ready-bootstrap-$(word 1,$(shell cksum < requirements-bootstrap.lock))
RUNTIME_READY := $(VENV)/ready-runtime-$(RUNTIME_KEY)
DEV_READY := $(VENV)/ready-dev-$(DEV_KEY)

# The folders that exist: the API and the benchmarks join the checks in the commit that creates them.
TYPED := $(wildcard src/matcher api/matcher_api)
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo serve test test-long trust trust-long lint studies screenshots bench api-fuzz api-client load load-memory fuzz bench-guard mutation docs sbom lock venv clean distclean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(RUNTIME_READY) ## solve and explain a whole city's case (installs what running needs, no more)
	@$(BIN)/matcher demo

serve: $(DEV_READY) ## the pages for staff and the HTTP interface at http://127.0.0.1:8000, with an invented city
	@$(BIN)/matcher serve

# Tests start some hundred processes. Where the shell says that compiled modules are not to be kept, each of them would
# compile all that it loads anew, for a second or more.
test test-long trust trust-long studies: export PYTHONDONTWRITEBYTECODE :=

test: $(DEV_READY) ## all tests, with branch coverage of all but the slow and the repeated ones; PYTEST_ARGS="-k word" narrows, WORKERS=0 runs in one process
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --benchmark-disable --durations=15 \
		--cov --cov-branch --cov-report=term $(PYTEST_ARGS)

test-long: $(DEV_READY) ## all tests, each comparison with an oracle in its full number (`make test` tries a part); half an hour or more
	TESTS=long nice -n 5 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --benchmark-disable $(PYTEST_ARGS)

trust: $(DEV_READY) ## faults, attackers, proofs: a short form of every trial in less than half an hour, and a table of figures
	nice -n 5 $(BIN)/python -m tests.trust --workers $(WORKERS)

trust-long: $(DEV_READY) ## what is missing of every trial's full number (docs/trust.md), stored portion by portion
	nice -n 10 $(BIN)/python -m tests.trust --full --store --workers $(WORKERS)

lint: $(DEV_READY) ## style, formatting, types and who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(TYPED)
	$(BIN)/lint-imports --no-cache
	$(if $(wildcard api/matcher_api/__init__.py),$(BIN)/lint-imports --no-cache --config api/importlinter.toml)

studies: $(DEV_READY) ## compare every what-if answer with brute force on STUDY_INSTANCES random problems (1 000)
	STUDY_INSTANCES=$(STUDY_INSTANCES) $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q tests/whatif \
		-k "trying_all_plans or oracles"

screenshots: $(DEV_READY) ## every page in both languages at three widths, with the system's Chromium, into docs/images/pages; PAGES="run plan" renews these alone
	nice -n 10 $(BIN)/python -m tests.browser.screenshots docs/images/pages $(PAGES)

bench: $(DEV_READY) ## measure every method on every instance, store the results and renew docs/benchmarking.md
	$(BIN)/python -m benchmarks --store
	$(BIN)/python -m benchmarks report

api-fuzz: $(DEV_READY) ## FUZZ_EXAMPLES (70) random requests to every address for each role, some 20 000: no 5xx, nothing undocumented
	FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) nice -n 10 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q tests/api/test_fuzz.py

api-client: $(DEV_READY) ## generate a client from the description with openapi-python-client: does it complete a small day?
	$(UV) venv --quiet --clear --python $(BIN)/python build/client-venv
	$(UV) pip install --quiet --python build/client-venv/bin/python openapi-python-client==0.29.1
	CLIENT_VENV=build/client-venv $(BIN)/python -m pytest -n 0 -q tests/api/test_generated_client.py

load: $(DEV_READY) ## suggestions and lists of a city at 50 requests a second: how long do the answers take?
	nice -n 5 $(BIN)/python -m benchmarks.load

load-memory: $(DEV_READY) ## half an hour of pages and requests on a city, stored: does the service's memory stay as it is?
	nice -n 5 $(BIN)/python -m benchmarks.load memory --store

fuzz: $(DEV_READY) ## every importer under a coverage-guided fuzzer (atheris): FUZZ_RUNS (20 000) each, stored in docs/trust.md
	$(PIP_OF_FUZZ)
	nice -n 10 $(BIN)/python -m tests.trust $(addprefix fuzz-,$(IMPORTERS)) --count $(FUZZ_RUNS) --store

bench-guard: $(DEV_READY) ## fail when a measured phase has become slower than its limit
	$(BIN)/python -m benchmarks guard

mutation: $(DEV_READY) ## change the checker at CHANGES (400) places drawn with SEED (1): does a test notice? Ended with Ctrl-C, it tells of those tried
	nice -n 19 $(BIN)/python -m tests.mutation --changes $(CHANGES) --seed $(SEED)

docs: $(DEV_READY) ## build the documentation into site/
	$(BIN)/zensical build --clean

sbom: $(DEV_READY) ## what a server installs, as a CycloneDX document: build/sbom.cdx.json
	@mkdir -p build
	$(BIN)/python -m tests.sbom > build/sbom.cdx.json

lock: $(VENV_READY) ## renew the lock files from pyproject.toml (hashes, no addresses)
	$(LOCK) --upgrade pyproject.toml -o requirements.lock
	$(LOCK) --upgrade pyproject.toml --extra service --extra postgres --extra dask --group dev -c requirements.lock -o requirements-dev.lock
	$(LOCK) pyproject.toml --extra service --extra postgres -c requirements-dev.lock -o requirements-service.lock
	$(LOCK) --upgrade --group bootstrap -c requirements-dev.lock -o requirements-bootstrap.lock
	@if grep -nE '://|^ *--(index|extra-index|find-links)' requirements*.lock; then \
		echo 'A lock file records a download address; it must not.' >&2; exit 1; fi

venv: $(DEV_READY) ## set up .venv for development

clean: ## remove what builds, tests and checks leave behind
	rm -rf build dist site mutants .cache .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
	find src api tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

distclean: clean ## clean, and remove .venv too
	rm -rf $(VENV)

# uv is fast, but does not read pip's configuration: behind a mirror that only pip knows, pip does the same work.
define install
	@echo 'Setting up $(VENV) from $(1) ...' >&2
	@rm -f $(VENV)/ready-runtime-* $(VENV)/ready-dev-*
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $(1) \
		|| { $(BIN)/python -m ensurepip >/dev/null && $(PIP_IN_VENV) -r $(1); }
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --offline --editable .
endef

PIP_OPTIONS := -qq --disable-pip-version-check --no-input
PIP_IN_VENV := $(BIN)/python -m pip $(PIP_OPTIONS) install --require-hashes

$(RUNTIME_READY): $(VENV_READY)
	$(call install,requirements.lock)
	@touch $@

$(DEV_READY): $(VENV_READY)
	$(call install,requirements-dev.lock)
	@touch $@ $(RUNTIME_READY)

$(VENV_READY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'Matcher needs Python 3.11 or newer, and "$(PYTHON)" is'" $$($(PYTHON) --version 2>/dev/null || echo not there)."\
			'Install one and name it: make PYTHON=python3.12 <target>.' >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo 'Installing python3-venv, which "$(PYTHON)" lacks ...' >&2; \
			apt-get update -qq && apt-get install -qq -y python3-venv >/dev/null; fi; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo 'Matcher needs Python with venv and ensurepip, which "$(PYTHON)" lacks.' \
			'Install them (Debian, Ubuntu: sudo apt-get install python3-venv) and run make again.' >&2; exit 1; }
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear --without-pip $(VENV)
	@rm -f $(VENV)/ready-*
	@# A pip of its own costs a new environment five seconds: the interpreter's pip serves, where there is one.
	@$(PYTHON) -m pip $(PIP_OPTIONS) --python $(BIN)/python install --require-hashes -r requirements-bootstrap.lock \
		2>/dev/null || { $(BIN)/python -m ensurepip >/dev/null && $(PIP_IN_VENV) -r requirements-bootstrap.lock; }
	@touch $@
