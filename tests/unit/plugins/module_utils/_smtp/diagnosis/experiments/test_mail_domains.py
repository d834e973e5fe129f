# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the DNS says of the domains of sender and recipient."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    mail_domains,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_MAIL
from ansible_collections.mailops.smtp.tests.unit.investigations import (
    Finding,
    findings_of,
    investigation_of,
)

TEXT = "4.1.8 Sender address rejected: Domain not found"
SENDER = Failure("rcpt_to", "transient", TEXT, 450, "4.1.8")
RELAYING = Failure("rcpt_to", "permanent", "5.7.1 Relaying denied", 550, "5.7.1")
REFUSES = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 550 5.7.1 Relaying denied{END}"
ADDRESSES = {"mx.example.org": ["127.0.0.1"], "other.example.org": ["192.0.2.9"]}


@pytest.fixture
def dns(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str] | None]:
    """Have a DNS with these mail exchangers."""
    zone: dict[str, list[str] | None] = {}
    monkeypatch.setattr(mail_domains, "exchangers_of", lambda domain, _seconds: zone[domain])
    monkeypatch.setattr(mail_domains, "addresses_of", lambda name, _b: ADDRESSES.get(name, []))
    return zone


def of_sender() -> Finding:
    investigation, _network = investigation_of(failure=SENDER)
    (finding,) = mail_domains.domain_of_sender(investigation)
    return finding


@pytest.mark.parametrize(
    ("exchangers", "value", "fits"),
    [
        (None, "no such domain", True),
        ([""], "null MX", True),
        ([], "none, and no address", True),
        (["mx.example.com"], "mx.example.com", False),
    ],
)
def test_the_domain_of_the_sender(
    dns: dict[str, list[str] | None], exchangers: list[str] | None, value: str, fits: bool
) -> None:
    dns["example.com"] = exchangers

    finding = of_sender()

    assert finding.evidence.value == value
    assert (finding.conclusion == ("sender-domain", "consistent")) is fits


def of_recipient() -> Finding:
    (finding,) = findings_of(mail_domains.domain_of_recipient, REFUSES, failure=RELAYING)
    return finding


@pytest.mark.parametrize(
    ("exchangers", "cause"),
    [
        (None, "recipient-domain"),
        ([""], "null-mx"),
        (["other.example.org", "mx.example.org"], "local-domains"),
        (["other.example.org"], "relay-for-address"),
        ([], "relay-for-address"),
    ],
)
def test_the_domain_of_the_recipient(
    dns: dict[str, list[str] | None], exchangers: list[str] | None, cause: str
) -> None:
    dns["example.org"] = exchangers

    assert of_recipient().conclusion == (cause, "consistent")
