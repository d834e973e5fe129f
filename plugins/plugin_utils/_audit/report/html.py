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
from . import wording
from .audits import FINDING, NOT_APPLICABLE, SOUND, UNDECIDED, VERDICT_WORDS
from .changes import BETTER, WORSE
from .html_findings import MAX_FINDINGS, FindingView, anchors, cards
from .html_servers import CLASSES, Servers
from .vantages import WARNINGS

if t.TYPE_CHECKING:
    from .model import AuditReport

_HERE = Path(__file__).resolve().parent

# Limits on a page, so that a browser can open it: statements about vantages, changes, bytes of
# transcripts, and bytes of the tables of checks.
MAX_STATEMENTS = 300
MAX_CHANGES = 300
TRANSCRIPT_BYTES = 2_000_000
TABLE_BYTES = 3_000_000

# Pieces of the template that are joined before they are yielded.
_BUFFERED_PIECES = 50


def render(
    report: AuditReport, transcript_bytes: int = TRANSCRIPT_BYTES, table_bytes: int = TABLE_BYTES
) -> Iterator[str]:
    """Yield the page in parts."""
    style = read_beside("report.css") + (_HERE / "audit.css").read_text(encoding="utf-8")
    stream = (
        environment_of(_HERE)
        .get_template("audit.html.j2")
        .stream(
            page=_Page(report, transcript_bytes, table_bytes),
            style=style,
            policy=policy_of(style, ""),
        )
    )
    stream.enable_buffering(_BUFFERED_PIECES)
    yield from stream


class _Page:
    """What the template shows."""

    def __init__(self, report: AuditReport, transcript_bytes: int, table_bytes: int) -> None:
        self.report = report
        self.headline = wording.brief_headline(report)
        self.created = display_time(report.created)
        self.more_findings = max(0, len(report.findings) - MAX_FINDINGS)
        self.statements = [
            (one.what in WARNINGS, wording.statement_text(one))
            for one in report.statements[:MAX_STATEMENTS]
        ]
        self.more_statements = len(report.statements) - len(self.statements)
        self.servers = Servers(report, anchors(report), table_bytes)
        self.checks = [report.entries[one] for one in _ids_of(report)]
        self._transcript_bytes = transcript_bytes

    @property
    def findings(self) -> Iterator[FindingView]:
        """The cards of findings."""
        return cards(self.report, self._transcript_bytes)

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """The class, the word and the number of each verdict, and of audits without a result."""
        counts, findings = self.report.counts, len(self.report.findings)
        return [
            (CLASSES[FINDING], "finding" if findings == 1 else "findings", findings),
            *(
                (CLASSES[one], VERDICT_WORDS[one], counts[one])
                for one in (UNDECIDED, SOUND, NOT_APPLICABLE)
            ),
            ("error", "without a result", counts["no_result"]),
        ]

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The anchor and the title of each part of the page."""
        parts = [
            ("findings", "Findings", self.report.findings),
            ("vantages", "Vantages", self.statements),
            ("changes", "What changed", self.since),
            ("servers", "Servers", True),
            ("checks", "Checks", self.checks),
        ]
        return [(anchor, title) for anchor, title, is_there in parts if is_there]

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

    @property
    def more_changes(self) -> int:
        """The number of changes that are left out."""
        comparison = self.report.comparison
        return max(0, len(comparison.changes) - MAX_CHANGES) if comparison else 0


def _ids_of(report: AuditReport) -> list[str]:
    """Return the ids of the checks that an audit has an outcome of, in the order of the files."""
    made = {outcome.id for audit in report.audits for outcome in audit.outcomes}
    return [identity for identity in report.entries if identity in made]
