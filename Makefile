# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Needs make, git and a Python with venv; all else goes into .venv. The checks are in noxfile.py.

PYTHON ?= python3
VENV := .venv
NOX := $(VENV)/bin/python -m nox

# A first handshake needs ansible-core alone, in an environment of its own until there is the other.
HANDSHAKE := $(if $(wildcard $(VENV)/ready),$(VENV),$(VENV)/handshake)

# Hundreds of processes would compile the same files again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-18s %s\n", $$1, $$2}' Makefile

.PHONY: test
test: $(VENV)/ready ## run every check there is, and print how much of plugins/ the tests run
	@rm -rf $(VENV)/coverage $(VENV)/results && mkdir $(VENV)/results
	MEASURE=yes $(NOX) --report $(VENV)/results/report.json || { \
	  $(VENV)/bin/python tests/tools/failures.py $(VENV)/results; exit 1; }

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
coverage: $(VENV)/ready ## run the tests that are measured, and print what they do not run of plugins/
	@rm -rf $(VENV)/coverage
	MEASURE=yes $(NOX) -s units-3.11 coverage

.PHONY: fuzz
fuzz: $(VENV)/ready ## fuzz the parsers (TARGET= RUNS= SECONDS=), and hold random dialogues (DIALOGUES= SEED=)
	@$(NOX) -s fuzz -- $(if $(TARGET),--target '$(TARGET)') $(if $(RUNS),--runs '$(RUNS)') \
	  $(if $(SECONDS),--seconds '$(SECONDS)') $(if $(DIALOGUES),--dialogues '$(DIALOGUES)') \
	  $(if $(SEED),--seed '$(SEED)')

.PHONY: test-recipes
test-recipes: $(VENV)/ready ## run the recipes of docs/recipes against a relay
	$(NOX) -s recipes

.PHONY: docs
docs: $(VENV)/ready ## build the documentation site into docs/docsite/build/html
	$(NOX) -s docs

.PHONY: test-artifact
test-artifact: $(VENV)/ready ## build the artifact, look through it, install it elsewhere and run it
	$(NOX) -s artifact

.PHONY: build
build: $(VENV)/ready ## build the artifact that Galaxy takes, the same bytes each time
	@$(VENV)/bin/python tests/tools/build_artifact.py

.PHONY: release
release: $(VENV)/ready ## set VERSION=, write the changelog, and build the artifact
	$(NOX) -s release -- $(VERSION)

.PHONY: handshake
handshake: $(HANDSHAKE)/ready ## hold a dialogue with a relay of our own, or SERVER= (PORT= FROM= TO= HELO= SEND=yes)
	@$(HANDSHAKE)/bin/python tests/tools/handshake.py \
	  $(if $(SERVER),--server '$(SERVER)') $(if $(PORT),--port '$(PORT)') \
	  $(if $(FROM),--from '$(FROM)') $(if $(TO),--to '$(TO)') \
	  $(if $(HELO),--helo '$(HELO)') $(if $(SEND),--send)

.PHONY: bench
bench: $(VENV)/ready ## measure the module, beside other tools, over SSH and under load, the role, the report, and a merge (INSTALL=yes installs what is missing, MINUTES= of the soak)
	$(VENV)/bin/python tests/benchmarks/module_cost.py
	$(VENV)/bin/python tests/benchmarks/fleet_cost.py $(if $(INSTALL),--install)
	$(VENV)/bin/python tests/benchmarks/ssh_cost.py $(if $(INSTALL),--install)
	$(VENV)/bin/python tests/benchmarks/role_cost.py
	$(VENV)/bin/python tests/benchmarks/report_cost.py
	$(VENV)/bin/python tests/benchmarks/merge_cost.py
	$(VENV)/bin/python tests/benchmarks/load.py
	$(VENV)/bin/python tests/benchmarks/soak.py $(if $(MINUTES),--minutes '$(MINUTES)')

.PHONY: peers
peers: $(VENV)/ready ## ask other tools about the servers of the unit tests, as root, and write docs/peers.md
	$(VENV)/bin/python tests/benchmarks/peers.py

.PHONY: clean
clean: ## remove what make and the tests have made
	rm -rf $(VENV) .ansible .coverage .hypothesis .mypy_cache .nox .pytest_cache .ruff_cache
	rm -rf tests/output docs/docsite/build changelogs/.plugin-cache.yaml
	find . -name .git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# The file "ready" is written last, so an installation that was interrupted, or whose Python has
# gone since, begins anew. The environments of the checks, under .venv/nox, stay.
ifneq ($(shell test -x $(VENV)/bin/python && echo ok),ok)
.PHONY: $(VENV)/ready
endif
ifneq ($(shell test -x $(VENV)/handshake/bin/python && echo ok),ok)
.PHONY: $(VENV)/handshake/ready
endif

define CHECK_PYTHON
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo >&2 \
  "This needs Python 3.10 or later, and $(PYTHON) is not one; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
endef

define LINK_COLLECTION
@mkdir -p $(VENV)/collections/ansible_collections/mailops
@ln -sfn ../../../.. $(VENV)/collections/ansible_collections/mailops/smtp
endef

$(VENV)/ready: tests/constraints.txt
	$(CHECK_PYTHON)
	@echo "Installing nox, ansible-core and aiosmtpd into $(VENV), which takes a minute at most ..."
	@cd $(VENV) 2>/dev/null && rm -rf bin include lib lib64 pyvenv.cfg ready || true
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/pip install -q -c tests/constraints.txt nox ansible-core aiosmtpd
	$(LINK_COLLECTION)
	@touch $@

# The pip of $(PYTHON) installs into an environment without one, which saves half of the time.
# Where $(PYTHON) has no pip, or one before 22.3, the environment gets its own.
$(VENV)/handshake/ready: tests/constraints.txt
	$(CHECK_PYTHON)
	@echo "Installing ansible-core into $(@D), which takes some seconds ..."
	@rm -rf $(@D) && $(PYTHON) -m venv --without-pip $(@D)
	@install='install -q --no-compile --disable-pip-version-check -c tests/constraints.txt ansible-core'; \
	  $(PYTHON) -m pip --python $(@D)/bin/python $$install 2>/dev/null || { \
	  $(@D)/bin/python -m ensurepip >/dev/null && $(@D)/bin/python -m pip $$install; }
	$(LINK_COLLECTION)
	@touch $@
