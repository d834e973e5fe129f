# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which recipients there are: a sound server, and one at fault."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.audits import HELLO
from ansible_collections.mailops.smtp.tests.unit.checks import verdict_of

FROM = f"{HELLO}\nC: MAIL FROM:<eve@example.net>\nS: 250 2.1.0 Ok"
KNOWN = "C: RCPT TO:<ann@example.com>\nS: 250 2.1.5 Ok"
UNKNOWN = "C: /^RCPT TO:<[a-z]{12}@example.com>$/"


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ("550 5.1.1 User unknown", "sound"),
        ("450 4.2.0 Greylisted", "undecided"),
        ("250 2.1.5 Ok", "finding"),
    ],
)
def test_an_unknown_recipient_beside_a_known_one(reply: str, verdict: str) -> None:
    assert verdict_of("enum-rcpt", f"{FROM}\n{KNOWN}\n{UNKNOWN}\nS: {reply}") == verdict


def test_a_server_that_knows_nobody_says_nothing_of_unknown_recipients() -> None:
    refused = KNOWN.replace("250 2.1.5 Ok", "550 5.7.1 Relaying denied")

    script = f"{FROM}\n{refused}\n{UNKNOWN}\nS: 550 5.7.1 Relaying denied"

    assert verdict_of("enum-rcpt", script) == "not_applicable"


@pytest.mark.parametrize(
    ("identity", "recipient"),
    [
        ("enum-postmaster", "postmaster@example.com"),
        ("enum-postmaster-bare", "Postmaster"),
        ("enum-abuse", "abuse@example.com"),
    ],
)
def test_addresses_that_each_domain_must_have(identity: str, recipient: str) -> None:
    asked = f"{FROM}\nC: RCPT TO:<{recipient}>\nS: {{}}"

    assert verdict_of(identity, asked.format("250 2.1.5 Ok")) == "sound"
    assert verdict_of(identity, asked.format("550 5.1.1 User unknown")) == "finding"
    assert verdict_of(identity, asked.format("450 4.2.0 Greylisted")) == "undecided"
