# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make one matrix of many shards: the newest of each cell, and a row for what is missing.

The cells stay in the files of the shards. What is kept of each in memory is what the matrix and the
causes need, so that millions of cells fit.
"""

from __future__ import annotations

import collections
import contextlib
import itertools
import os
import typing as t
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..causes.model import Diagnosis
from ..input.collect import ANY_SERVER, MAX_ASSUMED, assumed_cells
from ..model.cells import Cell, CellKey, Missing
from ..model.matrix import Matrix
from ..model.naming import DUPLICATE_TITLE, unique_name
from ..model.plan import Plan
from ..model.shards import BrokenShard, Doubled, ReadShard, Shards
from ..model.verdict import ERROR
from ..side_process import SideProcess, has_another_core
from ..untrusted import one_line
from .documents import unlike_file
from .find import Found
from .merged_cells import MergedCells, MissingRow, Positions, Row, Span, StoredRow
from .read import Shard, read_shard
from .shard_file import BadShard
from .tables import Renumbering, Tables

NOT_IN_A_SHARD = "in no shard: its slice did not run or left no report"

# With at least this number of bytes, two processes read the shards.
_LARGE = 300_000_000

# Limits on the doubled cells that are named, and on the places of a name.
_MAX_DOUBLED = 10_000
_MAX_PLACES = 100


class Merged(t.NamedTuple):
    """The matrix of all shards, and what else they say."""

    matrix: Matrix
    plan: Plan
    groups: dict[str, list[str]]
    diagnoses: dict[CellKey, list[Diagnosis]]
    shards: Shards


def merge(found: Sequence[Found], expected: Sequence[str], now: str) -> Merged:
    """Merge shards. Raise BadShard if none can be read."""
    shards, broken = _read_all(found, now)
    if not shards:
        first = broken[0] if broken else BrokenShard("", "")
        raise BadShard(f"no shard can be read; {first.file}: {first.reason}")
    rows = _Rows()
    for shard in sorted(shards, key=lambda one: one.created, reverse=True):  # the newest first
        rows.add(shard)
    expected = list(dict.fromkeys(map(one_line, expected)))
    order = dict.fromkeys([*expected, *_hosts_of(shards)])
    servers = rows.servers(order)
    missing = [host for host in expected if host not in rows.by_host]
    all_rows = _with_missing(rows, order, broken, servers)
    matrix = Matrix(
        tuple(all_rows),
        # If no host of a shard has any server, those without a shard have one that stands for all.
        tuple(servers or dict.fromkeys(itertools.chain.from_iterable(all_rows.values()))),
        MergedCells(all_rows),
    )
    return Merged(
        matrix,
        _plan(shards, matrix),
        _groups(rows.order, all_rows),
        rows.diagnoses(),
        rows.summary(broken, missing),
    )


class _Outcome(t.NamedTuple):
    """A shard, or why there is none."""

    shard: Shard | None
    problem: str = ""


def _read_all(found: Sequence[Found], now: str) -> tuple[list[Shard], list[BrokenShard]]:
    tables = Tables()
    if _are_large(found):
        outcomes = _in_two_processes(found, tables, now)
    else:
        outcomes = [_read(one, tables, now) for one in found]
    shards: list[Shard] = []
    broken: list[BrokenShard] = []
    for one, (shard, problem) in zip(found, outcomes, strict=True):
        if shard is not None:
            shards.append(shard)
        else:
            broken.append(BrokenShard(one_line(one.path), one_line(problem)))
    return shards, broken


def _are_large(found: Sequence[Found]) -> bool:
    """Return whether the shards are so large that another process saves time."""
    size = 0
    for one in found:
        with contextlib.suppress(OSError):  # it is told when the shard is read
            size += os.path.getsize(one.path)
    return size >= _LARGE and len(found) > 1 and has_another_core()


def _in_two_processes(found: Sequence[Found], tables: Tables, now: str) -> list[_Outcome]:
    """Read every other shard in another process."""
    outcomes = [_Outcome(None)] * len(found)

    def read_aside() -> list[_Outcome]:
        others = Tables()
        return [_read(one, others, now) for one in found[1::2]]

    with SideProcess(read_aside) as side:
        outcomes[::2] = [_read(one, tables, now) for one in found[::2]]
        outcomes[1::2] = side.result()
    renumbered: dict[Tables, Renumbering] = {}
    for outcome in outcomes[1::2]:
        if outcome.shard is not None:
            outcome.shard.segment.move_to(tables, renumbered)
    return outcomes


def _read(found: Found, tables: Tables, now: str) -> _Outcome:
    """Read a shard, which may be anything."""
    if found.problem:
        return _Outcome(None, found.problem)
    try:
        return _Outcome(read_shard(found.path, tables, now))
    except BadShard as error:
        return _Outcome(None, str(error))
    except Exception as error:  # noqa: BLE001 - only this shard may suffer
        return _Outcome(None, f"it cannot be read: {type(error).__name__}: {error}")


class _Rows:
    """The rows of hosts, to which shards are added, the newest first."""

    def __init__(self) -> None:
        self.by_host: dict[str, list[Span]] = {}
        self.order: list[Shard] = []
        self._taken: dict[str, int] = {}
        self._layouts: dict[tuple[bytes, bytes], Positions] = {}
        self._doubled: list[Doubled] = []
        self._doubled_total = self._doubled_in_one = 0
        self._several: dict[str, None] = {}

    def add(self, shard: Shard) -> None:
        """Add the cells of a shard that no newer one has."""
        self.order.append(shard)
        segment = shard.segment
        for host, start, stop in segment.spans:
            positions = self._positions(shard, start, stop)
            earlier = self.by_host.get(host)
            if earlier is not None:
                positions = self._without_doubled(shard, host, earlier, positions)
            elif len(positions) < stop - start:
                for at in range(start, stop):
                    if positions[segment.title(at)] != at - start:
                        self._note_doubled(host, segment.title(at), shard.path, shard.path)
            if positions:
                span = Span(segment, start, stop, positions)
                if earlier is None:
                    self.by_host[host] = [span]
                else:
                    earlier.append(span)
                    _keep_files_apart(earlier)

    def _positions(self, shard: Shard, start: int, stop: int) -> Positions:
        """Return the servers of a span. Spans of the same servers share them."""
        segment = shard.segment
        key = (segment.identities[start:stop].tobytes(), segment.file_numbers(start, stop))
        known = self._layouts.get(key)
        if known is None:
            known = {}
            for at in range(start, stop):
                known.setdefault(segment.title(at), at - start)
            files = [file for at in range(start, stop) for file in segment.files(at)]
            if len({file.lower() for file in files}) == len(files):
                self._layouts[key] = known
            else:
                _keep_files_apart([Span(segment, start, stop, known)])
        return known

    def _without_doubled(
        self, shard: Shard, host: str, earlier: Sequence[Span], positions: Positions
    ) -> Positions:
        """Leave out the cells of a host that newer shards have."""
        owners = {server: span.segment.file.path for span in earlier for server in span.positions}
        if any(span.segment is not shard.segment for span in earlier):
            self._several[host] = None
        kept = {server: at for server, at in positions.items() if server not in owners}
        for server in positions:
            if server in owners:
                self._note_doubled(host, server, owners[server], shard.path)
        return positions if len(kept) == len(positions) else kept

    def _note_doubled(self, host: str, server: str, taken: str, dropped: str) -> None:
        self._doubled_total += 1
        if taken == dropped:
            self._doubled_in_one += 1
        if len(self._doubled) < _MAX_DOUBLED:
            self._doubled.append(Doubled(host, server, one_line(taken), one_line(dropped)))

    def servers(self, order: Iterable[str]) -> dict[str, Cell]:
        """Return a cell for each server, in the order of the hosts."""
        found: dict[str, Cell] = {}
        seen: set[int] = set()
        for host in order:
            for span in self.by_host.get(host, ()):
                if id(span.positions) not in seen:
                    seen.add(id(span.positions))
                    for server, at in span.positions.items():
                        if server not in found:
                            found[server] = span.segment.cell(span.start + at, host)
        return found

    def asked(self) -> collections.Counter[str]:
        """Count the hosts that asked each server."""
        return collections.Counter(
            server for spans in self.by_host.values() for span in spans for server in span.positions
        )

    def diagnoses(self) -> dict[CellKey, list[Diagnosis]]:
        """Return the diagnoses of each cell, of the shard that its cell is of."""
        found: dict[CellKey, list[Diagnosis]] = {}
        for shard in self.order:
            for (host, server), diagnosis in shard.diagnoses:
                spans = self.by_host.get(host, ())
                if any(one.segment is shard.segment and server in one.positions for one in spans):
                    found.setdefault((host, server), []).append(diagnosis)
        return found

    def summary(self, broken: Sequence[BrokenShard], missing: Sequence[str]) -> Shards:
        """Return what was merged, and what is wrong with that."""
        hosts: collections.Counter[int] = collections.Counter()
        cells: collections.Counter[int] = collections.Counter()
        for spans in self.by_host.values():
            for segment in {id(span.segment) for span in spans}:
                hosts[segment] += 1
            for span in spans:
                cells[id(span.segment)] += len(span.positions)
        return Shards(
            tuple(
                ReadShard(
                    one_line(one.path),
                    one.created,
                    one.made_by,
                    one.plan.slice,
                    hosts[id(one.segment)],
                    cells[id(one.segment)],
                )
                for one in self.order
            ),
            tuple(broken),
            tuple(missing),
            tuple(self._doubled),
            self._doubled_total,
            tuple(self._several),
            tuple(_several_places(self.order)),
            self._doubled_in_one,
        )


def _hosts_of(shards: Iterable[Shard]) -> Iterator[str]:
    for shard in shards:
        for host, _start, _stop in shard.segment.spans:
            yield host


def _with_missing(
    rows: _Rows,
    order: Iterable[str],
    broken: Iterable[BrokenShard],
    servers: Mapping[str, Cell],
) -> dict[str, Row]:
    """Return a row for each host, for those that are in no shard too, and for each broken shard."""
    found: dict[str, Row] = {}
    others = _assumed(rows, servers)
    missing = Missing(ERROR, "no shard", NOT_IN_A_SHARD)
    like = {cell.server: cell for cell in assumed_cells("", missing, others)}
    titles: dict[str, int] = {}
    for host in order:
        spans = rows.by_host.get(host)
        found[host] = StoredRow(host, spans) if spans else MissingRow(host, missing, like)
        unique_name(host, titles, DUPLICATE_TITLE)
    for shard in broken:
        name = unique_name(f"shard {shard.file}", titles, DUPLICATE_TITLE)
        reason = f"the shard cannot be merged: {shard.reason}"
        found[name] = MissingRow(name, Missing(ERROR, "bad shard", reason), like)
    return found


def _assumed(rows: _Rows, servers: Mapping[str, Cell]) -> list[Cell]:
    """Return the servers that a host is assumed to have been meant to ask."""
    if len(servers) > MAX_ASSUMED:
        most = dict(rows.asked().most_common(MAX_ASSUMED))
        return [cell for server, cell in servers.items() if server in most]
    return list(servers.values()) or [ANY_SERVER]


def _keep_files_apart(spans: Sequence[Span]) -> None:
    """Give other names to transcripts of a host whose names another server of the host has."""
    taken: set[str] = set()
    for span in spans:
        for server, position in span.positions.items():
            at = span.start + position
            files = span.segment.files(at)
            renamed = [
                one if one.lower() not in taken else unlike_file(one, f"{server} {number}")
                for number, one in enumerate(files)
            ]
            taken.update(one.lower() for one in renamed)
            if renamed != files:
                span.segment.set_files(at, renamed)


def _plan(shards: Iterable[Shard], matrix: Matrix) -> Plan:
    planned = {server for shard in shards for server in shard.plan.servers}
    inside = {host for shard in shards for host in shard.plan.in_container}
    return Plan(
        tuple(server for server in matrix.servers if server in planned),
        in_container=tuple(host for host in matrix.hosts if host in inside),
    )


def _groups(shards: Iterable[Shard], rows: Mapping[str, object]) -> dict[str, list[str]]:
    """Return the groups of each host, of the newest shard that knows them."""
    found: dict[str, list[str]] = {}
    for shard in shards:
        for host, groups in shard.groups.items():
            if host in rows:
                found.setdefault(host, groups)
    return found


def _several_places(shards: Iterable[Shard]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each name of a server that stands for several places."""
    places: dict[str, dict[str, None]] = {}
    for shard in shards:
        for number in set(shard.segment.identities):
            _server, label, place = shard.segment.tables.identities.values[number]
            if label:
                places.setdefault(label, {})[place] = None
    for label, found in places.items():
        if len(found) > 1:
            yield label, tuple(itertools.islice(found, _MAX_PLACES))
