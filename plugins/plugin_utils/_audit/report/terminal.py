# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The findings of audits for a terminal, and a count of all verdicts. No I/O.

Each finding says what it means, what it rests on, who has seen it, and what to change in the
product that the server seems to be. Files have the change for each product.

A line is made of pieces of plain text, each with the name of one of Ansible's colours.
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
from .product import product_of
from .vantages import WARNINGS
from .wording import PRODUCTS

if t.TYPE_CHECKING:
    from .model import AuditReport, Finding

# What to change, by product.
Change = tuple[tuple[str, str], ...]

_BAD, _GOOD, _ODD = "COLOR_ERROR", "COLOR_OK", "COLOR_CHANGED"

# Limits on findings that are shown in full, on findings, on audits, and on changes.
_MAX_FULL = 10
_MAX_FINDINGS = 60
_MAX_AUDITS = 60
_MAX_LINES = 40

_MAX_EVIDENCE = 240
_MAX_CHANGE = 400
_MAX_CHANGE_LINES = 2  # for each of several products
_MIN_WIDTH = 40


def render(report: AuditReport, columns: int) -> Iterator[Line]:
    """Yield the lines, for a terminal with a number of columns."""
    width = max(_MIN_WIDTH, columns)
    yield [Piece(wording.headline(report), _BAD if report.is_bad else None)]
    yield from _findings(report, width)
    yield from _vantages(report, width)
    yield from _audits(report, width)
    yield from _changes(report, width)


def _wrapped(
    text: str, width: int, indent: str, color: str | None = None, lines: int | None = None
) -> Iterator[Line]:
    wrapper = textwrap.TextWrapper(
        width,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_on_hyphens=False,
        max_lines=lines,
        placeholder=" ...",
    )
    for line in wrapper.wrap(text):
        yield [Piece(line, color)]


def _findings(report: AuditReport, width: int) -> Iterator[Line]:
    # Several checks often ask for the same change, which is said once.
    said: dict[Change, int] = {}
    for number, finding in enumerate(report.findings[:_MAX_FINDINGS], 1):
        if number <= _MAX_FULL:
            yield []
        head = f"{number}. {finding.title}: {finding.entry.finding}"
        yield from _wrapped(head, width, "", _BAD)
        if number <= _MAX_FULL:
            yield from _details(report, finding, width)
            yield from _change(finding, said, number, width)
    more = len(report.findings) - _MAX_FINDINGS
    if more > 0:
        yield [Piece(f"... and {more:,} more findings")]


def _details(report: AuditReport, finding: Finding, width: int) -> Iterator[Line]:
    for evidence, hosts in wording.evidence(finding):
        text = f"evidence: {shorten(evidence, _MAX_EVIDENCE)} [from {hosts}]"
        yield from _wrapped(text, width, "   ")
    left_out = wording.other_evidence(finding)
    if left_out:
        yield from _wrapped(f"other evidence: from {left_out}", width, "   ")
    others = wording.others(finding)
    if others:
        yield from _wrapped(f"others: {others}", width, "   ")
    for says in wording.compared(report, finding):
        yield from _wrapped(f"vantages: {says}", width, "   ", _ODD)
    bears_on = wording.bears_on(finding)
    if bears_on:
        yield from _wrapped(f"see: {shorten(bears_on, _MAX_EVIDENCE)}", width, "   ")


def _change(finding: Finding, said: dict[Change, int], number: int, width: int) -> Iterator[Line]:
    change, product = finding.entry.change, product_of(finding)
    if not change:
        return
    if product is not None and product not in change:
        known = ", ".join(PRODUCTS[name] for name in change)
        text = f"change: nothing is known for {PRODUCTS[product]}, but for {known}"
        yield from _wrapped(text, width, "   ")
        return
    shown = change if product is None else {product: change[product]}
    first = said.setdefault(tuple(shown.items()), number)
    if first != number:
        yield [Piece(f"   change: as for {first}")]
        return
    lines = _MAX_CHANGE_LINES if len(shown) > 1 else None
    for name, text in shown.items():
        one = f"change in {PRODUCTS[name]}: {shorten(without_backticks(text), _MAX_CHANGE)}"
        yield from _wrapped(one, width, "   ", lines=lines)


def _vantages(report: AuditReport, width: int) -> Iterator[Line]:
    found = report.statements
    if found:
        yield []
        yield [Piece("Vantages")]
    for one in found[:_MAX_LINES]:
        color = _ODD if one.what in WARNINGS else None
        yield from _wrapped(wording.statement_text(one), width, "  ", color)
    if len(found) > _MAX_LINES:
        yield [Piece(f"  ... and {len(found) - _MAX_LINES:,} more")]


def _audits(report: AuditReport, width: int) -> Iterator[Line]:
    yield []
    shown = report.worst_first[:_MAX_AUDITS]
    for audit in shown:
        bad = report.has_failed(audit)
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
