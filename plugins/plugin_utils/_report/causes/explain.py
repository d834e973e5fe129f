# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The smallest set of explanations for the red cells of a grid. No I/O.

An explanation is a rectangle: a set of hosts, a set of servers, and one symptom. The shorter a set
can be said ("all hosts", "group dmz"), the more cells a rectangle explains, and the fewer cells in
it passed, the better it is. That is measured in bits, as the length of what has to be said: to name
a rectangle costs what its sets cost, and saves what it would cost to name each of its cells. The
best rectangle is taken first, then the best for what is left, as long as something is saved. This
is the principle of minimum description length, found by a greedy search.

What is left is told as it is: as a few paths, as servers that fail for all hosts, or as unexplained
where it is scattered.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
import typing as t
from collections.abc import Hashable, Iterator, Sequence

from .grid import Grid, Members, indices, named_or_listed

# What a rectangle costs beside its sets: its symptom, and that people have to read one more.
_BASE_BITS = 12.0

# What it costs to say that a cell in a rectangle passed, as a part of what it costs to name a cell.
_EXCEPTION = 0.25

# The part of a rectangle's cells that may have passed, or may have another symptom, as a few cells
# of any run do. Beyond that, the rectangle does not explain its cells.
_TOLERANCE = 0.1

# So that a group of a few hosts is still one where one of them differs.
_LEAST_WITH_EXCEPTION = 4

# The part of the servers of a set for which a rectangle must explain a cell, unless that is all of
# them, and their least number. That the other servers have red cells, too, which other rectangles
# explain, says nothing for it.
_PART_OF_SERVERS = 0.5
_LEAST_SERVERS = 3

# A server that fails for some hosts that have nothing else in common is an explanation, too, where
# they are that many, and that part of the hosts. Fewer are chance, or a path.
_LEAST_OF_PART = 3
_PART = 0.1

# Limit on the rectangles, for a matrix that a compromised host has made up.
_MAX_FOUND = 200

# The symptom of cells that are not to be explained: they only count against others.
OTHER: t.Final = "other"

# Sets of hosts that are meant one by one.
_EACH = ("one", "list")

# More cells than that are scattered, and no path of them is worth a sentence, unless it is that of
# all hosts.
_MAX_PATHS = 5

# More servers that fail for all hosts, each in its own way, may be made up by one host.
_MAX_SERVERS = 10


@dataclasses.dataclass(frozen=True)
class Explanation:
    """A rectangle: these hosts see this symptom at these servers.

    `cells` has for each server the hosts whose red cells it explains, `exceptions` the number of
    cells in it that passed. `is_path` is whether it is only what was left.
    """

    symptom: Hashable
    hosts: Members
    servers: Members
    cells: dict[int, int]
    exceptions: int = 0
    is_path: bool = False

    @property
    def count(self) -> int:
        """The number of red cells that it explains."""
        return sum(hosts.bit_count() for hosts in self.cells.values())


class Explanations(t.NamedTuple):
    """Explanations, the one that explains most first, and the cells that none explains."""

    found: list[Explanation]
    unexplained: dict[Hashable, dict[int, int]]


def explain(
    grid: Grid, host_sets: Sequence[Members], server_sets: Sequence[Members]
) -> Explanations:
    """Explain the red cells by the sets of hosts and of servers that have a name."""
    return _Search(grid, host_sets, server_sets).explanations()


class _Candidate(t.NamedTuple):
    gain: float
    explanation: Explanation


class _Search:
    """A greedy search."""

    def __init__(
        self, grid: Grid, host_sets: Sequence[Members], server_sets: Sequence[Members]
    ) -> None:
        self._grid = grid
        all_hosts = Members("all", "", grid.all_hosts)
        all_servers = Members("all", "", grid.all_servers)
        one_server = [Members("one", name, 1 << at) for at, name in enumerate(grid.servers)]
        # Sets of one host that have no other name are made when a host is looked at.
        self._host_sets = _distinct([all_hosts, *host_sets])
        self._named_hosts = {one.bits.bit_length() - 1 for one in self._host_sets if one.size == 1}
        distinct = _distinct([all_servers, *server_sets, *one_server])
        self._server_sets = [one for one in distinct if one.sort != "one"]
        self._one_server = {one.bits.bit_length() - 1: one for one in one_server}
        if len(one_server) == 1:
            self._one_server[0] = all_servers
        self._cell_bits = math.log2(len(grid.hosts) * len(grid.servers) + 1) + 3.0
        self._left = {symptom: list(columns) for symptom, columns in grid.red.items()}
        # All cells that are not explained yet, whatever their symptom.
        self._all_left = list(grid.failed)
        self._costs: dict[tuple[str, bool], float] = {}
        # For each symptom the servers of each host, so that most hosts need no look at all columns.
        self._rows = {symptom: _rows_of(columns) for symptom, columns in grid.red.items()}

    @property
    def _least_servers(self) -> float:
        """The least number of servers that make a host one that fails in part."""
        return max(_LEAST_OF_PART, _PART * len(self._grid.servers))

    def explanations(self) -> Explanations:
        """Take the best rectangle, as long as there is one, and then what is left."""
        found: list[Explanation] = []
        while len(found) < _MAX_FOUND:
            # What one rectangle explains speaks no longer against another, of any symptom.
            candidates = [
                one
                for symptom in self._left
                if symptom is not OTHER
                for one in self._candidates(symptom)
            ]
            best = max(candidates, key=lambda one: one.gain, default=None)
            if best is None or best.gain <= 0:
                break
            found.append(best.explanation)
            self._take(best.explanation)
        found = _merged(self._without_overlaps([self._widened(one) for one in found]))
        for part in self._parts():
            found.append(part)
            self._take(part)
        paths = _merged(list(self._paths()))
        if sum(path.count for path in paths) > _MAX_PATHS:
            paths = [path for path in paths if self._is_for_all_hosts(path)]
            paths = paths if len(paths) <= _MAX_SERVERS else []
        for path in paths:
            found.append(path)
            self._take(path)
        unexplained = {
            symptom: {at: bits for at, bits in enumerate(columns) if bits}
            for symptom, columns in self._left.items()
            if any(columns)
        }
        found.sort(key=lambda one: (one.is_path, -one.count))
        return Explanations(found, unexplained)

    def _is_for_all_hosts(self, path: Explanation) -> bool:
        """Return whether all hosts that have asked see the same. Then its cells are not scattered.

        With one host or two, no rectangle saves anything, however many servers are broken.
        """
        return all(self._grid.asked[at] == hosts for at, hosts in path.cells.items())

    def _widened(self, one: Explanation) -> Explanation:
        """Say it of all servers, or of all of a port, where the others are explained by now."""
        if one.servers.sort not in ("list", "one"):
            return one
        for servers in self._server_sets:
            wider = one.servers.bits | servers.bits == servers.bits
            if not (wider and _are_enough(one.cells, servers)):
                continue
            if self._is_tolerable(one.symptom, one.hosts, servers):
                return dataclasses.replace(one, servers=servers)
        return one

    def _without_overlaps(self, found: Sequence[Explanation]) -> list[Explanation]:
        """Give cells to the wider of two rectangles of one symptom, where both have them.

        A rectangle may have been taken before one that turned out to explain a part of it: the
        servers of that part are none of its own.
        """
        kept = list(found)
        for at_wide, at_narrow in itertools.permutations(range(len(kept)), 2):
            wide, narrow = kept[at_wide], kept[at_narrow]
            shared = {at: bits for at, bits in narrow.cells.items() if wide.servers.bits >> at & 1}
            if shared and _gives_way(narrow, wide):
                kept[at_wide] = _with_cells(wide, shared)
                kept[at_narrow] = self._without_servers(narrow, shared)
        return [one for one in kept if one.cells]

    def _without_servers(self, one: Explanation, moved: dict[int, int]) -> Explanation:
        cells = {at: bits for at, bits in one.cells.items() if at not in moved}
        servers = named_or_listed(sum(1 << at for at in cells), self._grid.servers)
        return dataclasses.replace(one, cells=cells, servers=servers)

    def _take(self, explanation: Explanation) -> None:
        columns, rows = self._left[explanation.symptom], self._rows[explanation.symptom]
        for at, hosts in explanation.cells.items():
            columns[at] &= ~hosts
            self._all_left[at] &= ~hosts
            for host in indices(hosts):
                rows[host] = rows.get(host, 0) & ~(1 << at)

    def _candidates(self, symptom: Hashable) -> Iterator[_Candidate]:
        left = self._left[symptom]
        occupied = [at for at, hosts in enumerate(left) if hosts]
        if not occupied:
            return
        union = 0
        for at in occupied:
            union |= left[at]
        for hosts in itertools.chain(self._host_sets, self._single_hosts(symptom)):
            if not hosts.bits & union:
                continue
            columns = {at: left[at] & hosts.bits for at in occupied if left[at] & hosts.bits}
            yield from self._of_named_servers(symptom, hosts, columns)
            pure = {at: bits for at, bits in columns.items() if self._is_pure(symptom, hosts, at)}
            if pure:
                most = max(pure, key=lambda at: pure[at].bit_count())
                yield self._candidate(symptom, hosts, self._one_server[most], {most: pure[most]})
            least = 2 if hosts.size > 2 else self._least_servers
            if least <= len(pure) < len(self._grid.servers):
                listed = Members("list", "", sum(1 << at for at in pure))
                yield self._candidate(symptom, hosts, listed, pure)

    def _single_hosts(self, symptom: Hashable) -> Iterator[Members]:
        """Yield the hosts with enough cells left for a cause of their own to save something.

        The cheapest set of servers costs one bit.
        """
        total = len(self._grid.hosts)
        least = (_BASE_BITS + _cost_of_one(total) + 1.0) / self._cell_bits
        rows = self._rows[symptom]
        for host in sorted(host for host, servers in rows.items() if servers.bit_count() > least):
            if host not in self._named_hosts:
                yield Members("one", self._grid.hosts[host], 1 << host)

    def _of_named_servers(
        self, symptom: Hashable, hosts: Members, columns: dict[int, int]
    ) -> Iterator[_Candidate]:
        """Yield the rectangles over servers that have a name in common, and over all servers."""
        for servers in self._server_sets:
            within = {at: bits for at, bits in columns.items() if servers.bits >> at & 1}
            if _are_enough(within, servers) and self._is_tolerable(symptom, hosts, servers):
                yield self._candidate(symptom, hosts, servers, within)

    def _candidate(
        self, symptom: Hashable, hosts: Members, servers: Members, cells: dict[int, int]
    ) -> _Candidate:
        count = sum(bits.bit_count() for bits in cells.values())
        exceptions = sum(
            (self._grid.passed[at] & hosts.bits).bit_count() for at in indices(servers.bits)
        )
        gain = self._cell_bits * (count - _EXCEPTION * exceptions)
        gain -= _BASE_BITS + self._cost(hosts, of_hosts=True) + self._cost(servers, of_hosts=False)
        return _Candidate(gain, Explanation(symptom, hosts, servers, cells, exceptions))

    def _is_pure(self, symptom: Hashable, hosts: Members, at: int) -> bool:
        return self._is_tolerable(symptom, hosts, self._one_server[at])

    def _is_tolerable(self, symptom: Hashable, hosts: Members, servers: Members) -> bool:
        """Whether as good as all cells of a rectangle have the symptom, or are explained already.

        At least half of them have it: a rectangle of which another explains nearly all does not
        explain the rest.
        """
        passed, same, left = self._grid.passed, self._grid.red[symptom], self._left[symptom]
        shown = against = asked = 0
        for at in indices(servers.bits):
            shown += (same[at] & hosts.bits).bit_count()
            asked += (self._grid.asked[at] & hosts.bits).bit_count()
            contrary = passed[at] | (self._all_left[at] ^ left[at])
            against += (contrary & hosts.bits).bit_count()
        if 2 * shown < asked:
            return False
        one_more = 1.0 if shown >= _LEAST_WITH_EXCEPTION else 0.0
        return against <= _TOLERANCE * (shown + against) + one_more

    def _cost(self, members: Members, *, of_hosts: bool) -> float:
        """Return how many bits it takes to say which hosts, or servers, are meant."""
        known = self._host_sets if of_hosts else self._server_sets
        total = len(self._grid.hosts if of_hosts else self._grid.servers)
        if members.sort == "all":
            return 1.0
        if members.sort == "list":
            return 3.0 + math.log2(math.comb(total, members.size))
        if members.sort == "one":
            return _cost_of_one(total)
        key = (members.sort, of_hosts)
        if key not in self._costs:
            alike = sum(one.sort == members.sort for one in known)
            self._costs[key] = 2.0 + math.log2(alike + 1)
        return self._costs[key]

    def _parts(self) -> Iterator[Explanation]:
        """Return the servers, and the hosts, that fail in part, by nothing that has a name."""
        for symptom, columns in list(self._left.items()):
            if symptom is OTHER:
                continue
            for at, bits in enumerate(columns):
                least = max(_LEAST_OF_PART, _PART * self._grid.asked[at].bit_count())
                if bits.bit_count() >= least:
                    listed = Members("list", "", bits)
                    passed = (self._grid.passed[at] & bits).bit_count()
                    yield Explanation(
                        symptom, listed, self._one_server[at], {at: bits}, exceptions=passed
                    )
            yield from self._parts_of_hosts(symptom, columns)

    def _parts_of_hosts(self, symptom: Hashable, columns: Sequence[int]) -> Iterator[Explanation]:
        for host, servers in _rows_of(columns).items():
            if servers.bit_count() >= self._least_servers:
                one = Members("one", self._grid.hosts[host], 1 << host)
                cells = dict.fromkeys(indices(servers), 1 << host)
                yield Explanation(symptom, one, Members("list", "", servers), cells)

    def _paths(self) -> Iterator[Explanation]:
        """Return what is left, cell by cell of one server."""
        for symptom, columns in self._left.items():
            for at, bits in enumerate(columns):
                if bits and symptom is not OTHER:
                    hosts = named_or_listed(bits, self._grid.hosts)
                    yield Explanation(
                        symptom, hosts, self._one_server[at], {at: bits}, is_path=True
                    )


def _rows_of(columns: Sequence[int]) -> dict[int, int]:
    """Return the set of servers of each host that is in a column."""
    rows: dict[int, int] = {}
    for at, bits in enumerate(columns):
        for host in indices(bits):
            rows[host] = rows.get(host, 0) | 1 << at
    return rows


def _cost_of_one(total: int) -> float:
    """Return how many bits it takes to name one of some hosts, or servers."""
    return 2.0 + math.log2(total + 1)


def _distinct(sets: Sequence[Members]) -> list[Members]:
    """Leave out empty sets, and of sets with the same members all but the first."""
    by_bits: dict[int, Members] = {}
    for one in sets:
        if one.bits:
            by_bits.setdefault(one.bits, one)
    return list(by_bits.values())


def _are_enough(cells: dict[int, int], servers: Members) -> bool:
    """Whether cells at some servers of a set are reason enough to say it of the set."""
    number = len(cells)
    if number == servers.size:
        return True
    return number >= max(_LEAST_SERVERS, _PART_OF_SERVERS * servers.size)


def _gives_way(narrow: Explanation, wide: Explanation) -> bool:
    """Whether cells of a rectangle are another's, which is wider, where both have them."""
    if narrow.symptom != wide.symptom or narrow.hosts.bits & ~wide.hosts.bits:
        return False
    if narrow.servers.bits & ~wide.servers.bits == 0:
        return True
    return narrow.servers.sort == "list" and narrow.hosts.bits != wide.hosts.bits


def _with_cells(one: Explanation, more: dict[int, int]) -> Explanation:
    cells = dict(one.cells)
    for at, bits in more.items():
        cells[at] = cells.get(at, 0) | bits
    return dataclasses.replace(one, cells=cells)


def _merged(found: Sequence[Explanation]) -> list[Explanation]:
    """Make one explanation of those with one symptom that differ in their servers, or hosts, alone.

    Hosts are put together only where each was meant by itself: two groups stay two.
    """
    merged: list[Explanation] = []
    for one in found:
        for at, earlier in enumerate(merged):
            joined = _joined(earlier, one)
            if joined is not None:
                merged[at] = joined
                break
        else:
            merged.append(one)
    return merged


def _joined(one: Explanation, other: Explanation) -> Explanation | None:
    """Return two explanations as one, or None where they are not alike enough."""
    hosts, servers = one.hosts, one.servers
    if one.symptom != other.symptom:
        return None
    if hosts.bits == other.hosts.bits:
        servers = Members("list", "", servers.bits | other.servers.bits)
    elif servers.bits == other.servers.bits and other.hosts.sort == "one" and hosts.sort in _EACH:
        hosts = Members("list", "", hosts.bits | other.hosts.bits)
    else:
        return None
    joined = dataclasses.replace(
        one, hosts=hosts, servers=servers, exceptions=one.exceptions + other.exceptions
    )
    return _with_cells(joined, other.cells)
