# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare a matrix with a baseline. No I/O.

For a cell that broke or healed, that is the only change. For any other cell, the words of the
server are compared: codes, capabilities, TLS, certificate, banner, and the times of the stages.

A server that has a name is recognised by it. If its host or port differs, it has moved.
"""

from __future__ import annotations

import collections
import dataclasses
import typing as t
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..causes.model import Causes
from ..document.causes import cause_document
from ..document.cells import cell_document
from ..model.cells import CellKey
from ..model.matrix import Matrix
from ..model.verdict import NOT_RUN, PASSED
from .baseline import Baseline, CellSummary, DialogueSummary
from .causes import causes_by_key, names_of_servers

BROKE, HEALED, NEW, GONE, MOVED = "broke", "healed", "new", "gone", "moved"

# A time has changed if it is both this factor and this number of seconds longer than the longest
# time before, or shorter than the shortest. A busy machine makes a dialogue of 10 ms take 30 ms.
_FACTOR = 2
_SECONDS = 1.0


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One difference of one cell: `what` has changed, from `before` to `after`."""

    host: str
    server: str
    what: str
    before: str
    after: str

    @property
    def name(self) -> str:
        """The host and the server as a text."""
        return f"{self.host} → {self.server}"


@dataclasses.dataclass(frozen=True)
class Comparison:
    """All changes since a baseline.

    `worse` are the cells that broke since then. `before` has the earlier summary of each cell of
    the matrix that was in the baseline. `causes_new` and `causes_gone` are the sentences of causes
    that came and went; they are None if the baseline has no causes.
    """

    changes: Sequence[Change]
    worse: frozenset[CellKey]
    baseline: Baseline
    before: Mapping[CellKey, CellSummary] = dataclasses.field(default_factory=dict)
    causes_new: Sequence[str] | None = None
    causes_gone: Sequence[str] | None = None

    @property
    def since(self) -> str:
        """When the baseline was made."""
        return self.baseline.since

    @property
    def has_changes(self) -> bool:
        """Whether anything is not as it was."""
        return bool(self.changes or self.causes_new or self.causes_gone)

    @property
    def counts(self) -> dict[str, int]:
        """The number of changes of each sort."""
        counted: dict[str, int] = {}
        for change in self.changes:
            counted[change.what] = counted.get(change.what, 0) + 1
        return counted

    def widen_ranges(self, document: dict[str, t.Any]) -> None:
        """Extend the ranges of the times of a cell by those of the baseline."""
        before = self.before.get((document["host"], document["server"]))
        if before is None:
            return
        for dialogue, summary in _pairs(before, document["dialogues"], lambda one: one["title"]):
            ranges = dialogue["seconds_range"]
            for stage, (least, most) in summary.ranges.items():
                if stage in ranges:
                    now = ranges[stage]
                    ranges[stage] = [min(least, now[0]), max(most, now[1])]


def compare(baseline: Baseline, matrix: Matrix, causes: Causes | None = None) -> Comparison:
    """Compare a matrix, and its causes if they are given, with a baseline."""
    changes: list[Change] = []
    worse: set[CellKey] = set()
    key_before = _counterparts(baseline, matrix)
    found = {now: baseline.cells[before] for now, before in key_before.items()}
    for cell in matrix.cells:
        key = cell.key
        if cell.verdict == NOT_RUN:
            continue
        before = found.get(key)
        now = CellSummary.of(cell_document(cell))
        if before is not None and key_before[key] != key and before.place != now.place:
            changes.append(Change(*key, MOVED, *_differing_parts(before.place, now.place)))
        changes.extend(Change(*key, *change) for change in _cell_changes(before, now))
        # A cell that was not run may have been good.
        if not cell.passed and (before is None or before.verdict in (PASSED, NOT_RUN)):
            worse.add(key)
    still_planned = set(key_before.values())
    for key, before in baseline.cells.items():
        if key not in still_planned:
            changes.append(Change(*key, GONE, before.outcome, ""))
    come, gone = _cause_changes(baseline, matrix, causes)
    return Comparison(tuple(changes), frozenset(worse), baseline, found, come, gone)


def _cause_changes(
    baseline: Baseline, matrix: Matrix, causes: Causes | None
) -> tuple[Sequence[str] | None, Sequence[str] | None]:
    """Return the sentences of the causes that came, and of those that went.

    While some cells have not been run, no cause has gone: they may have it, too.
    """
    if baseline.causes is None or causes is None:
        return None, None
    report = {"hosts": matrix.hosts, "servers": matrix.servers}
    names = names_of_servers((cell.server, cell.label) for cell in matrix.cells)
    before, now = baseline.causes, causes_by_key(report, map(cause_document, causes.found), names)
    come = tuple(sentence for key, sentence in now.items() if key not in before)
    gone = tuple(sentence for key, sentence in before.items() if key not in now)
    return come, () if matrix.counts[NOT_RUN] else gone


def _counterparts(baseline: Baseline, matrix: Matrix) -> dict[CellKey, CellKey]:
    """Return the key in the baseline for the key of each cell that was there.

    A server is recognised by its name, if its host has one server of that name then and now.
    Otherwise it is recognised by its title, so that two servers of one name stay apart.
    """
    was = _keys_by_name((key, cell.name) for key, cell in baseline.cells.items())
    now = _keys_by_name((cell.key, cell.label) for cell in matrix.cells)
    found = {now[key]: was[key] for key in now.keys() & was.keys()}
    taken = set(found.values())
    for cell in matrix.cells:
        if cell.key not in found and cell.key not in taken and cell.key in baseline.cells:
            found[cell.key] = cell.key
    return found


def _keys_by_name(cells: Iterable[tuple[CellKey, str]]) -> dict[tuple[str, str], CellKey]:
    """Return the key for each host and name of a server, if the host has one such server."""
    keys: dict[tuple[str, str], list[CellKey]] = collections.defaultdict(list)
    for key, name in cells:
        if name:
            keys[key[0], name].append(key)
    return {key: found[0] for key, found in keys.items() if len(found) == 1}


_Dialogue = t.TypeVar("_Dialogue")


def _pairs(
    before: CellSummary, now: Sequence[_Dialogue], title_of: t.Callable[[_Dialogue], str]
) -> Iterator[tuple[_Dialogue, DialogueSummary]]:
    """Yield each dialogue with its earlier summary.

    Dialogues are paired by title, or by position if all titles are new and the number is the same,
    as after a move of the server.
    """
    by_title = {summary.title: summary for summary in before.dialogues}
    moved = len(now) == len(before.dialogues) and not any(title_of(one) in by_title for one in now)
    for index, one in enumerate(now):
        summary = before.dialogues[index] if moved else by_title.get(title_of(one))
        if summary is not None:
            yield one, summary


def _cell_changes(before: CellSummary | None, now: CellSummary) -> Iterator[tuple[str, str, str]]:
    """Yield the changes of a cell: what has changed, how it was, how it is."""
    if before is None or before.verdict == NOT_RUN:
        yield NEW, "", now.outcome
        return
    was_good, is_good = before.verdict == PASSED, now.verdict == PASSED
    if was_good != is_good:
        yield HEALED if is_good else BROKE, before.outcome, now.outcome
        return
    if not is_good and before.short != now.short:
        yield "failure", before.outcome, now.outcome
    for new, old in _pairs(before, now.dialogues, lambda one: one.title):
        yield from _dialogue_changes(old, new)


def _differing_parts(was: str, now: str) -> tuple[str, str]:
    """Return two places, or only their ports if nothing else differs."""
    (old_host, old_colon, old_port), (new_host, colon, port) = (
        was.rpartition(":"),
        now.rpartition(":"),
    )
    if old_host == new_host and old_port.isdigit() and port.isdigit():
        return old_colon + old_port, colon + port
    return was, now


def _dialogue_changes(old: DialogueSummary, new: DialogueSummary) -> Iterator[tuple[str, str, str]]:
    """Yield the differences between two dialogues."""
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
    """Yield the stages whose times are far out of their earlier ranges."""
    for stage, (least, most) in old.ranges.items():
        if stage not in new.ranges:
            continue
        now = new.ranges[stage][0]  # a new dialogue has one time for each stage
        slower = now > most * _FACTOR and now > most + _SECONDS
        faster = now < least / _FACTOR and now < least - _SECONDS
        if slower or faster:
            span = f"{least:.2f}" if least == most else f"{least:.2f} to {most:.2f}"
            yield "time", f"{stage} {span} s", f"{stage} {now:.2f} s"
