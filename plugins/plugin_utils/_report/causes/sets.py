# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sets of hosts and of servers that people have a name for: groups, networks, ports. No I/O."""

from __future__ import annotations

import collections
import ipaddress
from collections.abc import Iterable, Iterator, Mapping

from ..model.cells import Cell
from ..model.matrix import Matrix
from ..untrusted import text
from .grid import Members, Sort

# Networks as they are usually handed out to sites and segments.
_PREFIXES = {4: (8, 16, 24), 6: (32, 48, 64)}

# A run has no more names than that which are worth a look.
_MAX_SETS = 1_000

_NOT_A_GROUP = ("all", "ungrouped")


def host_sets(matrix: Matrix, groups: Mapping[str, Iterable[str]]) -> list[Members]:
    """Return the inventory groups and the networks of the hosts."""
    by_name: dict[tuple[Sort, str], int] = {}
    addresses = _addresses_of_hosts(matrix)
    for at, host in enumerate(matrix.hosts):
        names: list[tuple[Sort, str]] = [
            ("group", group) for group in groups.get(host, ()) if group not in _NOT_A_GROUP
        ]
        names += [("network", network) for network in networks_of(addresses.get(host))]
        for name in names:
            by_name[name] = by_name.get(name, 0) | 1 << at
    return _members(by_name)


def server_sets(matrix: Matrix) -> list[Members]:
    """Return the ports and the networks of the servers."""
    by_name: dict[tuple[Sort, str], int] = {}
    index = {server: at for at, server in enumerate(matrix.servers)}
    ports: dict[str, str] = {}
    addresses: dict[str, str] = {}
    for cell in matrix.cells:
        if len(ports) == len(addresses) == len(index):
            break
        if cell.server not in ports:
            ports[cell.server] = port_of(cell)
        if cell.server not in addresses and cell.dialogues:
            found = text(cell.dialogues[0].part("server").get("address"))
            if found:
                addresses[cell.server] = found
    for server, at in index.items():
        names: list[tuple[Sort, str]] = []
        if ports.get(server):
            names.append(("port", ports[server]))
        names += [("network", network) for network in networks_of(addresses.get(server))]
        for name in names:
            by_name[name] = by_name.get(name, 0) | 1 << at
    return _members(by_name)


def networks_of(address: str | None) -> Iterator[str]:
    """Return the networks of an address, the widest first; those of loopback say nothing."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return
    if not found.is_loopback:
        for prefix in _PREFIXES[found.version]:
            yield str(ipaddress.ip_network((found, prefix), strict=False))


def port_of(cell: Cell) -> str:
    """Return the port of a cell's server, empty where it has none, as with a UNIX socket."""
    _host, _colon, port = cell.place.partition(" at ")[0].rpartition(":")
    return port if port.isdecimal() else ""


def _addresses_of_hosts(matrix: Matrix) -> dict[str, str]:
    """Return the address that each host has connected from most often."""
    counted: dict[str, collections.Counter[str]] = {}
    for host, address in matrix.client_addresses:
        if address:
            counted.setdefault(host, collections.Counter())[address] += 1
    return {host: found.most_common(1)[0][0] for host, found in counted.items()}


def _members(by_name: Mapping[tuple[Sort, str], int]) -> list[Members]:
    """Return the sets: groups and ports before networks, and of networks the narrowest first.

    Of sets with the same members, the first is the one that a cause is named by.
    """
    found = [Members(sort, name, bits) for (sort, name), bits in by_name.items()]
    found.sort(key=_order)
    return found[:_MAX_SETS]


def _order(members: Members) -> int:
    if members.sort != "network":
        return -1_000
    return -ipaddress.ip_network(members.name).prefixlen
