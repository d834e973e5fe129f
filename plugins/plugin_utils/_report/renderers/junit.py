# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A JUnit file for CI: a test suite for each host, a test case for each planned cell. No I/O.

The file is valid by the schema of Jenkins's xUnit plugin (junit-10.xsd), and by the older one that
JUnit itself is tested with (jenkins-junit.xsd). Both know no attributes of `skipped`, and no
properties but those of a suite. Jenkins shows the message and the text, grouped by `classname`.
GitLab shows the text only, and of several test cases with the same name the first one. GitHub's
annotations show the message.
"""

from __future__ import annotations

import itertools
import typing as t
from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from ..model.matrix import durations
from ..model.naming import transcript_path
from ..model.verdict import ERROR, FAILED, NOT_RUN, VERDICTS
from .overview import cause_finding, cause_label
from .prose import without_backticks

if t.TYPE_CHECKING:
    from ..model.cells import Cell
    from ..model.dialogues import Dialogue
    from ..report import Report

# GitLab refuses a file of 30 MB or more.
MAX_BYTES = 29_000_000

# Bytes that are reserved for each test case that follows, enough for its message and its suite.
_RESERVED_BYTES = 800

# Limits in characters, of the reasons and the advice of a test case, and of its transcripts. Then
# the limit on its dialogues, and on the characters of a message.
_MAX_REASONS = 5_000
_MAX_TRANSCRIPTS = 15_000
_MAX_DIALOGUES = 5
_MAX_MESSAGE = 200

_ELEMENTS = {FAILED: "failure", ERROR: "error", NOT_RUN: "skipped"}


def render(report: Report) -> Iterator[str]:
    """Yield the file in pieces, one for each test case."""
    counts, cells = report.counts, report.cells
    head = {"name": "smtp_handshake", **_count_attributes(counts, report.durations)}
    del head["skipped"]  # both schemas lack this attribute here
    budget = _ByteBudget(len(cells))
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield budget.take(xml_start("testsuites", head) + "\n")
    for host, of_host in itertools.groupby(cells, lambda cell: cell.host):
        yield from _suite(report, host, list(of_host), budget)
    yield "</testsuites>\n"


class _ByteBudget:
    """The bytes that are left, some of which are reserved for test cases that follow."""

    def __init__(self, cells: int) -> None:
        self._bytes = MAX_BYTES
        self._remaining_cases = cells

    def take(self, piece: str) -> str:
        """Return a piece that is written even if no bytes are left."""
        self._bytes -= len(piece.encode())
        return piece

    def take_first_that_fits(self, pieces: Iterator[str]) -> str:
        """Return the first variant of a test case that fits, or else the last."""
        self._remaining_cases -= 1
        left = self._bytes - self._remaining_cases * _RESERVED_BYTES
        piece = ""
        for piece in pieces:
            if len(piece) <= left and len(piece.encode()) <= left:
                break
        return self.take(piece)


def _suite(report: Report, host: str, cells: Sequence[Cell], budget: _ByteBudget) -> Iterator[str]:
    counts: dict[str, int] = dict.fromkeys(VERDICTS, 0)
    for cell in cells:
        counts[cell.verdict] += 1
    head = {
        "name": host,
        **_count_attributes({"total": len(cells), **counts}, durations(cells)),
        "timestamp": report.created,
        "hostname": host,
    }
    yield budget.take(xml_start("testsuite", head) + "\n")
    made_by = {"name": "made_by", "value": report.made_by}
    yield budget.take(xml_element("properties", {}, xml_element("property", made_by)))
    for cell in cells:
        yield budget.take_first_that_fits(_variants(cell, _cause(report, cell)))
    yield budget.take("</testsuite>\n")


def _cause(report: Report, cell: Cell) -> str | None:
    """Return the number and the sentence of a cell's cause, and what a diagnosis has found."""
    label, found = cause_label(report, cell), cause_finding(report, cell)
    return f"{label}\n{found}" if label and found else label


def _count_attributes(counts: Mapping[str, int], seconds: Iterable[float]) -> dict[str, str]:
    """Return the attributes with counts, and with the seconds of all dialogues."""
    return {
        "tests": str(counts["total"]),
        "failures": str(counts[FAILED]),
        "errors": str(counts[ERROR]),
        "skipped": str(counts[NOT_RUN]),
        "time": _time(seconds),
    }


def _time(seconds: Iterable[float]) -> str:
    return f"{sum(seconds):.3f}"


def _variants(cell: Cell, cause: str | None) -> Iterator[str]:
    """Yield a whole test case, then shorter variants for a file that is nearly full.

    `cause` is the number and the sentence of its cause.
    """
    head = {"name": cell.name, "classname": cell.host, "time": _time(durations([cell]))}
    element = _ELEMENTS.get(cell.verdict)
    if element is None:
        yield xml_element("testcase", head)
        return
    message = _message(cell, cause)
    known = {"message": message, "type": _type(cell)} if element != "skipped" else {}
    full = "\n".join(_text(cell, cause))
    short = f"{message}\n(the rest is left out: no more than {MAX_BYTES:,} bytes are written)"
    for text in (full, short):
        yield xml_element("testcase", head, xml_element(element, known, escape(text)))
    yield xml_element("testcase", head, xml_element(element, {}, "(left out: the file is full)"))


def _message(cell: Cell, cause: str | None) -> str:
    """Return the reason of a cell, and the number of its cause, whose sentence the text has."""
    end = f" [cause {cause.partition('.')[0]}]" if cause else ""
    reason = cell.reasons[0] if cell.reasons else cell.short
    return _shorten(reason, _MAX_MESSAGE - len(end)) + end


def _type(cell: Cell) -> str:
    """Return the kind of failure, for the attribute `type`.

    The value is never a word that a probing host chose: GitLab takes it for the type of the text,
    and refuses a file with a type such as `yaml` or `symbol`.
    """
    if cell.missing is not None:
        return cell.missing.short
    failure = cell.failure
    if failure is None:
        return "no result"
    return failure.known_kind or "other"


def _text(cell: Cell, cause: str | None) -> Iterator[str]:
    """Yield the lines of the text of a test case: cause, reasons, advice, and transcripts."""
    if cause:
        yield f"Cause {cause}\n"
    yield from _truncated(itertools.chain(cell.reasons, _advice(cell)), _MAX_REASONS)
    broken = cell.broken
    included = broken[:_MAX_DIALOGUES]
    for dialogue in included:
        yield f"\n{_shorten(dialogue.title, _MAX_MESSAGE)}:"
        yield from _transcript(cell, dialogue, _MAX_TRANSCRIPTS // len(included))
    if len(broken) > len(included):
        yield f"\n({len(broken) - len(included)} more dialogues left out)"


def _advice(cell: Cell) -> Iterator[str]:
    for number, line in enumerate(cell.advice, 1):
        if number == 1:
            yield "\nCheck next:"
        yield f"{number}. {without_backticks(line)}"


def _truncated(lines: Iterable[str], budget: int) -> Iterator[str]:
    """Yield lines up to a number of characters."""
    for line in lines:
        yield _shorten(line, budget)
        budget -= len(line) + 1
        if budget < _MAX_MESSAGE:
            yield "(the rest is left out)"
            return


def _transcript(cell: Cell, dialogue: Dialogue, budget: int) -> Iterator[str]:
    """Yield the end of a transcript, which shows the failure, up to a number of characters."""
    lines = list(dialogue.transcript)
    kept: list[str] = []
    while lines and len(lines[-1]) < budget:
        kept.append(lines.pop())
        budget -= len(kept[-1]) + 1
    if lines:
        file = transcript_path(cell.host, dialogue.file)
        yield f"({len(lines)} lines left out, which are in the transcript {file})"
    yield from reversed(kept)


def _shorten(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 3] + "..."


def xml_start(name: str, attributes: Mapping[str, str], end: str = ">") -> str:
    """Return the start tag of an element."""
    given = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{given}{end}"


def xml_element(name: str, attributes: Mapping[str, str], inner: str = "") -> str:
    """Return an element. `inner` is XML."""
    if not inner:
        return xml_start(name, attributes, "/>\n")
    return f"{xml_start(name, attributes)}{inner}</{name}>\n"
