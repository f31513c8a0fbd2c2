# Every target does the set-up it needs. Works from any directory: make -C path/to/netkit demo
# Make splits names at blanks, so all names below are relative to this folder, where make goes first.
ROOT := $(shell cd "$$(dirname "$(strip $(MAKEFILE_LIST))")" && pwd -P)
.DEFAULT_GOAL := help
.PHONY: demo docs man test test-real lab-vm lint bench clean setup system help

ifneq "$(CURDIR)" "$(ROOT)"

help demo docs man test test-real lab-vm lint bench clean setup system:
	@$(MAKE) --no-print-directory -C "$(ROOT)" $@

else

VENV  ?= .venv
OUT   ?= out/demo
BIN   := $(VENV)/bin
READY := $(VENV)/.ready
# Tests that ask tests/support/examples.py how much is enough.
PROMISED = $(shell grep -rlE --include='test_*.py' '^from examples import' tests | sort)

help:
	@echo 'make demo    plan the national backbone, boot it in Mininet, measure every tier'
	@echo 'make test    all tests (as root: network namespaces and labs too)'
	@echo 'make test-real  routing daemons and YANG for real, all examples of every property (as root)'
	@echo 'make docs    the documentation site, in out/site, and manual pages, in out/man'
	@echo 'make man     manual pages of all commands, in out/man: man -M out/man netkit-plan'
	@echo 'make lab-vm  the lab on stock Debian kernels in virtual time, in QEMU (as root; half an hour)'
	@echo 'make lint    ruff, mypy --strict, import-linter, the map of the rooms, catalogues, docstring coverage'
	@echo 'make bench   benchmarks, JSON in out/bench'
	@echo 'make clean   remove the virtual environment, caches and out/'

# A tree that was moved or copied has a virtual environment that no longer starts: make it anew.
setup: system $(READY)
	@$(BIN)/netkit --version >/dev/null 2>&1 || tools/virtualenv "$(VENV)"

system:
	@tools/system-packages

$(READY): pyproject.toml constraints.txt | system
	@tools/virtualenv "$(VENV)"
	@touch $@

demo: setup
	@$(BIN)/netkit demo --out "$(OUT)"

# Of the hundreds of processes that tests start, each reads what the first has compiled.
test test-real: export PYTHONDONTWRITEBYTECODE =

test: setup
	@tools/system-packages tests
	@$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

test-real: setup
	@tools/system-packages real
	@$(BIN)/python -m pytest tests/real $(PYTEST_ARGS)
	@NETKIT_EXAMPLES=all $(BIN)/python -m pytest -n auto $(PROMISED) $(PYTEST_ARGS)

# The theme's notice of its own end is in docs/dependencies.md, where it can be acted on.
docs: man
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict -q
	@echo 'Open out/site/index.html; to search as well: $(BIN)/python -m http.server -d out/site'

man: setup
	@$(BIN)/python tools/command-pages man out/man/man1

lab-vm: setup
	@tools/system-packages vm
	@$(BIN)/python tools/lab-vm $(VM_ARGS)

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python tools/room-map --check
	@$(BIN)/python tools/catalogue --check
	@$(BIN)/interrogate -q netkit

bench: setup
	@$(BIN)/python -m benchmarks

clean:
	rm -rf .venv out build netkit_srv6.egg-info
	find . -depth -type d \( -name __pycache__ -o -name '.*_cache' -o -name .hypothesis \) -exec rm -rf {} +

endif
