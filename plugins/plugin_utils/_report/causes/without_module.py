# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts on which the module did not run: each is explained by itself, whatever other hosts saw.

Such a host has seen nothing of any server, so that its cells neither speak for a cause that others
show nor against it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from .explain import Explanation
from .grid import Members, named_or_listed
from .symptoms import Symptom

Symptoms = Mapping[tuple[int, int], Symptom]  # of the cells that did not pass, by host and server


def hosts_without_module(symptoms: Symptoms, passed: Collection[int]) -> dict[int, Symptom]:
    """Return the symptom of each host that has a result for none of its cells.

    `passed` are the hosts with a cell that passed.
    """
    found: dict[int, Symptom | None] = {}
    for (host, _server), symptom in symptoms.items():
        did_run = symptom.stage != "" or host in passed
        found[host] = None if did_run else found.get(host, symptom)
    return {host: symptom for host, symptom in found.items() if symptom is not None}


def explain_hosts(
    symptoms: Symptoms, hosts: Mapping[int, Symptom], names: Sequence[str], sets: Sequence[Members]
) -> Iterator[Explanation]:
    """Explain all cells of these hosts, those with one symptom together."""
    for symptom in dict.fromkeys(hosts.values()):
        bits = sum(1 << host for host, its_own in hosts.items() if its_own == symptom)
        cells: dict[int, int] = {}
        for host, server in symptoms:
            if bits >> host & 1:
                cells[server] = cells.get(server, 0) | 1 << host
        servers = Members("all", "", sum(1 << server for server in cells))
        yield Explanation(symptom, named_or_listed(bits, names, sets), servers, cells)
