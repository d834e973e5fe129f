# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which recipients there are: a sound server, and one at fault."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.audits import HELLO
from ansible_collections.mailops.smtp.tests.unit.checks import OFFERS, made, verdict_of

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

    assert verdict_of("enum-rcpt", f"{FROM}\n{refused}") == "not_applicable"


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


@pytest.mark.parametrize("reply", ["250 2.1.5 Ok", "550 5.1.1 User unknown", "450 4.2.0 Later"])
def test_a_catch_all_is_a_fact_and_no_finding(reply: str) -> None:
    verdict = made("enum-catchall", f"{FROM}\n{UNKNOWN}\nS: {reply}\n{UNKNOWN}\nS: {reply}").verdict

    assert (verdict.name, verdict.evidence[-len(reply) :]) == ("sound", reply)


UNKNOWN_IS_REFUSED = f"\n{UNKNOWN}\nS: 550 5.1.1 User unknown"


def test_recipients_that_are_tried_out() -> None:
    tried = f"{FROM}{UNKNOWN_IS_REFUSED}"

    assert verdict_of("enum-harvest", tried + UNKNOWN_IS_REFUSED * 30) == "finding"
    sent_away = f"{tried}{UNKNOWN_IS_REFUSED * 9}\n{UNKNOWN}\nS: 421 4.7.0 too many errors"
    assert verdict_of("enum-harvest", sent_away) == "sound"
    slow = f"{tried}\n*: drip{UNKNOWN_IS_REFUSED * 30}"
    assert verdict_of("enum-harvest", slow.replace("User unknown", "x" * 40)) == "sound"


def test_a_server_that_knows_no_recipients_tells_nobody() -> None:
    assert verdict_of("enum-harvest", f"{FROM}\n{UNKNOWN}\nS: 250 2.1.5 Ok") == "not_applicable"


@pytest.mark.parametrize(
    ("unknown", "verdict"), [("535 5.7.8 Wrong", "sound"), ("535 5.7.8 Who?", "finding")]
)
def test_a_login_that_tells_who_there_is(unknown: str, verdict: str) -> None:
    login = "\nC: /^AUTH PLAIN [A-Za-z0-9+=]+$/\nS: "

    script = f"{OFFERS}{login}535 5.7.8 Wrong{login}{unknown}"

    assert verdict_of("enum-auth", script) == verdict
