# Everything a newcomer needs: `make run`, `make test`, `make check`. A fresh machine needs Python 3.11 or later and make.

PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
PY := $(VENV)/bin/python
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r

.PHONY: run setup test check bench lock clean

run: $(VENV)/.runs
	@$(PY) -m chatserver serve $(ARGS)

setup: $(VENV)/.tests

# Every test there is; some wait for each other's servers, so more run at a time than there are cores. Compiled files are
# kept even where the environment says not to: hundreds of processes would compile the house anew.
test: $(VENV)/.tests
	PYTHONDONTWRITEBYTECODE= $(PY) -m pytest --numprocesses 4 --dist loadfile --no-loadscope-reorder $(or $(TESTS),tests)
	@if command -v node >/dev/null 2>&1; then node --test tests/static/*.test.mjs; \
	else echo "skipped: the pages' modules under node (there is no node)"; fi

check: $(VENV)/.tests
	$(VENV)/bin/ruff check chatserver moderation tests
	$(VENV)/bin/ruff format --check chatserver moderation tests
	$(VENV)/bin/mypy

# What this machine reaches, in about 12 minutes; it should have nothing else to do. `make bench ARGS="--only storm"` runs
# what is named so, `ARGS=--record` keeps the record, pictures and tables in docs/, `LOAD=path` takes another load program
# for what is compared with other servers.
bench: $(VENV)/.tests
	@$(PY) -m tests.load $(if $(LOAD),--load $(LOAD)) $(ARGS)

# Names, versions and hashes for every platform; no index is named.
lock: $(VENV)/.tests
	$(VENV)/bin/uv pip compile --upgrade --universal --generate-hashes --no-emit-index-url -q --custom-compile-command "make lock" \
		pyproject.toml -o requirements.lock
	$(VENV)/bin/uv pip compile --upgrade --universal --generate-hashes --no-emit-index-url -q --custom-compile-command "make lock" \
		--extra dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runs: requirements.lock | $(VENV)/bin/python
	$(INSTALL) requirements.lock
	@touch $@

$(VENV)/.tests: requirements-dev.lock | $(VENV)/bin/python
	$(INSTALL) requirements-dev.lock
	@touch $@ $(VENV)/.runs
