# Everything one does here. `make` alone lists it. Needs make and Python 3.11 or later, nothing else;
# Node.js and Chromium only for the tests that drive a browser.

PYTHON ?= python3
# Some tests wait for something rather than work, so a core does more than one.
JOBS ?= $(shell $(PYTHON) -c "import os; print((os.cpu_count() or 1) + 2)")
BIN := .venv/bin
PO := $(wildcard translations/*/LC_MESSAGES/messages.po)
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-build \
	--no-emit-index-url --custom-compile-command "make lock" $(ARGS)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help run demo test check lint format bench screenshots papers setup setup-dev translations node lock clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

run: setup ## Start a try-out instance: public door on port 8000, desk on port 8001
	$(BIN)/liemchinh run

demo: setup ## The same, with made-up cases and reviewers
	$(BIN)/liemchinh run --demo

test: setup-dev node ## Run the tests (ARGS="tests/crypto -k receipt" runs some of them)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: lint test ## Everything that must pass before a commit

lint: setup-dev ## Style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports

format: setup-dev ## Rewrite the sources in the style of the house
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup-dev ## Measure (ONLY=upload for one row); writes bench/results.json
	$(BIN)/python -m bench $(ONLY)

screenshots: setup-dev ## Take the pictures of the README again
	LIEMCHINH_SCREENSHOTS=docs/images $(BIN)/python -m pytest tests/journeys -k screenshot

papers: setup ## Write again what docs/ takes from code and pack: schema, states, list of duties
	$(BIN)/liemchinh policy schema > docs/pack.schema.json
	$(BIN)/liemchinh policy states > docs/states.md
	$(BIN)/liemchinh policy duties policy/packs/cat-hai > docs/vi/nhiem-vu.md

setup: .venv/.run translations ## Make .venv with what the running system needs

setup-dev: .venv/.dev translations ## Make .venv with what the tests need as well

translations: $(PO:.po=.mo) ## Compile the words of the other languages

node: ## Get what the browser tests need from npm, where npm is installed
	@if command -v npm > /dev/null; then $(MAKE) --no-print-directory node_modules/.stamp; \
	else echo "npm is missing: tests that need it will be skipped"; fi

lock: .venv/.dev ## Lock again what requirements/*.in ask for (ARGS=--upgrade for newer versions)
	$(LOCK) --output-file requirements/run.txt requirements/run.in requirements/build.in
	$(LOCK) --output-file requirements/dev.txt --constraint requirements/run.txt \
		requirements/run.in requirements/build.in requirements/dev.in

clean: ## Remove what setting up made; an instance is never touched
	rm -rf .venv node_modules build *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	rm -f $(PO:.po=.mo)

# A stamp is newer than what it was made from, so that a second call has nothing to do.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.run: requirements/run.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-index --no-build-isolation --no-deps --editable .
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.run
	$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch $@

%.mo: %.po | .venv/.run
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

node_modules/.stamp: package.json package-lock.json
	npm ci
	@touch $@
