# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the DNS says of the domains of sender and recipient."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    mail_domains,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments._dns import (
    NoReply,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_MAIL
from ansible_collections.mailops.smtp.tests.unit.investigations import (
    findings_of,
    investigation_of,
)

SENDER = Failure("rcpt_to", "transient", "4.1.8 Domain not found", 450, "4.1.8")
RELAYING = Failure("rcpt_to", "permanent", "5.7.1 Relaying denied", 550, "5.7.1")
NO_SPF = Failure("rcpt_to", "permanent", "5.7.23 SPF validation failed", 550, "5.7.23")
REFUSES = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 550 5.7.1 Relaying denied{END}"
REFUSES_SPF = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 550 5.7.23 SPF validation failed{END}"


class Dns:
    """A DNS with the records of one domain, and of two mail exchangers."""

    mx: t.ClassVar[list[str] | None] = []
    txt: t.ClassVar[list[str]] = []

    def __init__(self, _budget: object) -> None:
        pass

    def exists(self, _name: str) -> bool:
        return self.mx is not None

    def exchangers(self, _name: str) -> list[str]:
        return self.mx or []

    def texts(self, _name: str) -> list[str]:
        return self.txt

    def addresses(self, name: str) -> list[str]:
        return {"mx.example.org": ["127.0.0.1"], "other.example.org": ["192.0.2.9"]}.get(name, [])


@pytest.fixture(autouse=True)
def dns(monkeypatch: pytest.MonkeyPatch) -> type[Dns]:
    class Own(Dns):
        pass

    monkeypatch.setattr(mail_domains, "DomainLookup", Own)
    return Own


@pytest.mark.parametrize(
    ("exchangers", "value", "cause"),
    [
        (None, "no such domain", "sender-domain"),
        ([""], "null MX", "null-mx"),
        ([], "none, and no address", "sender-domain"),
        (["mx.example.com"], "mx.example.com", None),
    ],
)
def test_the_domain_of_the_sender(
    dns: type[Dns], exchangers: list[str] | None, value: str, cause: str | None
) -> None:
    dns.mx = exchangers
    investigation, _network = investigation_of(failure=SENDER)

    (finding,) = mail_domains.domain_of_sender(investigation)

    assert finding.evidence.value == value
    assert finding.conclusion == (None if cause is None else (cause, "consistent"))


def test_name_servers_of_the_senders_domain_that_do_not_answer(
    dns: type[Dns], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_reply(_self: Dns, name: str) -> list[str]:
        raise NoReply(f"{name}: SERVFAIL")

    monkeypatch.setattr(dns, "exchangers", no_reply)
    investigation, _network = investigation_of(failure=SENDER)

    (finding,) = mail_domains.domain_of_sender(investigation)

    assert finding.evidence.value == "example.com: SERVFAIL"
    assert finding.conclusion == ("server-look-ups", "consistent")
    assert finding.excludes == ("sender-domain",)


def test_where_the_sender_is_not_the_question_no_answer_says_nothing(
    dns: type[Dns], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_reply(_self: Dns, name: str) -> list[str]:
        raise NoReply(f"{name}: SERVFAIL")

    monkeypatch.setattr(dns, "exchangers", no_reply)
    investigation, _network = investigation_of(failure=RELAYING)

    with pytest.raises(NoReply):
        next(mail_domains.domain_of_sender(investigation))


def test_a_recipient_that_is_unknown_may_be_of_a_domain_that_only_the_server_knows(
    dns: type[Dns],
) -> None:
    dns.mx = None
    unknown = Failure("rcpt_to", "permanent", "5.1.1 No such user", 550, "5.1.1")

    (finding,) = findings_of(mail_domains.domain_of_recipient, REFUSES, failure=unknown)

    assert finding.evidence.value == "no such domain"
    assert finding.conclusion is None


@pytest.mark.parametrize("sender", ["", "ann", "ann@[192.0.2.1]"])
def test_a_sender_without_a_domain_is_not_looked_up(sender: str) -> None:
    assert findings_of(mail_domains.domain_of_sender, failure=SENDER, mail_from=sender) == []


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
    dns: type[Dns], exchangers: list[str] | None, cause: str
) -> None:
    dns.mx = exchangers

    (finding,) = findings_of(mail_domains.domain_of_recipient, REFUSES, failure=RELAYING)

    assert finding.conclusion == (cause, "consistent")


@pytest.mark.parametrize(
    ("record", "value", "cause", "excluded"),
    [
        (["v=spf1 ip4:192.0.2.1 -all"], "fail (v=spf1 ip4:192.0.2.1 -all)", "address-in-spf", ()),
        (
            ["v=spf1 ip4:127.0.0.1 -all"],
            "pass (v=spf1 ip4:127.0.0.1 -all)",
            None,
            ("address-in-spf",),
        ),
        (["v=spf1 ptr -all"], "not evaluated (v=spf1 ptr -all)", None, ()),
        (["x"], "none", None, ()),
        (["v=spf1 -all", "v=spf1 +all"], "permerror", None, ()),
    ],
)
def test_spf_for_the_address_that_the_server_sees(
    dns: type[Dns], record: list[str], value: str, cause: str | None, excluded: tuple[str, ...]
) -> None:
    dns.txt = record

    (finding,) = findings_of(mail_domains.spf_of_sender, REFUSES_SPF, failure=NO_SPF)

    assert finding.evidence.value == value
    assert finding.conclusion == ((cause, "consistent") if cause else None)
    assert finding.excludes == excluded


def test_spf_is_not_asked_where_nothing_speaks_for_it() -> None:
    assert findings_of(mail_domains.spf_of_sender, REFUSES, failure=RELAYING) == []


def test_dmarc_of_the_sender(dns: type[Dns]) -> None:
    dns.txt = ["v=DMARC1; p=reject\x1b"]

    (finding,) = findings_of(mail_domains.dmarc_of_sender, failure=NO_SPF)

    assert finding.evidence.value == r"v=DMARC1; p=reject\x1b"
