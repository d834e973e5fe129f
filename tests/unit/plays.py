# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts as Ansible has them in a play, with what they have registered and returned as facts."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.play import Play

Variables = Mapping[str, Mapping[str, t.Any]]


def play_of(registered: Variables, facts: Variables | None = None) -> Play:
    """Return a play: what each host has registered, and what some returned as facts."""
    loader = DataLoader()
    inventory = InventoryManager(loader, sources=[])
    variables = VariableManager(loader, inventory)
    for host, known in registered.items():
        inventory.add_host(host)
        variables.set_nonpersistent_facts(host, dict(known))
    for host, returned in (facts or {}).items():
        variables.set_host_facts(host, dict(returned))
    return Play(
        {
            "ansible_play_hosts_all": list(registered),
            "ansible_play_hosts": list(registered),
            "hostvars": HostVars(inventory, variables, loader),
        }
    )
