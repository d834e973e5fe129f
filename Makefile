# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Needs make, git and a Python with venv; all else goes into .venv. The checks are in noxfile.py.

PYTHON ?= python3
VENV := .venv
NOX := $(VENV)/bin/python -m nox

.DEFAULT_GOAL := help

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-18s %s\n", $$1, $$2}' Makefile

.PHONY: test
test: $(VENV)/ready ## run every check there is, and print how much of plugins/ the tests run
	@rm -rf $(VENV)/coverage
	MEASURE=yes $(NOX)

.PHONY: lint
lint: $(VENV)/ready ## check style, types, documentation, roles and changelog
	$(NOX) -t lint

.PHONY: test-sanity
test-sanity: $(VENV)/ready ## run ansible-test's checks with every ansible-core there is a Python for
	$(NOX) -s sanity

.PHONY: test-unit
test-unit: $(VENV)/ready ## run the unit tests on every Python there is
	$(NOX) -s units

.PHONY: test-integration
test-integration: $(VENV)/ready ## run the integration tests on this machine, as root
	$(NOX) -s integration

.PHONY: test-molecule
test-molecule: $(VENV)/ready ## run the molecule scenarios
	$(NOX) -s molecule

.PHONY: test-interop
test-interop: $(VENV)/ready ## hold dialogues with real mail servers, as root, and print what was negotiated
	$(NOX) -s interop

.PHONY: coverage
coverage: $(VENV)/ready ## run the tests that are measured, as root, and print what they do not run of plugins/
	@rm -rf $(VENV)/coverage
	MEASURE=yes $(NOX) -s units-3.11 integration molecule interop-3.13 coverage

.PHONY: fuzz
fuzz: $(VENV)/ready ## fuzz the parsers (TARGET= RUNS= SECONDS=), and hold random dialogues (DIALOGUES= SEED=)
	@$(NOX) -s fuzz -- $(if $(TARGET),--target '$(TARGET)') $(if $(RUNS),--runs '$(RUNS)') \
	  $(if $(SECONDS),--seconds '$(SECONDS)') $(if $(DIALOGUES),--dialogues '$(DIALOGUES)') \
	  $(if $(SEED),--seed '$(SEED)')

.PHONY: test-recipes
test-recipes: $(VENV)/ready ## run the recipes of docs/recipes against a relay
	$(NOX) -s recipes

.PHONY: handshake
handshake: $(VENV)/ready ## hold a dialogue with a relay of our own, or SERVER= (PORT= FROM= TO= HELO= SEND=yes)
	@$(VENV)/bin/python tests/tools/handshake.py \
	  $(if $(SERVER),--server '$(SERVER)') $(if $(PORT),--port '$(PORT)') \
	  $(if $(FROM),--from '$(FROM)') $(if $(TO),--to '$(TO)') \
	  $(if $(HELO),--helo '$(HELO)') $(if $(SEND),--send)

.PHONY: bench
bench: $(VENV)/ready ## measure the module, beside other tools and over SSH, the role, and the report (INSTALL=yes installs what is missing)
	$(VENV)/bin/python tests/benchmarks/module_cost.py
	$(VENV)/bin/python tests/benchmarks/fleet_cost.py $(if $(INSTALL),--install)
	$(VENV)/bin/python tests/benchmarks/ssh_cost.py $(if $(INSTALL),--install)
	$(VENV)/bin/python tests/benchmarks/role_cost.py
	$(VENV)/bin/python tests/benchmarks/report_cost.py

.PHONY: clean
clean: ## remove what make and the tests have made
	rm -rf $(VENV) .ansible .coverage .hypothesis .mypy_cache .nox .pytest_cache .ruff_cache
	rm -rf tests/output changelogs/.plugin-cache.yaml
	find . -name .git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# The file "ready" is written last, so an installation that was interrupted, or whose Python has
# gone since, begins anew. The environments of the checks, under .venv/nox, stay.
ifneq ($(shell test -x $(VENV)/bin/python && echo ok),ok)
.PHONY: $(VENV)/ready
endif

$(VENV)/ready: tests/constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo >&2 \
	  "This needs Python 3.10 or later, and $(PYTHON) is not one; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Installing nox, ansible-core and aiosmtpd into $(VENV), which takes a minute at most ..."
	@cd $(VENV) 2>/dev/null && rm -rf bin include lib lib64 pyvenv.cfg ready || true
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/pip install -q -c tests/constraints.txt nox ansible-core aiosmtpd
	@mkdir -p $(VENV)/collections/ansible_collections/mailops
	@ln -sfn ../../../.. $(VENV)/collections/ansible_collections/mailops/smtp
	@touch $@
