# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The name of the client's address, and whether it leads back."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    client_names,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_MAIL
from ansible_collections.mailops.smtp.tests.unit.investigations import Finding, findings_of

TEXT = "4.7.1 Client host rejected: cannot find your reverse hostname, [198.51.100.7]"
FAILURE = Failure("rcpt_to", "transient", TEXT, 450, "4.7.1")
DEFERS = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 450 {TEXT}{END}"


def findings(
    monkeypatch: pytest.MonkeyPatch, name: str | None, addresses: list[str]
) -> list[Finding]:
    monkeypatch.setattr(client_names, "name_of", lambda _ip, _budget: name)
    monkeypatch.setattr(client_names, "addresses_of", lambda _name, _budget: addresses)
    return findings_of(client_names.names_of_client, DEFERS, failure=FAILURE)


def test_the_address_that_the_server_sees_has_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = findings(monkeypatch, None, [])

    assert finding.evidence.fact == "the name of 198.51.100.7 in the DNS"
    assert finding.conclusion == ("reverse-dns", "consistent")


def test_the_name_does_not_lead_back(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = findings(monkeypatch, "client.example.com", ["198.51.100.8"])

    assert finding.evidence.says == "the name leads to 198.51.100.8, and not back to the address"
    assert finding.conclusion == ("reverse-dns", "consistent")


def test_without_a_reason_in_the_reply_a_missing_name_is_likely(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client_names, "name_of", lambda _ip, _budget: None)
    failure = Failure("rcpt_to", "permanent", "Administrative prohibition", 550)
    refuses = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 550 Administrative prohibition{END}"

    (finding,) = findings_of(client_names.names_of_client, refuses, failure=failure)

    assert finding.conclusion == ("reverse-dns", "consistent")


def test_the_name_leads_back(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = findings(monkeypatch, "client.example.com", ["198.51.100.7"])

    assert finding.conclusion is None
