# Everything a user or a developer does here. `make help` lists it.

PYTHON  ?= python3.11
VENV    := .venv
BIN     := $(VENV)/bin
TORCH   := 2.13.0
PIP     := $(BIN)/python -m pip --disable-pip-version-check -qq
# Processes that share the unit tests; each may take 2 GB.
WORKERS ?= 2
SOURCES := index retrieval assistant finetune tests

.DEFAULT_GOAL := help
.PHONY: help setup setup-gpu setup-dev browser run check format layers types test test-unit test-e2e bench clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 14

run: setup  ## set everything up and start the product: http://127.0.0.1:7860
	@$(BIN)/epikrise run

setup: $(VENV)/.runtime  ## the runtime in .venv, on a CPU

# On most machines the plain index has no build of torch for CPUs alone; PyTorch's own index has.
$(VENV)/.runtime: requirements/runtime.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: install it, or name it with make PYTHON=..." >&2; exit 2; }
	@$(PYTHON) -c 'import ctypes; ctypes.CDLL("libnuma.so.1")' 2>/dev/null || { \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    echo "setup: libnuma"; apt-get update -q >/dev/null && apt-get install -y -q --no-install-recommends libnuma1 >/dev/null; \
	  else echo "vLLM needs the system library libnuma.so.1: install it (Debian: sudo apt-get install libnuma1)." >&2; exit 2; fi; }
	@echo "setup 1/4: virtual environment"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "setup 2/4: torch $(TORCH) for CPUs (about 200 MB)"
	@$(PIP) install --no-deps "torch==$(TORCH)+cpu" 2>/dev/null \
	  || $(PIP) install --no-deps --index-url https://download.pytorch.org/whl/cpu "torch==$(TORCH)+cpu"
	@echo "setup 3/4: the other libraries (about 1.5 GB, a few minutes)"
	@$(PIP) install --no-deps -r requirements/runtime.txt
	@echo "setup 4/4: Epikrise itself"
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

setup-gpu:  ## the runtime in .venv, for an NVIDIA GPU: the real vllm with its own torch
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --editable ".[gpu]"
	@touch $(VENV)/.runtime

setup-dev: $(VENV)/.dev  ## what tests and checks need, too

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@echo "setup: tools for tests and checks"
	@$(PIP) install --no-deps -r requirements/dev.txt
	@touch $@

browser:  ## what the end-to-end tests need from the system: chromium, iproute2
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    echo "setup: chromium"; apt-get update -q >/dev/null && apt-get install -y -q --no-install-recommends chromium iproute2 >/dev/null; \
	  else echo "The browser test needs Chromium: install it (Debian: sudo apt-get install chromium), or it is skipped." >&2; fi; }

check: setup-dev  ## format, lint, types, layers
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/pyright --warnings
	@$(BIN)/lint-imports --no-cache

format: setup-dev  ## format the code and mend what the linter can
	@$(BIN)/ruff format $(SOURCES)
	@$(BIN)/ruff check --fix $(SOURCES)

test: check test-unit test-e2e  ## everything that CI runs

test-unit: setup-dev  ## the tests that need neither a model nor a browser
	@$(BIN)/pytest -q -m "not e2e and not bench" -n $(WORKERS) --dist loadfile

test-e2e: setup-dev browser  ## the real vLLM, the real Chroma and a real browser
	@$(BIN)/pytest -q -m "e2e"

bench: setup-dev  ## measure; prints tables, asserts nothing
	@$(BIN)/pytest -q -s -m "bench" tests/bench

clean:  ## remove .venv and caches; data/ stays
	rm -rf $(VENV) *.egg-info .pytest_cache .ruff_cache .hypothesis
