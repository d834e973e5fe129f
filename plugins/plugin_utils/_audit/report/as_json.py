# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The `json` report of audits: for programs, and the baseline of a later run. No I/O.

docs/smtp_audit.schema.json describes it. Each audit is on a line of its own.
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Iterable, Iterator

from .compare import FORMAT, REPORT
from .wording import compared

if t.TYPE_CHECKING:
    from .audits import Audit, Outcome
    from .model import AuditReport, Finding, Sighting


def render(report: AuditReport) -> Iterator[str]:
    """Yield the document in parts."""
    head = {
        "format": FORMAT,
        "report": REPORT,
        "created": report.created,
        "made_by": report.made_by,
        "counts": report.counts,
        "hosts": report.hosts,
        "servers": report.servers,
    }
    yield json.dumps(head, indent=2)[: -len("\n}")]
    comparison = report.comparison
    if comparison is not None:
        changes = [one._asdict() for one in comparison.changes]
        found = {"since": comparison.since, "changes": changes}
        yield f',\n  "comparison": {json.dumps(found)}'
    yield from _list("findings", (_finding(report, one) for one in report.findings))
    yield from _list("vantages", (one._asdict() for one in report.statements))
    yield from _list("audits", (_audit(report, one) for one in report.audits))
    yield "\n}\n"


def finding_document(finding: Finding) -> dict[str, t.Any]:
    """Return a finding as the report and the result of the task have it."""
    entry = finding.entry
    return {
        "check": entry.check.id,
        "server": finding.server,
        "finding": entry.finding,
        "proves": entry.check.proves,
        "risk": entry.check.risk,
        "seen": [_sighting(one) for one in finding.seen],
        "others": [_sighting(one) for one in finding.others],
        "change": dict(entry.change),
        "references": list(entry.references),
        "controls": list(entry.controls),
    }


def _finding(report: AuditReport, finding: Finding) -> dict[str, t.Any]:
    transcripts = [
        {"host": one.audit.host, "lines": list(one.outcome.transcript)}
        for one in finding.seen
        if one.outcome.transcript
    ]
    document = finding_document(finding)
    return {**document, "compared": list(compared(report, finding)), "transcripts": transcripts}


def _sighting(one: Sighting) -> dict[str, t.Any]:
    outcome = one.outcome
    return {
        "host": one.audit.host,
        "from": one.audit.claimed,
        "verdict": outcome.verdict,
        "evidence": outcome.evidence,
        "reply": outcome.reply,
    }


def _audit(report: AuditReport, audit: Audit) -> dict[str, t.Any]:
    return {
        "host": audit.host,
        "server": audit.server,
        "from": audit.claimed,
        "measured": audit.measured,
        "profile": audit.profile,
        "problem": report.problem_of(audit),
        "counts": audit.counts,
        "controls_passed": list(audit.passed),
        "controls_failed": list(audit.failed),
        "connections": audit.connections,
        "seconds": audit.seconds,
        "ended_early": audit.ended_early,
        "facts": audit.facts,
        "checks": [_outcome(report, one) for one in audit.outcomes],
    }


def _outcome(report: AuditReport, outcome: Outcome) -> dict[str, t.Any]:
    entry = report.entries[outcome.id]
    return {
        "id": outcome.id,
        "verdict": outcome.verdict,
        "proves": entry.check.proves,
        "evidence": outcome.evidence,
        "reply": outcome.reply,
        "seconds": outcome.seconds,
        "references": list(entry.references),
        "controls": list(entry.controls),
    }


def _list(name: str, documents: Iterable[dict[str, t.Any]]) -> Iterator[str]:
    """Yield a list of the document with each item on a line of its own."""
    yield f',\n  "{name}": ['
    between = "\n"
    for document in documents:
        yield f"{between}    {json.dumps(document)}"
        between = ",\n"
    yield "\n  ]"
