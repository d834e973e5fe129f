# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is not as it was in an earlier run: outlines and a report in, changes out. No I/O.

A cell that broke or healed says so, and nothing else of it is compared. Of one that is as good or
as bad as before, what the server says is compared: codes, capabilities, TLS, certificate, banner,
and the time that it takes.
"""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Iterator, Sequence

from .as_json import cell_document
from .cells import NOT_RUN, PASSED, Report
from .outline import Earlier, Outline, Place, Said

BROKE, HEALED, NEW, GONE = "broke", "healed", "new", "gone"

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
    """All changes since an earlier report. `worse` are the cells that broke since."""

    changes: Sequence[Change]
    worse: frozenset[Place]
    earlier: Earlier

    @property
    def since(self) -> str:
        """When the earlier report was made."""
        return self.earlier.since

    @property
    def counts(self) -> dict[str, int]:
        """Count the changes of each sort."""
        counted: dict[str, int] = {}
        for change in self.changes:
            counted[change.what] = counted.get(change.what, 0) + 1
        return counted

    def as_document(self) -> dict[str, t.Any]:
        """Give it as the `json` report has it."""
        return {
            "since": self.since,
            "changes": [dataclasses.asdict(change) for change in self.changes],
        }

    def widen(self, document: dict[str, t.Any]) -> None:
        """Have the ranges of a cell's times include those of the earlier run."""
        before = self.earlier.cells.get((document["host"], document["server"]))
        known = {said.title: said.ranges for said in before.dialogues} if before else {}
        for dialogue in document["dialogues"]:
            ranges = dialogue["seconds_range"]
            for stage, (least, most) in known.get(dialogue["title"], {}).items():
                if stage in ranges:
                    now = ranges[stage]
                    ranges[stage] = [min(least, now[0]), max(most, now[1])]


def compare(earlier: Earlier, report: Report) -> Comparison:
    """Hold a report against an earlier one."""
    changes: list[Change] = []
    worse: set[Place] = set()
    there: set[Place] = set()
    for cell in report.cells:
        place = (cell.host, cell.server)
        there.add(place)
        if cell.verdict == NOT_RUN:
            continue
        before = earlier.cells.get(place)
        now = Outline.of(cell_document(cell))
        changes.extend(Change(*place, *change) for change in _changes(before, now))
        # What was not run is not known to have been good.
        if not cell.passed and (before is None or before.verdict in (PASSED, NOT_RUN)):
            worse.add(place)
    for place, before in earlier.cells.items():
        if place not in there:
            changes.append(Change(*place, GONE, before.outcome, ""))
    return Comparison(tuple(changes), frozenset(worse), earlier)


def _changes(before: Outline | None, now: Outline) -> Iterator[tuple[str, str, str]]:
    """Give what has changed in a cell: what, how it was, how it is."""
    if before is None or before.verdict == NOT_RUN:
        yield NEW, "", now.outcome
        return
    was_good, is_good = before.verdict == PASSED, now.verdict == PASSED
    if was_good != is_good:
        yield HEALED if is_good else BROKE, before.outcome, now.outcome
        return
    if not is_good and before.short != now.short:
        yield "failure", before.outcome, now.outcome
    earlier = {said.title: said for said in before.dialogues}
    for said in now.dialogues:
        if said.title in earlier:
            yield from _said(earlier[said.title], said)


def _said(old: Said, new: Said) -> Iterator[tuple[str, str, str]]:
    """Compare what the server said in two dialogues."""
    for what in ("codes", "tls", "certificate", "banner"):
        was, now = getattr(old, what), getattr(new, what)
        if was != now:
            yield what, was, now
    if old.capabilities != new.capabilities:
        gone = ", ".join(one for one in old.capabilities if one not in new.capabilities)
        come = ", ".join(one for one in new.capabilities if one not in old.capabilities)
        yield "capabilities", gone, come
    yield from _times(old, new)


def _times(old: Said, new: Said) -> Iterator[tuple[str, str, str]]:
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
