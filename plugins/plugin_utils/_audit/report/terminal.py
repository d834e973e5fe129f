# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The findings of audits for a terminal, and a count of all verdicts. No I/O.

Each finding says what it means, what it rests on, who has seen it, and what to change. A line is
made of pieces of plain text, each with the name of one of Ansible's colours.
"""

from __future__ import annotations

import textwrap
import typing as t
from collections.abc import Iterator

from ..._report.renderers.overview import shorten
from ..._report.renderers.prose import without_backticks
from ..._report.renderers.terminal import Line, Piece
from . import wording
from .changes import BETTER, WORSE
from .vantages import CONTRADICTION

if t.TYPE_CHECKING:
    from .model import AuditReport, Finding

_BAD, _GOOD, _ODD = "COLOR_ERROR", "COLOR_OK", "COLOR_CHANGED"

# Limits on findings that are shown in full, on findings, on audits, and on changes.
_MAX_FULL = 10
_MAX_FINDINGS = 60
_MAX_AUDITS = 60
_MAX_LINES = 40

_MAX_EVIDENCE = 240
_MAX_CHANGE = 400
_MIN_WIDTH = 40


def render(report: AuditReport, columns: int) -> Iterator[Line]:
    """Yield the lines, for a terminal with a number of columns."""
    width = max(_MIN_WIDTH, columns)
    yield [Piece(wording.headline(report), _BAD if report.findings else None)]
    yield from _findings(report, width)
    yield from _vantages(report, width)
    yield from _audits(report, width)
    yield from _changes(report, width)


def _wrapped(text: str, width: int, indent: str, color: str | None = None) -> Iterator[Line]:
    wrapper = textwrap.TextWrapper(
        width,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_on_hyphens=False,
    )
    for line in wrapper.wrap(text):
        yield [Piece(line, color)]


def _findings(report: AuditReport, width: int) -> Iterator[Line]:
    # Several checks often ask for the same change, which is said once.
    said: dict[object, int] = {}
    for number, finding in enumerate(report.findings[:_MAX_FINDINGS], 1):
        if number <= _MAX_FULL:
            yield []
        head = f"{number}. {finding.title}: {finding.entry.finding}"
        yield from _wrapped(head, width, "", _BAD)
        if number <= _MAX_FULL:
            yield from _details(report, finding, width)
            change = tuple(finding.entry.change.items())
            if change:
                yield from _change(finding, said.setdefault(change, number), number, width)
    more = len(report.findings) - _MAX_FINDINGS
    if more > 0:
        yield [Piece(f"... and {more:,} more findings")]


def _details(report: AuditReport, finding: Finding, width: int) -> Iterator[Line]:
    for evidence, hosts in wording.evidence(finding):
        text = f"evidence: {shorten(evidence, _MAX_EVIDENCE)} [from {hosts}]"
        yield from _wrapped(text, width, "   ")
    others = wording.others(finding)
    if others:
        yield from _wrapped(f"others: {others}", width, "   ")
    for says in wording.compared(report, finding):
        yield from _wrapped(f"vantages: {says}", width, "   ", _ODD)
    bears_on = wording.bears_on(finding)
    if bears_on:
        yield from _wrapped(f"see: {shorten(bears_on, _MAX_EVIDENCE)}", width, "   ")


def _change(finding: Finding, first: int, number: int, width: int) -> Iterator[Line]:
    if first != number:
        yield [Piece(f"   change: as for {first}")]
        return
    for product, text in wording.changes_needed(finding):
        change = f"change in {product}: {shorten(without_backticks(text), _MAX_CHANGE)}"
        yield from _wrapped(change, width, "   ")


def _vantages(report: AuditReport, width: int) -> Iterator[Line]:
    found = report.statements
    if found:
        yield []
        yield [Piece("Vantages")]
    for one in found[:_MAX_LINES]:
        color = _ODD if one.what == CONTRADICTION else None
        yield from _wrapped(wording.statement_text(one), width, "  ", color)
    if len(found) > _MAX_LINES:
        yield [Piece(f"  ... and {len(found) - _MAX_LINES:,} more")]


def _audits(report: AuditReport, width: int) -> Iterator[Line]:
    yield []
    shown = sorted(report.audits, key=lambda one: report.problem_of(one) is None)[:_MAX_AUDITS]
    for audit in shown:
        bad = report.problem_of(audit) is not None or audit.counts["finding"]
        text = f"{audit.server} from {audit.vantage}: {wording.state(report, audit)}"
        yield from _wrapped(text, width, "", _BAD if bad else _GOOD)
    if len(report.audits) > len(shown):
        yield [Piece(f"... and {len(report.audits) - len(shown):,} more audits")]


def _changes(report: AuditReport, width: int) -> Iterator[Line]:
    comparison = report.comparison
    if comparison is None:
        return
    worse, better = comparison.of(WORSE), comparison.of(BETTER)
    yield []
    head = f"Since {comparison.since}: {len(worse):,} worse, {len(better):,} better"
    yield [Piece(head, _BAD if worse else None)]
    for one in [*worse, *better][:_MAX_LINES]:
        color = _BAD if one.what == WORSE else _GOOD
        yield from _wrapped(f"{one.what}: {wording.change_text(one)}", width, "  ", color)
    if len(comparison.changes) > _MAX_LINES:
        yield [Piece(f"  ... and {len(comparison.changes) - _MAX_LINES:,} more")]
