# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One self-contained page of a report of audits.

The template beside this file is the page, with the style of the other report. Jinja2 escapes every
text. The policy of the page allows a browser to load nothing and to run nothing.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..._report.renderers.html import environment_of, policy_of, read_beside
from ..._report.renderers.overview import display_time
from ..._report.renderers.prose import Span, spans
from . import wording
from .audits import FINDING, NOT_APPLICABLE, SOUND, UNDECIDED, VERDICT_WORDS
from .changes import BETTER, WORSE
from .vantages import CONTRADICTION

if t.TYPE_CHECKING:
    from .audits import Audit, Outcome
    from .model import AuditReport, Finding

_HERE = Path(__file__).resolve().parent

# Limits on a page, so that a browser can open it: findings, audits with all checks, and changes.
MAX_FINDINGS = 300
MAX_AUDITS = 300
MAX_CHANGES = 300

# The class of the style of the other report that each verdict has.
_CLASSES: dict[str, str] = {
    SOUND: "passed",
    FINDING: "failed",
    UNDECIDED: "error",
    NOT_APPLICABLE: "not_run",
}


def render(report: AuditReport) -> Iterator[str]:
    """Yield the page in parts."""
    style = read_beside("report.css") + (_HERE / "audit.css").read_text(encoding="utf-8")
    yield from (
        environment_of(_HERE)
        .get_template("audit.html.j2")
        .stream(page=_Page(report), style=style, policy=policy_of(style, ""))
    )


class _Page:
    """What the template shows."""

    def __init__(self, report: AuditReport) -> None:
        self.report = report
        self.headline = wording.headline(report)
        self.created = display_time(report.created)
        self.findings = report.findings[:MAX_FINDINGS]
        self.more_findings = len(report.findings) - len(self.findings)
        self.audits = report.audits[:MAX_AUDITS]
        self.more_audits = len(report.audits) - len(self.audits)
        self.statements = [
            (one.what == CONTRADICTION, wording.statement_text(one)) for one in report.statements
        ]
        counts = {**report.counts, FINDING: len(report.findings)}
        self.counts = [
            (_CLASSES[one], VERDICT_WORDS[one], counts[one])
            for one in (FINDING, UNDECIDED, SOUND, NOT_APPLICABLE)
        ]
        self.counts.append(("error", "without a result", counts["no_result"]))
        self.bad = bool(report.findings or counts["no_result"])

    @property
    def since(self) -> str:
        """When the baseline was made, or empty."""
        comparison = self.report.comparison
        return display_time(comparison.since) if comparison else ""

    @property
    def changes(self) -> Sequence[tuple[str, str]]:
        """What became worse, and then what became better."""
        comparison = self.report.comparison
        if comparison is None:
            return []
        found = [*comparison.of(WORSE), *comparison.of(BETTER)]
        return [(one.what, wording.change_text(one)) for one in found[:MAX_CHANGES]]

    def evidence(self, finding: Finding) -> list[tuple[str, str]]:
        """Return each evidence with its hosts."""
        return wording.evidence(finding)

    def others(self, finding: Finding) -> str:
        """Return what other hosts have found."""
        return wording.others(finding)

    def compared(self, finding: Finding) -> list[str]:
        """Return what a comparison of vantages says."""
        return list(wording.compared(self.report, finding))

    def change(self, finding: Finding) -> list[tuple[str, list[Span]]]:
        """Return what to change, by server, with its code apart."""
        return [(name, list(spans(text))) for name, text in wording.changes_needed(finding)]

    def transcripts(self, finding: Finding) -> list[tuple[str, str]]:
        """Return the transcript of the first host that found it."""
        shown = [one for one in finding.seen if one.outcome.transcript][:1]
        return [(one.audit.host, "\n".join(one.outcome.transcript)) for one in shown]

    def state(self, audit: Audit) -> str:
        """Return what an audit comes to."""
        return wording.state(self.report, audit)

    def measured(self, audit: Audit) -> str:
        """Return what the server does for the host."""
        return wording.measured(audit)

    def is_bad(self, audit: Audit) -> bool:
        """Return whether an audit counts as failed."""
        return self.report.problem_of(audit) is not None or bool(audit.counts[FINDING])

    def badge(self, outcome: Outcome) -> tuple[str, str]:
        """Return the class and the word of a verdict."""
        return _CLASSES[outcome.verdict], VERDICT_WORDS[outcome.verdict]
