# geom, from a checkout to results. Needs Python 3.11 or newer, gcc and make; everything else is installed by the targets, in .venv.
#
#   make setup    install all that `make run` and `make test` need
#   make run      enumerate the example networks; pictures go to out/
#   make test     lint, then tests
#   make lint     ruff and mypy
#   make coverage which branches the tests take in exact arithmetic, proof, engine and kernels; fails below the figures reached (five minutes)
#   make mutants  plant faults, one at a time, and see that a test finds each (half an hour)
#   make bench    time the engine; the tables are printed, and written into docs/benchmarks.md
#   make bench-long   the cases that take minutes each, the same way
#   make docs     the pages, the gallery and the reference as HTML in out/docs
#   make clean    remove what was made, except .venv;  make distclean removes that too
#
# Variables: PYTHON=python3.12 (for a new .venv), TORCH= (leave torch out; its tests are skipped), PYTEST_ARGS="-m slow".

PYTHON ?= python3
# Pinned: it resolves to a CPU build where one is at hand, and a later one may bring gigabytes of CUDA along.
TORCH ?= torch==2.13.0
PYTEST_ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet
GEOM := $(VENV)/bin/geom

.PHONY: setup run test lint coverage mutants bench bench-long docs clean distclean
.DEFAULT_GOAL := setup
# A recipe that fails must not leave its stamp behind.
.DELETE_ON_ERROR:
# All recipes share one .venv, and two pips at once would spoil it.
.NOTPARALLEL:

# ---- installation: one stamp for each step, redone when pyproject.toml changes ----

$(VENV)/.system: .ci/system-packages.sh
	@sh .ci/system-packages.sh "$(PYTHON)"
	@mkdir -p $(VENV)
	@touch $@

$(VENV)/bin/pip: | $(VENV)/.system
	"$(PYTHON)" -m venv $(VENV)

$(VENV)/.run: pyproject.toml $(VENV)/.system | $(VENV)/bin/pip
	$(PIP) --editable '.[plot]'
	@touch $@

# An empty TORCH leaves this step out.
TORCH_STAMP := $(if $(strip $(TORCH)),$(VENV)/.torch)

$(VENV)/.torch: | $(VENV)/bin/pip
	@$(PIP) $(TORCH) || { echo "Could not install $(TORCH). Another version: make TORCH=torch==2.12.0; without torch: make TORCH=" >&2; exit 1; }
	@touch $@

$(VENV)/.test: pyproject.toml $(VENV)/.system $(TORCH_STAMP) | $(VENV)/bin/pip
	$(PIP) --editable '.[test,lint]'
	@touch $@

$(VENV)/.bench: pyproject.toml $(VENV)/.system | $(VENV)/bin/pip
	$(PIP) --editable '.[bench]'
	@for peer in compare relucent affinitree; do \
	  $(PIP) --editable ".[$$peer]" || echo "What the extra $$peer names could not be installed; the benchmark goes on without it." >&2; \
	done
	@touch $@

$(VENV)/.docs: pyproject.toml $(VENV)/.system | $(VENV)/bin/pip
	$(PIP) --editable '.[docs]'
	@touch $@

setup: $(VENV)/.run $(VENV)/.test

# ---- use ----

run: $(VENV)/.run
	@mkdir -p out
	$(GEOM) subdivide docs/examples/digits.npz --box -1 1 --plot out/digits.png
	$(GEOM) subdivide docs/examples/wine.npz --box -1 1 --plot out/wine.png
	$(GEOM) subdivide docs/examples/iris.npz --box -4 4
	@echo "The pictures are in out/: digits.png and wine.png."

test: lint
	$(PY) -m pytest $(PYTEST_ARGS)

lint: $(VENV)/.test
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy geom

# Without the compiler, so that the kernels are measured too; by the tests that are quick without it and say most. Numbers that are too large become
# infinities then as well, but numpy warns.
COVERAGE := $(PY) -m coverage
COVERAGE_TESTS := $(shell cat tests/coverage.txt)

coverage: $(VENV)/.test
	NUMBA_DISABLE_JIT=1 $(COVERAGE) run -m pytest -q -W ignore::RuntimeWarning $(COVERAGE_TESTS)
	$(COVERAGE) report --include='geom/exact/*,geom/proof/*,geom/engine/*' --fail-under=100
	$(COVERAGE) report --include='geom/kernels/*' --fail-under=97

mutants: $(VENV)/.test
	$(PY) -m pytest -m slow tests/test_mutations.py

bench: $(VENV)/.bench
	$(PY) -m bench --write

bench-long: $(VENV)/.bench
	$(PY) -m bench --write -m slow

# A folder of its own for what is kept between builds; the gallery runs only those scripts that have changed.
docs: $(VENV)/.docs
	$(PY) -m sphinx --fail-on-warning --keep-going --doctree-dir build/docs docs out/docs
	@echo "The pages are in out/docs: open out/docs/index.html."

clean:
	rm -rf docs/auto_examples out build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .benchmarks .coverage
	find . -name .venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean
	rm -rf $(VENV)
