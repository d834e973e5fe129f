# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A JUnit file for CI: a test case for each check, server, host and vantage. No I/O.

A test suite is what one host has found at one server. A finding is a failure. An audit without a
result, or one that proves nothing, is an error. What is undecided or not applicable is skipped.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator
from xml.sax.saxutils import escape

from ..._report.renderers.junit import MAX_BYTES, xml_element, xml_start
from ..._report.renderers.overview import shorten
from ..._report.renderers.prose import without_backticks
from .audits import FINDING, NOT_APPLICABLE, UNDECIDED
from .wording import PRODUCTS

if t.TYPE_CHECKING:
    from .audits import Audit, Outcome
    from .model import AuditReport

_MAX_MESSAGE = 200
_MAX_TEXT = 8_000

# The name of the test case of an audit as a whole.
_AUDIT = "audit"


def render(report: AuditReport, max_bytes: int = MAX_BYTES) -> Iterator[str]:
    """Yield the file in pieces. Texts are left out of a file that is nearly full."""
    left = max_bytes
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    counts = _counts(report)
    yield xml_start("testsuites", {"name": "smtp_audit", **counts}) + "\n"
    for audit in report.audits:
        head = {
            "name": f"{audit.server} from {audit.vantage}",
            **_counts(report, audit),
            "skipped": str(audit.counts[UNDECIDED] + audit.counts[NOT_APPLICABLE]),
            "timestamp": report.created,
            "hostname": audit.host,
        }
        yield xml_start("testsuite", head) + "\n"
        made_by = {"name": "made_by", "value": report.made_by}
        yield xml_element("properties", {}, xml_element("property", made_by))
        for whole, short in _cases(report, audit):
            piece = whole if len(whole.encode()) <= left else short
            left -= len(piece.encode())
            yield piece
        yield "</testsuite>\n"
    yield "</testsuites>\n"


def _counts(report: AuditReport, only: Audit | None = None) -> dict[str, str]:
    audits = report.audits if only is None else [only]
    errors = sum(report.problem_of(one) is not None for one in audits)
    return {
        "tests": str(sum(len(one.outcomes) + 1 for one in audits)),
        "failures": str(sum(one.counts[FINDING] for one in audits)),
        "errors": str(errors),
        "time": f"{sum(max(0.0, one.seconds) for one in audits):.3f}",
    }


def _cases(report: AuditReport, audit: Audit) -> Iterator[tuple[str, str]]:
    """Yield each test case, with a shorter variant of it."""
    classname = f"{audit.server}.{audit.host}.{audit.claimed}"
    head = {"name": _AUDIT, "classname": classname, "time": f"{max(0.0, audit.seconds):.3f}"}
    problem = report.problem_of(audit)
    if problem is None:
        case = xml_element("testcase", head)
    else:
        message = {"message": shorten(problem, _MAX_MESSAGE), "type": "no result"}
        case = xml_element("testcase", head, xml_element("error", message, escape(problem)))
    yield case, case
    for outcome in audit.outcomes:
        entry = report.entries[outcome.id]
        head = {
            "name": f"{outcome.id}: {shorten(entry.check.proves, _MAX_MESSAGE)}",
            "classname": classname,
            "time": f"{max(0.0, outcome.seconds):.3f}",
        }
        yield (
            xml_element("testcase", head, _inner(report, outcome, "\n".join)),
            xml_element("testcase", head, _inner(report, outcome, lambda lines: lines[0])),
        )


def _inner(report: AuditReport, outcome: Outcome, join: t.Callable[[list[str]], str]) -> str:
    """Return what is in a test case. `join` makes a text of the lines of a failure."""
    if outcome.verdict == FINDING:
        entry = report.entries[outcome.id]
        message = {"message": shorten(entry.finding, _MAX_MESSAGE), "type": "finding"}
        text = join(list(_text(report, outcome)))
        return xml_element("failure", message, escape(text[:_MAX_TEXT]))
    if outcome.verdict in (UNDECIDED, NOT_APPLICABLE):
        word = outcome.verdict.replace("_", " ")
        return xml_element("skipped", {}, escape(f"{word}: {outcome.evidence}"))
    return ""


def _text(report: AuditReport, outcome: Outcome) -> Iterator[str]:
    entry = report.entries[outcome.id]
    yield outcome.evidence
    for name, text in entry.change.items():
        yield f"Change in {PRODUCTS[name]}: {without_backticks(text)}"
    if entry.references or entry.controls:
        yield f"See: {'; '.join([*entry.references, *entry.controls])}"
    yield from ("", *outcome.transcript) if outcome.transcript else ()
