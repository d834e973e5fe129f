# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A message that was accepted is a finding if it has arrived, and sound if it has not."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.arrival import NOT_KNOWN
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import checks_of_collection
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.audits import Outcome
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.receipts import (
    with_receipts,
)
from ansible_collections.mailops.smtp.tests.unit.audit_reports import audit, outcome

ENTRIES = {entry.check.id: entry for entry in checks_of_collection()}
TOKEN = "audit-abcdefghijkl"
ACCEPTED = Outcome(
    id="relay-29", verdict="undecided", evidence=f"message: 250 2.0.0 Ok{NOT_KNOWN}", token=TOKEN
)
FOUND = {"token": TOKEN, "found": True, "mailbox": "INBOX"}
MISSING = {"token": TOKEN, "found": False}


def decided(*results: t.Any, given: Outcome = ACCEPTED) -> tuple[str, str]:
    """Return the verdict and the evidence by results of mail_receipt."""
    (found,) = with_receipts([audit(outcomes=[given])], results, ENTRIES)
    (one,) = found.outcomes
    return one.verdict, one.evidence


def test_a_message_that_arrived_was_relayed() -> None:
    assert decided({"receipts": [FOUND], "timeout": 60.0}) == (
        "finding",
        "message: 250 2.0.0 Ok; accepted, and relayed: the message was found in INBOX",
    )


def test_a_message_that_was_not_seen_was_not_relayed_as_far_as_is_known() -> None:
    assert decided({"receipts": [MISSING], "timeout": 60.0, "failed": True, "msg": "gone"}) == (
        "sound",
        "message: 250 2.0.0 Ok; accepted, but the message was not seen in the mailbox within 60 s",
    )


def test_a_mailbox_that_cannot_be_searched_decides_nothing() -> None:
    verdict, evidence = decided({"failed": True, "kind": "connect", "msg": "no route"})

    assert verdict == "undecided"
    assert evidence.endswith("accepted, and cannot be confirmed: no route")


def test_a_search_that_was_broken_off_decides_what_it_found() -> None:
    half = {"receipts": [FOUND], "kind": "disconnect", "msg": "lost"}

    assert decided(half)[0] == "finding"
    verdict, evidence = decided({**half, "receipts": []})
    assert (verdict, evidence[-6:]) == ("undecided", ": lost")


def test_without_a_mailbox_nothing_is_decided() -> None:
    assert decided() == ("undecided", ACCEPTED.evidence)


def test_each_batch_has_looked_for_its_own() -> None:
    other = {"receipts": [{"token": "audit-zzzzzzzzzzzz", "found": True}]}

    assert decided(other, {"receipts": [FOUND]})[0] == "finding"
    assert decided(other)[0] == "undecided"


def test_only_a_check_that_waits_for_an_arrival_is_decided() -> None:
    given = dataclasses.replace(outcome("relay-02", "undecided"), token=TOKEN)

    assert decided({"receipts": [FOUND]}, given=given)[0] == "undecided"


def test_a_mailbox_that_returns_anything_decides_nothing() -> None:
    results: list[t.Any] = [{"receipts": 5}, {"receipts": [{"token": {}}, None]}, 5]
    for result in results:
        assert decided(result)[0] == "undecided"
