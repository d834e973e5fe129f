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
        cells: Mapping[tuple[int, int], Hashable | None],
    ) -> Grid:
        """Return the grid of cells by host and server; None is a cell that passed."""
        passed = [0] * len(servers)
        red: dict[Hashable, list[int]] = {}
        for (host, server), symptom in cells.items():
            column = passed if symptom is None else red.setdefault(symptom, [0] * len(servers))
            column[server] |= 1 << host
        return cls(hosts, servers, passed, red)

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
