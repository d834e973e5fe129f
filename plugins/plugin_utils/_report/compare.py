# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is not as it was in an earlier run: two documents in, changes out. No I/O.

A cell that broke or healed says so, and nothing else of it is compared. Of one that is as good or
as bad as before, what the server says is compared: codes, capabilities, TLS, certificate, banner,
and the time that it takes.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t
from collections.abc import Iterator, Mapping, Sequence

from .as_json import FORMAT, cell_document
from .cells import NOT_RUN, PASSED, Report
from .reading import mapping, number, plain, sequence, shown, text

BROKE, HEALED, NEW, GONE = "broke", "healed", "new", "gone"

# A time is out of its earlier range when it is so many times the longest, and so much longer, or
# as much shorter: on a busy machine a dialogue of 10 ms takes 30 ms.
_TIMES = 2
_SECONDS = 1.0

# What differs in a greeting each time: dates as in RFC 5322, and the session's own mark.
_DATE = re.compile(
    r"(?:\w{3}, )?\d{1,2} \w{3} \d{4} \d{2}:\d{2}(?::\d{2})?(?: [+-]\d{4})?(?: \(?[A-Z]+\)?)?"
)
_MARK = re.compile(r"(?<=\s)(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9_=.-]{14,}(?!\S)")

Place = tuple[str, str]
Document = Mapping[str, t.Any]


class BadBaseline(Exception):
    """What was given is no earlier report of ours. Its text says why."""


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
    """All changes since the report that was made at `since`. `worse` are cells that broke since."""

    since: str
    changes: Sequence[Change]
    worse: frozenset[Place]
    earlier: Mapping[Place, Document]

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
        before = self.earlier.get((document["host"], document["server"]), {})
        for old, new in _pairs(before, document):
            ranges = new["seconds_range"]
            for stage, (least, most) in _ranges(old).items():
                if stage in ranges:
                    now = ranges[stage]
                    ranges[stage] = [min(least, now[0]), max(most, now[1])]


def earlier_cells(document: t.Any) -> tuple[str, dict[Place, Document]]:
    """Read an earlier report: when it was made, and its cells.

    Raises BadBaseline.
    """
    found = mapping(document)
    if not isinstance(found.get("cells"), list) or "format" not in found:
        raise BadBaseline("it is not a json report of mailops.smtp.smtp_report")
    if found["format"] != FORMAT:
        told = f"its format is {shown(found['format'])}, and this version reads format {FORMAT}"
        raise BadBaseline(told)
    cells = map(mapping, found["cells"])
    return text(found.get("created")) or "?", {
        (shown(cell.get("host")), shown(cell.get("server"))): cell for cell in cells
    }


def compare(since: str, earlier: Mapping[Place, Document], report: Report) -> Comparison:
    """Hold a report against an earlier one."""
    changes: list[Change] = []
    worse: set[Place] = set()
    there: set[Place] = set()
    for cell in report.cells:
        place = (cell.host, cell.server)
        there.add(place)
        if cell.verdict == NOT_RUN:
            continue
        before = earlier.get(place)
        now = cell_document(cell)
        found = [Change(*place, *change) for change in _changes(before, now)]
        changes.extend(found)
        # What was not run is not known to have been good.
        was_good = before is None or before.get("verdict") in (PASSED, NOT_RUN)
        if not cell.passed and was_good:
            worse.add(place)
    for place, before in earlier.items():
        if place not in there:
            changes.append(Change(*place, GONE, _outcome(before), ""))
    return Comparison(since, tuple(changes), frozenset(worse), earlier)


def _changes(before: Document | None, now: Document) -> Iterator[tuple[str, str, str]]:
    """Give what has changed in a cell: what, how it was, how it is."""
    if before is None or before.get("verdict") == NOT_RUN:
        yield NEW, "", _outcome(now)
        return
    was_good, is_good = before.get("verdict") == PASSED, now["verdict"] == PASSED
    if was_good != is_good:
        yield HEALED if is_good else BROKE, _outcome(before), _outcome(now)
        return
    if not is_good and before.get("short") != now["short"]:
        yield "failure", _outcome(before), _outcome(now)
    for old, new in _pairs(before, now):
        yield from _said(old, new)


def _said(old: Document, new: Document) -> Iterator[tuple[str, str, str]]:
    """Compare what the server said in two dialogues."""
    for what, read in _FACTS:
        before, after = read(old), read(new)
        if before != after:
            yield what, before, after
    was, has = _capabilities(old), _capabilities(new)
    if was != has:
        gone = ", ".join(one for one in was if one not in has)
        come = ", ".join(one for one in has if one not in was)
        yield "capabilities", gone, come
    yield from _times(old, new)


def _times(old: Document, new: Document) -> Iterator[tuple[str, str, str]]:
    """Compare how long the stages took with the least and the most that was seen earlier."""
    seconds = mapping(new.get("seconds"))
    for stage, (least, most) in _ranges(old).items():
        now = number(seconds.get(stage))
        if now is None:
            continue
        slower = now > most * _TIMES and now > most + _SECONDS
        faster = now < least / _TIMES and now < least - _SECONDS
        if slower or faster:
            span = f"{least:.2f}" if least == most else f"{least:.2f} to {most:.2f}"
            yield "time", f"{stage} {span} s", f"{stage} {now:.2f} s"


def _ranges(dialogue: Document) -> dict[str, tuple[float, float]]:
    """Read the least and the most seconds of each stage."""
    ranges = {}
    for stage, value in mapping(dialogue.get("seconds_range")).items():
        pair = [number(one) for one in sequence(value)]
        if len(pair) == 2 and pair[0] is not None and pair[1] is not None:
            ranges[shown(stage)] = (pair[0], pair[1])
    return ranges


def _pairs(before: Document, now: Document) -> Iterator[tuple[Document, dict[str, t.Any]]]:
    """Put together the dialogues of a cell that were with the same server, then and now."""
    earlier = {shown(one.get("title")): one for one in map(mapping, _dialogues(before))}
    for dialogue in _dialogues(now):
        old = earlier.get(dialogue["title"])
        if old is not None:
            yield old, dialogue


def _dialogues(cell: Document) -> Sequence[t.Any]:
    return sequence(cell.get("dialogues"))


def _outcome(cell: Document) -> str:
    """Say in a line what became of a cell."""
    if cell.get("verdict") == PASSED:
        return "ok"
    reasons = [text(reason) or "" for reason in sequence(cell.get("reasons"))]
    return "; ".join(filter(None, reasons)) or shown(cell.get("short"))


def _codes(dialogue: Document) -> str:
    """Give the codes of a dialogue, stage by stage."""
    told = []
    for reply in map(mapping, sequence(dialogue.get("replies"))):
        words = (reply.get("stage"), reply.get("code"), reply.get("enhanced_code"))
        told.append(" ".join(shown(word) for word in words if word))
    return ", ".join(told)


def _tls(dialogue: Document) -> str:
    tls = mapping(dialogue.get("tls"))
    if not tls:
        return "none"
    verified = "verified" if tls.get("verified") is True else "not verified"
    words = (tls.get("version"), tls.get("cipher"), verified, tls.get("verify_error"))
    return ", ".join(shown(word) for word in words if word)


def _certificate(dialogue: Document) -> str:
    found = mapping(mapping(dialogue.get("tls")).get("certificate"))
    if not found:
        return "none"
    subject, until = shown(found.get("subject")), shown(found.get("not_after"))
    return f"{subject} until {until}, SHA-256 {shown(found.get('sha256'))[:16]}"


def _banner(dialogue: Document) -> str:
    """Give the greeting without what differs each time."""
    for reply in map(mapping, sequence(dialogue.get("replies"))):
        if reply.get("stage") == "greeting":
            line = " ".join(shown(one) for one in sequence(reply.get("lines")))
            return _MARK.sub("...", _DATE.sub("...", line))
    return "none"


def _capabilities(dialogue: Document) -> list[str]:
    """Give each capability with its parameters; those of AUTH each for itself."""
    found = mapping(plain(dialogue.get("capabilities")))
    told = []
    for keyword, parameters in sorted(found.items()):
        values = [shown(parameter) for parameter in sequence(parameters)]
        if keyword == "AUTH":
            told += [f"AUTH {value}" for value in sorted(values)]
        else:
            told.append(" ".join([keyword, *values]))
    return told


_FACTS: tuple[tuple[str, t.Callable[[Document], str]], ...] = (
    ("codes", _codes),
    ("tls", _tls),
    ("certificate", _certificate),
    ("banner", _banner),
)
