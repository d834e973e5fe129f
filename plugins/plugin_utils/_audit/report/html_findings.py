# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cards of findings: what each rests on, and what to change. No I/O."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Sequence

from ..._report.renderers.html_cells import ByteBudget
from ..._report.renderers.prose import Span, spans
from . import wording
from .product import product_of

if t.TYPE_CHECKING:
    from .model import AuditReport, Finding

# Limit on the cards.
MAX_FINDINGS = 300


class Change(t.NamedTuple):
    """What to change in a mail server, with its code apart."""

    server: str
    text: Sequence[Span]


class Transcript(t.NamedTuple):
    """The transcript of the first host that has one. It is empty if there is no room for it."""

    host: str
    lines: str


class FindingView(t.NamedTuple):
    """A finding as the page shows it.

    `evidence` has texts, each with its hosts, and `other_evidence` the hosts with further ones.
    `others` is what other hosts have found, and `compared` what a comparison of vantages says.
    `changes` are those for the product that the server seems to be, or for each if that is not
    known, and `other_changes` those for all other products.
    """

    anchor: str
    number: int
    finding: Finding
    evidence: Sequence[tuple[str, str]]
    other_evidence: str
    others: str
    compared: Sequence[str]
    changes: Sequence[Change]
    other_changes: Sequence[Change]
    transcript: Transcript | None


def anchors(report: AuditReport) -> dict[tuple[str, str], str]:
    """Return the anchor of each card, by the check and the server."""
    shown = report.findings[:MAX_FINDINGS]
    return {
        (one.entry.check.id, one.server): _anchor(number) for number, one in enumerate(shown, 1)
    }


def cards(report: AuditReport, transcript_bytes: int) -> Iterator[FindingView]:
    """Yield the cards, with transcripts as long as those fit."""
    budget = ByteBudget(transcript_bytes)
    for number, finding in enumerate(report.findings[:MAX_FINDINGS], 1):
        own, others = _changes(finding)
        yield FindingView(
            _anchor(number),
            number,
            finding,
            wording.evidence(finding),
            wording.other_evidence(finding),
            wording.others(finding),
            list(wording.compared(report, finding)),
            own,
            others,
            _transcript(finding, budget),
        )


def _anchor(number: int) -> str:
    return f"f{number}"


def _changes(finding: Finding) -> tuple[list[Change], list[Change]]:
    product = product_of(finding)
    name = wording.PRODUCTS[product] if product is not None else None
    found = [Change(server, list(spans(text))) for server, text in wording.changes_needed(finding)]
    own = [one for one in found if name in (None, one.server)]
    return own, [one for one in found if one not in own]


def _transcript(finding: Finding, budget: ByteBudget) -> Transcript | None:
    for one in finding.seen:
        if one.outcome.transcript:
            lines = "\n".join(one.outcome.transcript)
            return Transcript(one.audit.host, lines if budget.take(lines) else "")
    return None
