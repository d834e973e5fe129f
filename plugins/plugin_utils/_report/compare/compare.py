# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is not as it was in an earlier run: outlines and a report in, changes out. No I/O.

A cell that broke or healed says so, and nothing else of it is compared. Of one that is as good or
as bad as before, what the server says is compared: codes, capabilities, TLS, certificate, banner,
and the time that it takes.

A server that its user has given a name is the same one at another host or port, and has moved.
"""

from __future__ import annotations

import collections
import dataclasses
import typing as t
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..document.cells import cell_document
from ..model.matrix import Matrix
from ..model.verdict import NOT_RUN, PASSED
from .baseline import Baseline, CellKey, CellSummary, DialogueSummary

BROKE, HEALED, NEW, GONE, MOVED = "broke", "healed", "new", "gone", "moved"

# A time is out of its earlier range when it is so many times the longest, and so much longer, or
# as much shorter: on a busy machine a dialogue of 10 ms takes 30 ms.
_TIMES = 2
_SECONDS = 1.0


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was, in one cell."""

    host: str
    server: str
    what: str
    before: str
    after: str

    @property
    def name(self) -> str:
        """What the cell is called."""
        return f"{self.host} → {self.server}"


@dataclasses.dataclass(frozen=True)
class Comparison:
    """All changes since an earlier report. `worse` are the cells that broke since.

    `before` has, for each cell that there was, how it was.
    """

    changes: Sequence[Change]
    worse: frozenset[CellKey]
    baseline: Baseline
    before: Mapping[CellKey, CellSummary] = dataclasses.field(default_factory=dict)

    @property
    def since(self) -> str:
        """When the earlier report was made."""
        return self.baseline.since

    @property
    def counts(self) -> dict[str, int]:
        """Count the changes of each sort."""
        counted: dict[str, int] = {}
        for change in self.changes:
            counted[change.what] = counted.get(change.what, 0) + 1
        return counted

    def widen_ranges(self, document: dict[str, t.Any]) -> None:
        """Have the ranges of a cell's times include those of the earlier run."""
        before = self.before.get((document["host"], document["server"]))
        if before is None:
            return
        for dialogue, summary in _pairs(before, document["dialogues"], lambda one: one["title"]):
            ranges = dialogue["seconds_range"]
            for stage, (least, most) in summary.ranges.items():
                if stage in ranges:
                    now = ranges[stage]
                    ranges[stage] = [min(least, now[0]), max(most, now[1])]


def compare(baseline: Baseline, matrix: Matrix) -> Comparison:
    """Compare a matrix with a baseline."""
    changes: list[Change] = []
    worse: set[CellKey] = set()
    key_before = _counterparts(baseline, matrix)
    found = {now: baseline.cells[before] for now, before in key_before.items()}
    for cell in matrix.cells:
        key = (cell.host, cell.server)
        if cell.verdict == NOT_RUN:
            continue
        before = found.get(key)
        now = CellSummary.of(cell_document(cell))
        if before is not None and key_before[key] != key and before.place != now.place:
            changes.append(Change(*key, MOVED, *_differing_parts(before.place, now.place)))
        changes.extend(Change(*key, *change) for change in _cell_changes(before, now))
        # What was not run is not known to have been good.
        if not cell.passed and (before is None or before.verdict in (PASSED, NOT_RUN)):
            worse.add(key)
    still_there = set(key_before.values())
    for key, before in baseline.cells.items():
        if key not in still_there:
            changes.append(Change(*key, GONE, before.outcome, ""))
    return Comparison(tuple(changes), frozenset(worse), baseline, found)


def _counterparts(baseline: Baseline, matrix: Matrix) -> dict[CellKey, CellKey]:
    """Give, for each cell that there was, where it was in the earlier report.

    A name that a host has for one server, then and now, says which it is. Otherwise the title does:
    two servers of one name are kept apart.
    """
    was = _keys_by_name((key, cell.name) for key, cell in baseline.cells.items())
    now = _keys_by_name(((cell.host, cell.server), cell.label) for cell in matrix.cells)
    found = {now[key]: was[key] for key in now.keys() & was.keys()}
    taken = set(found.values())
    for cell in matrix.cells:
        key = (cell.host, cell.server)
        if key not in found and key not in taken and key in baseline.cells:
            found[key] = key
    return found


def _keys_by_name(cells: Iterable[tuple[CellKey, str]]) -> dict[tuple[str, str], CellKey]:
    """Return the place of each name of a host's that is there once."""
    keys: dict[tuple[str, str], list[CellKey]] = collections.defaultdict(list)
    for key, name in cells:
        if name:
            keys[key[0], name].append(key)
    return {key: found[0] for key, found in keys.items() if len(found) == 1}


_Dialogue = t.TypeVar("_Dialogue")


def _pairs(
    before: CellSummary, now: Sequence[_Dialogue], title_of: t.Callable[[_Dialogue], str]
) -> Iterator[tuple[_Dialogue, DialogueSummary]]:
    """Return each dialogue with the one that it was before.

    The title says which, and where it has moved with its server, the place among as many.
    """
    baseline = {summary.title: summary for summary in before.dialogues}
    moved = len(now) == len(before.dialogues) and not any(title_of(one) in baseline for one in now)
    for index, one in enumerate(now):
        summary = before.dialogues[index] if moved else baseline.get(title_of(one))
        if summary is not None:
            yield one, summary


def _cell_changes(before: CellSummary | None, now: CellSummary) -> Iterator[tuple[str, str, str]]:
    """Return what has changed in a cell: what, how it was, how it is."""
    if before is None or before.verdict == NOT_RUN:
        yield NEW, "", now.outcome
        return
    was_good, is_good = before.verdict == PASSED, now.verdict == PASSED
    if was_good != is_good:
        yield HEALED if is_good else BROKE, before.outcome, now.outcome
        return
    if not is_good and before.short != now.short:
        yield "failure", before.outcome, now.outcome
    for summary, as_it_was in _pairs(before, now.dialogues, lambda one: one.title):
        yield from _dialogue_changes(as_it_was, summary)


def _differing_parts(was: str, now: str) -> tuple[str, str]:
    """Return two places, and of those that differ in the port alone the port."""
    (old_host, old_colon, old_port), (new_host, colon, port) = (
        was.rpartition(":"),
        now.rpartition(":"),
    )
    if old_host == new_host and old_port.isdigit() and port.isdigit():
        return old_colon + old_port, colon + port
    return was, now


def _dialogue_changes(old: DialogueSummary, new: DialogueSummary) -> Iterator[tuple[str, str, str]]:
    """Compare what the server said in two dialogues."""
    for what in ("codes", "tls", "certificate", "banner"):
        was, now = getattr(old, what), getattr(new, what)
        if was != now:
            yield what, was, now
    if old.capabilities != new.capabilities:
        there, now_there = set(old.capabilities), set(new.capabilities)
        gone = ", ".join(one for one in old.capabilities if one not in now_there)
        come = ", ".join(one for one in new.capabilities if one not in there)
        yield "capabilities", gone, come
    yield from _time_changes(old, new)


def _time_changes(old: DialogueSummary, new: DialogueSummary) -> Iterator[tuple[str, str, str]]:
    """Compare how long the stages took with the least and the most that was seen earlier."""
    for stage, (least, most) in old.ranges.items():
        if stage not in new.ranges:
            continue
        now = new.ranges[stage][0]  # the one time that there is
        slower = now > most * _TIMES and now > most + _SECONDS
        faster = now < least / _TIMES and now < least - _SECONDS
        if slower or faster:
            span = f"{least:.2f}" if least == most else f"{least:.2f} to {most:.2f}"
            yield "time", f"{stage} {span} s", f"{stage} {now:.2f} s"
