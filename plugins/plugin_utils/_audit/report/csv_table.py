# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A table of audits for spreadsheets: a row for each check, server and host. No I/O."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping

from ..._report.renderers.csv_table import Value, lines_of
from ..._report.renderers.prose import without_backticks
from .audits import FINDING
from .wording import PRODUCTS

if t.TYPE_CHECKING:
    from .audits import Audit, Outcome
    from .model import AuditReport

COLUMNS = (
    "server",
    "host",
    "from",
    "measured",
    "profile",
    "check",
    "verdict",
    "proves",
    "finding",
    "evidence",
    "command",
    "code",
    "enhanced_code",
    "text",
    "change",
    "references",
    "controls",
    "seconds",
)


def render(report: AuditReport) -> Iterator[str]:
    """Yield the rows, the first of which names the columns."""
    yield from lines_of(COLUMNS, _rows(report))


def _rows(report: AuditReport) -> Iterator[Mapping[str, Value]]:
    for audit in report.audits:
        head: dict[str, Value] = {
            "server": audit.server,
            "host": audit.host,
            "from": audit.claimed,
            "measured": audit.measured,
            "profile": audit.profile,
        }
        if audit.problem is not None:
            yield {**head, "verdict": "no result", "evidence": audit.problem}
        for outcome in audit.outcomes:
            yield {**head, **_row(report, audit, outcome)}


def _row(report: AuditReport, audit: Audit, outcome: Outcome) -> dict[str, Value]:
    entry = report.entries[outcome.id]
    reply = outcome.reply or {}
    row: dict[str, Value] = {
        "check": outcome.id,
        "verdict": outcome.verdict,
        "proves": entry.check.proves,
        "evidence": outcome.evidence,
        "command": reply.get("command"),
        "code": reply.get("code"),
        "enhanced_code": reply.get("enhanced_code"),
        "text": reply.get("text"),
        "references": "; ".join(entry.references),
        "controls": "; ".join(entry.controls),
        "seconds": outcome.seconds,
    }
    if outcome.verdict == FINDING:
        change = (f"{PRODUCTS[name]}: {text}" for name, text in entry.change.items())
        row["finding"] = entry.finding
        row["change"] = without_backticks(" / ".join(change))
    return row
