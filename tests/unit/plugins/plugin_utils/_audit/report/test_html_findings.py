# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A card has what a finding rests on, and what to change in the product that the server is."""

from __future__ import annotations

import dataclasses

from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.html_findings import (
    Transcript,
    anchors,
    cards,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.model import AuditReport
from ansible_collections.mailops.smtp.tests.unit.audit_reports import (
    TRANSCRIPT,
    audit,
    outcome,
    report_of,
)

ROOM = 1_000_000


def greeted(greeting: str) -> AuditReport:
    found = dataclasses.replace(
        outcome("relay-02", "finding"), transcript=(f"[0.010] S: 220 {greeting}",)
    )
    return report_of(audit(outcomes=[found]))


def test_a_card_has_a_number_an_anchor_and_the_transcript_of_the_first_host() -> None:
    report = report_of(audit(relay_02="finding", relay_17="finding"), audit("web2"))
    first, second = cards(report, ROOM)

    assert (first.number, first.anchor, second.number) == (1, "f1", 2)
    assert first.transcript == Transcript("web1", "\n".join(TRANSCRIPT))
    assert first.others == "sound from web2 (untrusted)"
    assert anchors(report) == {("relay-02", "relay:25"): "f1", ("relay-17", "relay:25"): "f2"}


def test_the_change_for_the_product_of_the_greeting_comes_before_the_others() -> None:
    (card,) = cards(greeted("mx.example.com ESMTP Exim 4.97"), ROOM)

    assert [one.server for one in card.changes] == ["Exim"]
    assert [one.server for one in card.other_changes] == ["Postfix"]


def test_if_the_product_is_not_known_no_change_is_behind_another() -> None:
    (card,) = cards(greeted("mx.example.com ESMTP"), ROOM)

    assert [one.server for one in card.changes] == ["Postfix", "Exim"]
    assert card.other_changes == []


def test_if_nothing_is_known_for_the_product_there_are_the_changes_for_others() -> None:
    (card,) = cards(greeted("mx.example.com ESMTP Haraka"), ROOM)

    assert card.changes == []
    assert [one.server for one in card.other_changes] == ["Postfix", "Exim"]


def test_transcripts_are_there_while_there_is_room() -> None:
    audits = [audit(server=f"relay{n}:25", relay_02="finding") for n in range(9)]
    shown = [one.transcript for one in cards(report_of(*audits), 500)]

    assert shown[0] == Transcript("web1", "\n".join(TRANSCRIPT))
    assert shown[-1] == Transcript("web1", "")


def test_a_finding_without_a_transcript_has_none() -> None:
    found = dataclasses.replace(outcome("relay-02", "finding"), transcript=())
    (card,) = cards(report_of(audit(outcomes=[found])), ROOM)

    assert card.transcript is None
