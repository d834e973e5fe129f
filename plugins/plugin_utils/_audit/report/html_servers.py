# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The servers of the page, each with its audits: those that failed first. No I/O.

An audit has a table of its checks, as long as there is room. All tables of a fleet are too much for
a browser, and nobody reads those of a thousand hosts that have found the same.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

from ..._report.renderers.html_cells import ByteBudget
from . import wording
from .audits import FINDING, NOT_APPLICABLE, SOUND, UNDECIDED, VERDICT_WORDS

if t.TYPE_CHECKING:
    from .audits import Audit, Outcome
    from .model import AuditReport

# Limit on the audits, each of which takes a line at least.
MAX_AUDITS = 3_000

# The class of the style of the other report that each verdict has.
CLASSES: dict[str, str] = {
    SOUND: "passed",
    FINDING: "failed",
    UNDECIDED: "error",
    NOT_APPLICABLE: "not_run",
}


class OutcomeView(t.NamedTuple):
    """A row of a table. `href` leads to the card of a finding, and is empty if there is none."""

    id: str
    css_class: str
    word: str
    proves: str
    evidence: str
    href: str


class AuditView(t.NamedTuple):
    """An audit as the page shows it. Without `outcomes` it is a line."""

    audit: Audit
    state: str
    failed: bool
    measured: str
    outcomes: Sequence[OutcomeView]


class ServerView(t.NamedTuple):
    """A server with its audits. The `others` did not fail, and have no table.

    `without_table` counts those that failed and have checks, but for whose table there is no room.
    """

    title: str
    audits: Sequence[AuditView]
    others: Sequence[AuditView]
    without_table: int


class Servers:
    """The servers that a page has room for. `left_out` counts the audits that it has none for.

    `cards` leads from a check and a server to the card of the finding.
    """

    def __init__(
        self, report: AuditReport, cards: Mapping[tuple[str, str], str], table_bytes: int
    ) -> None:
        self._report = report
        self._cards = cards
        self._budget = ByteBudget(table_bytes)
        self._has_room = True
        shown = report.worst_first[:MAX_AUDITS]
        self.left_out = len(report.audits) - len(shown)
        views: dict[str, list[AuditView]] = {server: [] for server in report.servers}
        for audit in shown:
            views[audit.server].append(self._view(audit))
        self.found = [_server(title, its) for title, its in views.items() if its]

    def _view(self, audit: Audit) -> AuditView:
        return AuditView(
            audit,
            wording.state(self._report, audit),
            self._report.has_failed(audit),
            wording.measured(audit),
            self._outcomes(audit),
        )

    def _outcomes(self, audit: Audit) -> Sequence[OutcomeView]:
        """Return the rows of an audit, or nothing if one before it had no room."""
        if not self._has_room:
            return ()
        rows = [self._row(audit.server, one) for one in audit.outcomes]
        self._has_room = self._budget.take(*(text for row in rows for text in row))
        return rows if self._has_room else ()

    def _row(self, server: str, outcome: Outcome) -> OutcomeView:
        card = self._cards.get((outcome.id, server)) if outcome.verdict == FINDING else None
        return OutcomeView(
            outcome.id,
            CLASSES[outcome.verdict],
            VERDICT_WORDS[outcome.verdict],
            self._report.entries[outcome.id].check.proves,
            outcome.evidence,
            f"#{card}" if card else "",
        )


def _server(title: str, views: Sequence[AuditView]) -> ServerView:
    return ServerView(
        title,
        [one for one in views if one.outcomes or one.failed],
        [one for one in views if not (one.outcomes or one.failed)],
        sum(one.failed and bool(one.audit.outcomes) and not one.outcomes for one in views),
    )
