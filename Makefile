# Every target does the set-up it needs. Works from any directory: make -C path/to/netkit demo
ROOT := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
VENV ?= $(ROOT).venv
OUT  ?= $(ROOT)out/demo
BIN  := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint bench clean setup system
.DEFAULT_GOAL := help

.PHONY: help
help:
	@echo 'make demo    plan the national backbone, boot it in Mininet, measure every tier'
	@echo 'make test    all tests (as root: network namespaces and labs too)'
	@echo 'make lint    ruff, mypy --strict, import-linter, docstring coverage'
	@echo 'make bench   benchmarks, JSON in out/bench'
	@echo 'make clean   remove the virtual environment, caches and out/'

# A tree that was moved or copied has a virtual environment that no longer starts: make it anew.
setup: system $(READY)
	@$(BIN)/netkit --version >/dev/null 2>&1 || $(ROOT)tools/virtualenv $(VENV)

system:
	@$(ROOT)tools/system-packages

$(READY): $(ROOT)pyproject.toml $(ROOT)constraints.txt | system
	@$(ROOT)tools/virtualenv $(VENV)
	@touch $@

demo: setup
	@cd $(ROOT) && $(BIN)/netkit demo --out $(OUT)

test: setup
	@cd $(ROOT) && $(BIN)/python -m pytest $(PYTEST_ARGS)

lint: setup
	@cd $(ROOT) && $(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && \
	  $(BIN)/lint-imports --no-logo && $(BIN)/interrogate -q netkit

bench: setup
	@cd $(ROOT) && $(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) $(ROOT)out $(ROOT)build $(ROOT)netkit_srv6.egg-info
	find $(ROOT) -name __pycache__ -o -name '.*_cache' | xargs rm -rf
