# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replies for other recipients tell the recipient, its domain and the client apart."""

from __future__ import annotations

import re
import uuid

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    recipient,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_MAIL
from ansible_collections.mailops.smtp.tests.unit.investigations import Finding, findings_of

UNKNOWN = Failure("rcpt_to", "permanent", "5.1.1 No such user", 550, "5.1.1")
RELAYING = Failure("rcpt_to", "permanent", "5.7.1 Relaying denied", 550, "5.7.1")


@pytest.fixture(autouse=True)
def a_known_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the name of the unknown recipient be the same each time."""

    class Fixed:
        hex = "0123456789abcdef"

    monkeypatch.setattr(uuid, "uuid4", lambda: Fixed)


def findings(failure: Failure, postmaster: str, unknown: str, bare: str) -> list[Finding]:
    refuses = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 550 {failure.text}{END}"
    others = f"""{TO_MAIL}
C: RCPT TO:<postmaster@example.org>
S: {postmaster}
C: RCPT TO:<no-such-user-0123456789ab@example.org>
S: {unknown}
C: RCPT TO:<postmaster>
S: {bare}{END}"""
    return findings_of(recipient.another_recipient, refuses, others, failure=failure)


OK = "250 2.1.5 Ok"
NO_USER = "550 5.1.1 No such user"
NO_RELAY = "550 5.7.1 Relaying denied"


def test_only_postmaster_is_known() -> None:
    first, second = findings(UNKNOWN, OK, NO_USER, OK)

    assert first.conclusion == ("recipient-known", "proven")
    assert "relay-for-address" in first.excludes
    assert second.evidence.says == "unknown recipients are refused"


def test_every_other_recipient_is_accepted() -> None:
    refused = Failure("rcpt_to", "permanent", "5.7.1 Access denied", 550, "5.7.1")

    first, _second = findings(refused, OK, OK, OK)

    assert first.conclusion == ("recipient-policy", "consistent")


def test_no_recipient_of_the_domain_is_accepted() -> None:
    (finding,) = findings(RELAYING, NO_RELAY, NO_RELAY, OK)

    assert finding.conclusion is None
    assert "recipient-known" in finding.excludes


def test_every_recipient_gets_the_same_reply() -> None:
    (finding,) = findings(RELAYING, NO_RELAY, NO_RELAY, NO_RELAY)

    assert finding.conclusion is None
    assert "recipient-policy" in finding.excludes
    assert re.search("not because of the recipient", finding.evidence.says)


def test_a_server_without_a_postmaster_knows_no_recipient() -> None:
    (finding,) = findings(UNKNOWN, NO_USER, NO_USER, NO_USER)

    assert finding.evidence.says == "the same reply"
    assert finding.excludes == ()


def test_a_recipient_without_a_domain_has_no_neighbours() -> None:
    refuses = f"{TO_MAIL}\nC: RCPT TO:<postmaster>\nS: 550 5.1.1 No such user{END}"

    found = findings_of(
        recipient.another_recipient, refuses, failure=UNKNOWN, rcpt_to=["postmaster"]
    )

    assert found == []


def test_a_server_that_accepts_anybody_may_well_know_the_one_that_it_refuses() -> None:
    first, second = findings(UNKNOWN, OK, OK, OK)

    assert first.conclusion == ("recipient-known", "consistent")
    assert second.evidence.says == "any recipient is accepted"
