# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A matrix as bits: which hosts saw which symptom at which server. No I/O.

A set of hosts, or of servers, is an int whose bit N stands for the host, or server, of index N. To
count what two sets have in common is one operation, however many hosts there are.
"""

from __future__ import annotations

import dataclasses
import functools
import typing as t
from collections.abc import Hashable, Iterator, Mapping, Sequence

# How a set is meant, from what says most to what says least.
Sort = t.Literal["all", "group", "network", "address", "port", "one", "list"]


class Members(t.NamedTuple):
    """A set of hosts or of servers. `name` is what people call it, empty for `all` and `list`."""

    sort: Sort
    name: str
    bits: int

    @property
    def size(self) -> int:
        """The number of members."""
        return self.bits.bit_count()


class GridColumns:
    """A set of hosts for each server, to which hosts are added one by one, however many there are.

    An int is copied whenever a bit is set, which is too slow for the hosts of a large fleet.
    """

    def __init__(self, hosts: int, servers: int) -> None:
        self._size = hosts // 8 + 1
        self._columns: list[bytearray | None] = [None] * servers

    def add(self, host: int, server: int) -> None:
        """Add a host to the set of a server."""
        column = self._columns[server]
        if column is None:
            column = self._columns[server] = bytearray(self._size)
        column[host >> 3] |= 1 << (host & 7)

    @property
    def bits(self) -> list[int]:
        """The set of each server."""
        return [int.from_bytes(column or b"", "little") for column in self._columns]


@dataclasses.dataclass(frozen=True)
class Grid:
    """The cells that were run: for each server the hosts that passed, and those with a symptom.

    `passed` and each value of `red` have one set of hosts for each server.
    """

    hosts: Sequence[str]
    servers: Sequence[str]
    passed: Sequence[int]
    red: Mapping[Hashable, Sequence[int]]

    @classmethod
    def of(
        cls,
        hosts: Sequence[str],
        servers: Sequence[str],
        passed: Sequence[int],
        symptoms: Mapping[tuple[int, int], Hashable],
    ) -> Grid:
        """Return the grid of the hosts that passed at each server, and the symptoms of cells."""
        red: dict[Hashable, GridColumns] = {}
        for key, symptom in symptoms.items():
            if symptom not in red:
                red[symptom] = GridColumns(len(hosts), len(servers))
            red[symptom].add(*key)
        return cls(
            hosts, servers, passed, {symptom: columns.bits for symptom, columns in red.items()}
        )

    @functools.cached_property
    def failed(self) -> Sequence[int]:
        """For each server the hosts that did not pass, whatever their symptom."""
        return [
            sum(columns[at] for columns in self.red.values()) for at in range(len(self.servers))
        ]

    @functools.cached_property
    def asked(self) -> Sequence[int]:
        """For each server the hosts that have asked it."""
        return [passed | failed for passed, failed in zip(self.passed, self.failed, strict=True)]

    @property
    def all_hosts(self) -> int:
        """The set of all hosts."""
        return (1 << len(self.hosts)) - 1

    @property
    def all_servers(self) -> int:
        """The set of all servers."""
        return (1 << len(self.servers)) - 1


def indices(bits: int) -> Iterator[int]:
    """Return the index of each member of a set."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def named_or_listed(bits: int, names: Sequence[str], sets: Sequence[Members] = ()) -> Members:
    """Return a set by the name that it has, or as one member, or as a list."""
    for one in sets:
        if one.bits == bits:
            return one
    if bits.bit_count() == 1:
        (only,) = indices(bits)
        return Members("one", names[only], bits)
    return Members("list", "", bits)
