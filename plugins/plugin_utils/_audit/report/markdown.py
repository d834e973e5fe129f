# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report of audits in GitHub-flavoured Markdown. No I/O.

Texts from outside are in code spans, where nothing is markup, a link, or a mention of a user.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator

from ..._report.renderers.markdown import (
    MAX_BYTES,
    ByteBudget,
    code,
    prose,
    table_row,
    table_rule,
)
from . import wording

if t.TYPE_CHECKING:
    from .audits import Audit
    from .changes import Change
    from .model import AuditReport, Finding


def render(report: AuditReport, max_bytes: int = MAX_BYTES) -> Iterator[str]:
    """Yield the page in parts, up to `max_bytes`."""
    budget = ByteBudget(max_bytes)
    symbol = "❌" if report.findings else "🔺" if report.is_bad else "✅"
    created, made_by = code(report.created), code(report.made_by)
    yield from budget.fill(
        f"## {symbol} SMTP audit: {wording.headline(report)}\n\n{created} {made_by}\n"
    )
    if report.findings:
        yield from budget.fill("\n### Findings\n")
        numbered = list(enumerate(report.findings, 1))
        yield from budget.fill_each(
            numbered, lambda one: _finding(report, one[0], one[1]), "more findings"
        )
    yield from _rest(report, budget)


def _rest(report: AuditReport, budget: ByteBudget) -> Iterator[str]:
    found = report.statements
    if found:
        yield from budget.fill("\n### Vantages\n\n")
        yield from budget.fill_each(
            [wording.statement_text(one) for one in found], lambda one: f"- {prose(one)}\n", "more"
        )
    if report.comparison is not None:
        since = code(report.comparison.since)
        yield from budget.fill(f"\n### What changed since {since}\n\n")
        changes = sorted(report.comparison.changes, reverse=True)
        yield from budget.fill_each(changes, _change, "more changes")
    head = table_row("Server", "From", "Vantage", "Result") + table_rule(4)
    yield from budget.fill(f"\n### Servers\n\n{head}")
    yield from budget.fill_each(report.worst_first, lambda one: _audit(report, one), "more audits")


def _finding(report: AuditReport, number: int, finding: Finding) -> str:
    entry = finding.entry
    lines = [f"\n#### {number}. {code(finding.title)}", "", prose(entry.finding), ""]
    for evidence, hosts in wording.evidence(finding):
        lines.append(f"- Evidence from {prose(hosts)}: {code(evidence)}")
    left_out = wording.other_evidence(finding)
    lines += [f"- Other evidence from {prose(left_out)}"] if left_out else []
    others = wording.others(finding)
    lines += [f"- Others: {prose(others)}"] if others else []
    lines += [f"- Vantages: {prose(one)}" for one in wording.compared(report, finding)]
    lines += [
        f"- Change in {name}: {prose(text)}" for name, text in wording.changes_needed(finding)
    ]
    lines += [f"- See: {prose(', '.join(entry.references))}"] if entry.references else []
    lines += [f"- Bears on: {prose(', '.join(entry.controls))}"] if entry.controls else []
    return "".join(f"{line}\n" for line in lines)


def _change(change: Change) -> str:
    return f"- {change.what}: {prose(wording.change_text(change))}\n"


def _audit(report: AuditReport, audit: Audit) -> str:
    state = prose(wording.state(report, audit))
    return table_row(code(audit.server), code(audit.host), prose(wording.measured(audit)), state)
