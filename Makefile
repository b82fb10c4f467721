# Everything a person or a build machine needs; each target makes what it stands on.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8501
WORKERS ?= 2
DEMO_HOME := data/demo

export PYTHONDONTWRITEBYTECODE := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run demo check format test vectors bench browser screenshot clean

help:
	@echo "make run     start the clinic in CLINIC_HOME, or the synthetic clinic"
	@echo "make test    run every test, in a real browser too"
	@echo "make check   lint, formatting, types, direction of imports"
	@echo "make vectors try the expected values in tests/vectors, or in CLINIC_VECTORS=DIR"
	@echo "make bench   measure, beside the peers; prints JSON"
	@echo "make clean   remove what was made here, but no clinic's data"

$(VENV)/pip.stamp:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.stamp: requirements.txt $(VENV)/pip.stamp
	@echo "Installing what runs it…" >&2
	@$(BIN)/python -m pip install --quiet --requirement requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	@echo "Installing what checks, tests and measures it…" >&2
	@$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	@touch $@

ifdef CLINIC_HOME
run: $(VENV)/run.stamp
	$(BIN)/python -m streamlit run app.py --server.address $(HOST) --server.port $(PORT)
else
run: $(VENV)/run.stamp demo
	CLINIC_HOME=$(DEMO_HOME) $(BIN)/python -m streamlit run app.py \
		--server.address $(HOST) --server.port $(PORT)
endif

demo: $(VENV)/run.stamp
	@$(BIN)/python -m lib demo --home $(DEMO_HOME)

check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

browser: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.e2e.browser

test: $(VENV)/dev.stamp browser
	@# In their own order: files of few tests are not quick ones, and the slowest came last and alone.
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder \
		--cov --cov-report=term --cov-fail-under=95

vectors: $(VENV)/dev.stamp browser
	@# A file that does not fit is an error, and the others are tried all the same.
	$(BIN)/python -m pytest -q -rs -m vectors --continue-on-collection-errors

screenshot: $(VENV)/dev.stamp browser
	SCREENSHOT=screenshot.png $(BIN)/python -m pytest -q tests/e2e/test_screenshot.py

bench: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	rm -rf .coverage .coverage.* htmlcov tests/.output
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Kept: every clinic's data, the synthetic one in $(DEMO_HOME) included."
