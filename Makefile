# Needs only Python 3.11 or newer and make. Everything else goes into .venv, a Node to build the map page with among it.
# `make` alone lists the targets.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo web web-check web-watch types test test-long lint fix docs truth bench lock clean clean-venv

VENV ?= .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.installed-runtime
DEV := $(VENV)/.installed-dev
BENCH_VENV ?= .venv-bench
BENCH := $(BENCH_VENV)/.installed-bench
# Whether `make demo` ends by serving the town; `make demo SERVE=no` for scripts.
SERVE ?= yes
PIP_INSTALL := -m pip install --disable-pip-version-check

# The hashes in the lock decide what may be installed, whichever index pip reads.
# The package itself is linked in, built by the hatchling of the lock: no second download.
LINK_PACKAGE := $(PIP_INSTALL) --quiet --no-deps --no-build-isolation --editable .

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/pyvenv.cfg:
	@python=$$(sh requirements/find-python.sh) && echo "Making $(VENV) with $$python" && "$$python" -m venv $(VENV)

$(BENCH_VENV)/pyvenv.cfg:
	@python=$$(sh requirements/find-python.sh) && echo "Making $(BENCH_VENV) with $$python" && "$$python" -m venv $(BENCH_VENV)

$(RUNTIME): requirements/runtime.txt pyproject.toml | $(VENV)/pyvenv.cfg
	$(BIN)/python $(PIP_INSTALL) --require-hashes -r requirements/runtime.txt
	$(BIN)/python $(LINK_PACKAGE)
	@touch $(RUNTIME)

# The development lock contains the run-time lock, so one installation serves both.
$(DEV): requirements/dev.txt pyproject.toml | $(VENV)/pyvenv.cfg
	$(BIN)/python $(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	$(BIN)/python $(LINK_PACKAGE)
	@touch $(DEV) $(RUNTIME)

# The peers we measure ourselves against are AGPL: they live in an environment of their own.
$(BENCH): requirements/bench.txt pyproject.toml | $(BENCH_VENV)/pyvenv.cfg
	$(BENCH_VENV)/bin/python $(PIP_INSTALL) --require-hashes -r requirements/bench.txt
	$(BENCH_VENV)/bin/python $(LINK_PACKAGE)
	@touch $(BENCH)

demo: web  ## a whole city, a plan, who gains and who loses, a brief to read, and the map in your browser
	$(BIN)/stadslab demo $(if $(filter no,$(SERVE)),--no-serve)

web: $(RUNTIME)  ## build the map page, where something in web/ changed
	@$(BIN)/python hatch_build.py build

web-check: $(DEV)  ## types, style and tests of the map page
	$(BIN)/python hatch_build.py check

types: $(DEV)  ## the map page's types, from the server's description of itself; after a route has changed
	$(BIN)/python hatch_build.py types

web-watch: $(DEV)  ## the map page as you write it; it asks `stadslab serve`
	$(BIN)/python hatch_build.py watch

lint: $(DEV) web-check  ## style, types and the floors of the house, those of the map page too
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/lint-imports --config .importlinter-cycles

test: lint web  ## everything that takes seconds (lint included)
	$(BIN)/pytest -m "not long" -n 2

test-long: web-check web  ## what takes longer: whole countries, the browser, the truth page, the documentation
	$(BIN)/pytest -m "long or truth" -n 2 --dist loadgroup --truth-check=docs/truth.md
	$(MAKE) docs

truth: $(DEV)  ## recompute every published number we reproduce; writes docs/truth.md
	$(BIN)/pytest -m truth -n 2 -q --truth-page=docs/truth.md

docs: $(DEV)  ## build the documentation into site/, offline
	if [ -f docs/generate.py ]; then $(BIN)/python docs/generate.py; fi
	$(BIN)/zensical build --clean --strict

bench: $(BENCH)  ## time and memory beside other tools, as ratios
	$(BENCH_VENV)/bin/python -m benchmarks

fix: $(DEV)  ## what the linters can repair by themselves
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python hatch_build.py fix

# --universal: one lock for Linux and macOS and every Python from 3.11 on.
LOCK := $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-strip-extras --no-annotate --no-header --upgrade pyproject.toml

lock: | $(VENV)/pyvenv.cfg  ## choose new versions and write requirements/*.txt and web/package-lock.json
	test -x $(BIN)/uv || $(BIN)/python $(PIP_INSTALL) uv
	$(LOCK) --group build --output-file requirements/runtime.txt
	$(LOCK) --group dev --constraints requirements/runtime.txt --output-file requirements/dev.txt
	$(LOCK) --group build --group bench --constraints requirements/dev.txt --output-file requirements/bench.txt
	$(BIN)/python hatch_build.py lock

clean:  ## remove what the other targets made, the virtual environments excepted
	rm -rf site dist src/stadslab/faces/web/built .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis htmlcov .coverage .coverage.*
	find src tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

clean-venv:  ## remove the virtual environments and the packages of the map page too
	rm -rf $(VENV) $(BENCH_VENV) web/node_modules
