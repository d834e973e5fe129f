# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random matrices with planted faults, for what explains red cells.

A fault is a rectangle of hosts, servers and a symptom: a server that fails for every host, a host
that fails at every server, a group or a network at one server or at all, a port. Noise comes on
top: single cells that pass or fail for no reason.
"""

from __future__ import annotations

import random
import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.grid import (
    Grid,
    GridColumns,
    Members,
    indices,
)

SYMPTOMS = ("refused", "timeout", "550 5.7.1", "451 4.3.0", "expired", "535", "resolve", "421")
NOISE = 0.02

Fault = tuple[int, int, str]  # hosts, servers, symptom


class Planted(t.NamedTuple):
    """A matrix, the sets that have a name in it, and the faults that were planted."""

    grid: Grid
    host_sets: list[Members]
    server_sets: list[Members]
    faults: set[Fault]


def grid_of_cells(
    hosts: Sequence[str], servers: Sequence[str], cells: Mapping[tuple[int, int], str | None]
) -> Grid:
    """Return the grid of cells by host and server; None is a cell that passed."""
    passed = GridColumns(len(hosts), len(servers))
    for key, symptom in cells.items():
        if symptom is None:
            passed.add(*key)
    red = {key: symptom for key, symptom in cells.items() if symptom is not None}
    return Grid.of(hosts, servers, passed.bits, red)


def planted(seed: int, hosts: int | None = None, servers: int | None = None) -> Planted:
    """Draw a matrix of up to 100 hosts and 500 servers, with one to five faults."""
    while True:
        drawn = random.Random(seed)
        number = hosts or drawn.randint(4, 100)
        few = drawn.random() < 0.7
        found = _draw(
            drawn, number, servers or (drawn.randint(2, 60) if few else drawn.randint(60, 500))
        )
        if found is not None:
            return found
        seed += 1_000_003


def _draw(drawn: random.Random, hosts: int, servers: int) -> Planted | None:
    """Draw a matrix; None where one fault hides too much of another."""
    host_sets = [
        *_sets(drawn, "group", [f"g{at}" for at in range(drawn.randint(2, 8))], hosts),
        *_sets(drawn, "network", [f"10.{at}.0.0/16" for at in range(drawn.randint(2, 6))], hosts),
    ]
    server_sets = _sets(drawn, "port", ["25", "587", "465"], servers)
    faults: list[Fault] = []
    wanted = drawn.randint(1, 5)
    for _attempt in range(100):
        fault = _fault(drawn, host_sets, server_sets, hosts, servers)
        if len(faults) < wanted and fault is not None and not _meets(fault, faults):
            faults.append(fault)
    cells: dict[tuple[int, int], str | None] = {
        (host, server): None for host in range(hosts) for server in range(servers)
    }
    for at_hosts, at_servers, symptom in faults:
        for host in indices(at_hosts):
            for server in indices(at_servers):
                cells[host, server] = symptom
    if any(_hidden(fault, faults, cells) > 0.4 for fault in faults):
        return None
    for cell in cells:
        if drawn.random() < NOISE:
            cells[cell] = drawn.choice([*SYMPTOMS, None, None])
    names = [f"h{at}" for at in range(hosts)], [f"s{at}" for at in range(servers)]
    return Planted(grid_of_cells(*names, cells), host_sets, server_sets, set(faults))


def _sets(drawn: random.Random, sort: t.Any, names: list[str], size: int) -> list[Members]:
    bits = dict.fromkeys(names, 0)
    for at in range(size):
        bits[drawn.choice(names)] |= 1 << at
    return [Members(sort, name, members) for name, members in bits.items()]


def _fault(
    drawn: random.Random,
    host_sets: list[Members],
    server_sets: list[Members],
    hosts: int,
    servers: int,
) -> Fault | None:
    """Draw a fault; None where it is too small, or nearly all there is."""
    all_hosts, all_servers = (1 << hosts) - 1, (1 << servers) - 1
    group, port = drawn.choice(host_sets).bits, drawn.choice(server_sets).bits
    host, server = 1 << drawn.randrange(hosts), 1 << drawn.randrange(servers)
    at_hosts, at_servers = drawn.choice(
        [
            (all_hosts, server),
            (all_hosts, port),
            (host, all_servers),
            (group, server),
            (group, server),
            (group, all_servers),
            (group, port),
        ]
    )
    if at_hosts.bit_count() * at_servers.bit_count() < 4:
        return None
    if at_hosts != all_hosts and at_hosts.bit_count() > 0.6 * hosts:
        return None
    if at_servers != all_servers and at_servers.bit_count() > 0.6 * servers:
        return None
    return at_hosts, at_servers, drawn.choice(SYMPTOMS)


def _meets(fault: Fault, faults: list[Fault]) -> bool:
    """Whether a fault and another are one: the same symptom of the same hosts, or servers."""
    return any(
        fault[2] == other[2] and (fault[0] == other[0] or fault[1] == other[1]) for other in faults
    )


def _hidden(fault: Fault, faults: list[Fault], cells: dict[tuple[int, int], str | None]) -> float:
    """Return the part of a fault's cells that show another, or that another explains, too."""
    others = [other for other in faults if other != fault]
    own = [(host, server) for host in indices(fault[0]) for server in indices(fault[1])]
    hidden = sum(
        cells[host, server] != fault[2]
        or any(other[0] >> host & 1 and other[1] >> server & 1 for other in others)
        for host, server in own
    )
    return hidden / len(own)
