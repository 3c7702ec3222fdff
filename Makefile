# The words a person needs: make release, make test. Everything else hangs on these two.
PY ?= python3
BIN := .venv/bin
# The machine's own certificates: an office network often reads what passes with its own.
UV := UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1 UV_PROJECT_ENVIRONMENT=.venv .venv/bootstrap/bin/uv

# Every command of the program starts sooner from compiled modules; the environment and the
# modules themselves are compiled once.
unexport PYTHONDONTWRITEBYTECODE
export UV_COMPILE_BYTECODE := 1

.PHONY: help setup release test test-long mutants lint docs dev bench clean
help:
	@echo "make release    build the environment, run the release job over seeds/, verify it"
	@echo "make test       build the environment with the test group, run the tests"
	@echo "make test-long  the long campaigns (kill points, mutants, large properties)"
	@echo "make mutants    change the rules one place at a time: does a test notice (five minutes a run)"
	@echo "make lint       ruff, mypy, import contracts, generated files"
	@echo "make dev        open the graph in the browser (Dagster)"
	@echo "make docs       regenerate the generated documents"
	@echo "make bench      measure against peers, in one run"

.venv/bootstrap/bin/uv:
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "需要 Python 3.11 或更高版本 / Python 3.11 or newer is needed"; exit 1; }
	@$(PY) -m venv --without-pip .venv
	@$(PY) -m pip install -q --disable-pip-version-check --target .venv/bootstrap 'uv>=0.9'

.venv/.release-ok: pyproject.toml uv.lock | .venv/bootstrap/bin/uv
	@$(UV) sync -q --frozen --inexact
	@touch $@

.venv/.test-ok: pyproject.toml uv.lock | .venv/bootstrap/bin/uv
	@$(UV) sync -q --frozen --inexact --group test --group lint
	@touch $@ .venv/.release-ok

setup: .venv/.release-ok

release: .venv/.release-ok
	@$(BIN)/tanyuan run release

test: .venv/.test-ok
	@$(BIN)/python -m pytest -n 2 --dist loadfile

test-long: .venv/.test-ok
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m long

mutants: .venv/.test-ok
	@$(BIN)/python -m tests.mutation --sample 400

lint: .venv/.test-ok
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pipelines.documents --check

docs: .venv/.release-ok
	@$(BIN)/python -m pipelines.documents

dev: .venv/.release-ok
	@mkdir -p home/dagster && cp dagster.yaml home/dagster/
	@DAGSTER_HOME=$(CURDIR)/home/dagster $(BIN)/dagster dev -m pipelines.definitions

bench: .venv/.test-ok
	@$(BIN)/python -m benchmarks

clean:
	rm -rf home .venv
