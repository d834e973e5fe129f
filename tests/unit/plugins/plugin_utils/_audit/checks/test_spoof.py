# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Senders that are forged: a sound server, and one at fault."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.audits import HELLO
from ansible_collections.mailops.smtp.tests.unit.checks import (
    TO_DATA,
    TOKEN,
    entry,
    made,
    verdict_of,
)

REFUSAL = "550 5.7.1 rejected"
ACCEPTANCE = "250 2.1.5 Ok"


def envelope(sender: str, reply: str) -> str:
    """Return the dialogue of a server that looks at the sender when it knows the recipient."""
    return f"{HELLO}\nC: {sender}\nS: 250 2.1.0 Ok\nC: RCPT TO:<ann@example.com>\nS: {reply}"


@pytest.mark.parametrize(
    ("identity", "sender"),
    [
        ("sp-own", "MAIL FROM:<ann@example.com>"),
        ("sp-nodomain", "/^MAIL FROM:<smtp-audit@[a-z]{12}.invalid>$/"),
        ("sp-nullmx", "MAIL FROM:<smtp-audit@silent.example.org>"),
        ("sp-spf", "MAIL FROM:<smtp-audit@unsent.example.org>"),
        ("sp-unqualified", "MAIL FROM:<root>"),
    ],
)
def test_a_sender_that_is_not_to_be_believed(identity: str, sender: str) -> None:
    early = f"{HELLO}\nC: {sender}\nS: 553 5.1.8 no such domain"

    assert verdict_of(identity, envelope(sender, REFUSAL)) == "sound"
    assert verdict_of(identity, early) == "sound"
    assert verdict_of(identity, envelope(sender, ACCEPTANCE)) == "finding"
    assert verdict_of(identity, envelope(sender, "450 4.2.0 Greylisted")) == "undecided"


def test_a_domain_that_is_not_found_may_be_refused_for_now() -> None:
    sender = "/^MAIL FROM:<smtp-audit@[a-z]{12}.invalid>$/"
    reply = "450 4.1.8 Sender address rejected: Domain not found"

    assert verdict_of("sp-nodomain", envelope(sender, reply)) == "sound"


def test_bounces() -> None:
    assert verdict_of("sp-null", envelope("MAIL FROM:<>", ACCEPTANCE)) == "sound"
    assert verdict_of("sp-null", envelope("MAIL FROM:<>", REFUSAL)) == "finding"


@pytest.mark.parametrize("identity", ["sp-dmarc", "sp-twofrom"])
def test_a_forged_author(identity: str) -> None:
    script = f"{HELLO}{TO_DATA}\nC: (message)\nS: {{}}"

    assert verdict_of(identity, script.format("550 5.7.1 rejected by policy")) == "sound"
    accepted = made(identity, script.format("250 2.0.0 queued"))
    assert accepted.verdict.name == "finding"
    assert accepted.token == TOKEN


def test_a_server_that_refuses_the_recipient_says_nothing_of_the_message() -> None:
    assert verdict_of("sp-dmarc", envelope("MAIL FROM:<eve@example.net>", REFUSAL)) == (
        "not_applicable"
    )


@pytest.mark.parametrize(
    ("identity", "variable"),
    [
        ("sp-nullmx", "null_mx_domain"),
        ("sp-spf", "spf_domain"),
        ("sp-dmarc", "dmarc_domain"),
    ],
)
def test_a_check_of_records_needs_a_domain_that_has_them(identity: str, variable: str) -> None:
    assert variable in entry(identity).check.needs
