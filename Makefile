# Everything a newcomer needs: `make run`, `make test`, `make check`. A fresh machine needs Python 3.11 or later and make.

PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
PY := $(VENV)/bin/python
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r

.PHONY: run setup test test-all check bench lock clean

run: $(VENV)/.runs
	@$(PY) -m chatserver serve $(ARGS)

setup: $(VENV)/.tests

# Some tests wait for servers, so more run at a time than there are cores. Compiled files are kept even where the
# environment says not to: hundreds of processes would compile the house anew.
# What fits into the CI's ten minutes. `make test-all` adds the other browser tests and faults: 8 minutes on two cores.
QUICK := tests/core tests/store tests/live tests/load tests/moderation tests/web \
	$(addprefix tests/e2e/test_,access.py desk.py desk_access.py evening.py held.py letters.py moderated.py new_page.py pages.py room.py) \
	$(addprefix tests/faults/test_,cut_lines.py failover.py faults.py rolling.py) $(wildcard tests/test_*.py)

test: $(VENV)/.tests
	PYTHONDONTWRITEBYTECODE= $(PY) -m pytest --numprocesses 4 --dist loadfile --no-loadscope-reorder $(or $(TESTS),$(QUICK))
	@if command -v node >/dev/null 2>&1; then node --test tests/static/*.test.mjs; \
	else echo "skipped: the pages' modules under node (there is no node)"; fi

test-all:
	@$(MAKE) test TESTS=tests

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
