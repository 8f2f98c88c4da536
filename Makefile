# Verbs of the house. `make help` lists them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -q
TESTS  ?= tests
JOBS   ?= 4
SEEDS  ?= 1000

.DEFAULT_GOAL := help
.PHONY: help demo test test-alone test-seeds check bench simulate lock format clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

# --no-deps: the lock names everything. Without it an older pip asks the index about extras of what is
# locked (coverage[toml]) and refuses to install as soon as a newer release is there.
$(VENV)/run.stamp: requirements.lock requirements-build.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --no-deps --require-hashes -r requirements-build.lock
	$(PIP) install --no-deps --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	touch $@

demo: $(VENV)/run.stamp ## a local Slack workspace with the bot in it; no Slack account needed
	$(BIN)/incident-bot demo

test: $(VENV)/dev.stamp ## every test; PostgreSQL and Chromium ones say so when they are skipped
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not (simulation or sweep or alone)" \
		--cov --cov-report=term:skip-covered $(TESTS)
	$(BIN)/python -m pytest -n $(JOBS) -m sweep $(TESTS)
	$(MAKE) -j2 test-alone test-seeds

test-alone: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -m alone $(TESTS)

test-seeds: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -m simulation $(TESTS)

check: $(VENV)/dev.stamp ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/dev.stamp ## what it costs, measured on this machine
	$(BIN)/python -m benchmarks

simulate: $(VENV)/dev.stamp ## seeded simulation by hand: make simulate SEEDS=100000 JOBS=8
	$(BIN)/python -m tests.simulation --seeds $(SEEDS) --jobs $(JOBS)

format: $(VENV)/dev.stamp ## let ruff put things right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## compile the lock files again (needs uv)
	uv pip compile pyproject.toml $(LOCKFLAGS) -o requirements.lock
	uv pip compile pyproject.toml --extra dev $(LOCKFLAGS) -o requirements-dev.lock
	uv pip compile requirements-build.in $(LOCKFLAGS) -o requirements-build.lock
LOCKFLAGS := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q

clean: ## remove what the build made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache artifacts
