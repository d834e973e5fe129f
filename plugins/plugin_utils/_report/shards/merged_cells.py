# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cells of all shards, each made when somebody asks for it. No I/O."""

from __future__ import annotations

import bisect
import itertools
import typing as t
from collections.abc import Iterator, Mapping, Sequence

from ..model.cells import Cell, Missing
from ..model.matrix import CellSource
from .segment import Segment

# The servers of a span, each with its position in the span. Many hosts share one.
Positions = Mapping[str, int]


class Span(t.NamedTuple):
    """Cells of one host in one shard: those of `positions`, which count from `start`."""

    segment: Segment
    start: int
    stop: int
    positions: Positions


class Row(Mapping[str, Cell]):
    """The cells of one host, by server."""

    __slots__ = ()

    def cells(self) -> Iterator[Cell]:
        """Yield the cells in their order."""
        return iter(self.values())

    def not_passed(self) -> Iterator[Cell]:
        """Yield the cells that did not pass, or were not run."""
        return (cell for cell in self.values() if not cell.passed)

    def client_addresses(self) -> Iterator[str | None]:
        """Yield the address that each dialogue connected from."""
        raise NotImplementedError

    def durations(self) -> Iterator[float]:
        """Yield the seconds of each dialogue, 0 where they are unknown."""
        raise NotImplementedError


class StoredRow(Row):
    """A host that is in shards."""

    __slots__ = ("host", "spans")

    def __init__(self, host: str, spans: Sequence[Span]) -> None:
        self.host = host
        self.spans = spans

    def __getitem__(self, server: str) -> Cell:
        for span in self.spans:
            if server in span.positions:
                return span.segment.cell(span.start + span.positions[server], self.host)
        raise KeyError(server)

    def __contains__(self, server: object) -> bool:
        return any(server in span.positions for span in self.spans)

    def __iter__(self) -> Iterator[str]:
        return itertools.chain.from_iterable(span.positions for span in self.spans)

    def __len__(self) -> int:
        return sum(len(span.positions) for span in self.spans)

    def cells(self) -> Iterator[Cell]:
        """Yield the cells in their order."""
        for span in self.spans:
            for position in span.positions.values():
                yield span.segment.cell(span.start + position, self.host)

    def not_passed(self) -> Iterator[Cell]:
        """Yield the cells that did not pass, or were not run."""
        for span in self.spans:
            found = span.segment.not_passed
            begin = bisect.bisect_left(found, span.start)
            for at in found[begin : bisect.bisect_left(found, span.stop, begin)]:
                if span.positions.get(span.segment.title(at)) == at - span.start:
                    yield span.segment.cell(at, self.host)

    def client_addresses(self) -> Iterator[str | None]:
        """Yield the address that each dialogue connected from."""
        for span in self.spans:
            for position in span.positions.values():
                if span.segment.has_dialogues(span.start + position):
                    yield span.segment.address(span.start + position)

    def durations(self) -> Iterator[float]:
        """Yield the seconds of each dialogue, 0 where they are unknown."""
        for span in self.spans:
            for position in span.positions.values():
                yield from span.segment.durations(span.start + position)


class MissingRow(Row):
    """A host that is in no shard, or a shard that cannot be read: a cell for each server."""

    __slots__ = ("_host", "_missing", "_servers")

    def __init__(self, host: str, missing: Missing, servers: Mapping[str, Cell]) -> None:
        self._host = host
        self._missing = missing
        self._servers = servers

    def __getitem__(self, server: str) -> Cell:
        like = self._servers[server]
        return Cell(self._host, server, (), self._missing, like.file, like.label, like.place)

    def __iter__(self) -> Iterator[str]:
        return iter(self._servers)

    def __len__(self) -> int:
        return len(self._servers)

    def client_addresses(self) -> Iterator[str | None]:
        """Yield nothing, since the host held no dialogue."""
        return iter(())

    def durations(self) -> Iterator[float]:
        """Yield nothing, since the host held no dialogue."""
        return iter(())


class MergedCells(CellSource):
    """All cells, in the order of the hosts."""

    def __init__(self, rows: Mapping[str, Row]) -> None:
        self.rows = rows
        self._total = sum(map(len, rows.values()))

    def __len__(self) -> int:
        return self._total

    def __iter__(self) -> Iterator[Cell]:
        return itertools.chain.from_iterable(row.cells() for row in self.rows.values())

    @t.overload
    def __getitem__(self, index: int) -> Cell:
        """Return a cell."""

    @t.overload
    def __getitem__(self, index: slice) -> list[Cell]:
        """Return several cells."""

    def __getitem__(self, index: int | slice) -> Cell | list[Cell]:
        if isinstance(index, slice):
            return list(itertools.islice(self, *index.indices(len(self))))
        return self._cell_at(index if index >= 0 else index + len(self))

    def _cell_at(self, index: int) -> Cell:
        for row in self.rows.values():
            if 0 <= index < len(row):
                return next(itertools.islice(row.cells(), index, None))
            index -= len(row)
        raise IndexError(index)

    @property
    def by_host(self) -> Mapping[str, Mapping[str, Cell]]:
        """The cells of each host, by server."""
        return self.rows

    def not_passed(self) -> Iterator[Cell]:
        """Yield the cells that did not pass, or were not run, in their order."""
        return itertools.chain.from_iterable(row.not_passed() for row in self.rows.values())

    def client_addresses(self) -> Iterator[tuple[str, str | None]]:
        """Yield the host of each cell with a dialogue, and the address that it connected from."""
        for host, row in self.rows.items():
            for address in row.client_addresses():
                yield host, address

    def durations(self) -> Iterator[float]:
        """Yield the seconds of each dialogue, 0 where they are unknown."""
        return itertools.chain.from_iterable(row.durations() for row in self.rows.values())
