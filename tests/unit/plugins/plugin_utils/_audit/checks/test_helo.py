# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server makes of the name that a client says: a sound server, and one at fault."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.audits import RESET
from ansible_collections.mailops.smtp.tests.unit.checks import made, verdict_of

GREETING = "\nS: 220 mx.example.com ESMTP"
TO_RCPT = """
S: 250 mx.example.com
C: MAIL FROM:<eve@example.net>
S: 250 2.1.0 Ok
C: RCPT TO:<ann@example.com>"""
TAKES = f"{TO_RCPT}\nS: 250 2.1.5 Ok"


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ("503 5.5.1 Error: send HELO/EHLO first", "sound"),
        ("250 2.1.0 Ok", "finding"),
        ("451 4.3.0 try later", "undecided"),
    ],
)
def test_mail_before_ehlo(reply: str, verdict: str) -> None:
    script = f"{GREETING}\nC: MAIL FROM:<>\nS: {reply}"

    assert verdict_of("helo-01", script) == verdict


@pytest.mark.parametrize(
    ("identity", "name"),
    [("helo-02", "foo"), ("helo-03", "mx.example.com"), ("helo-05", "192.0.2.1")],
)
def test_a_name_that_no_mail_server_has(identity: str, name: str) -> None:
    said = f"{GREETING}\nC: EHLO {name}"
    refusal = "S: 504 5.5.2 need a fully-qualified hostname"

    assert verdict_of(identity, f"{said}{TO_RCPT}\n{refusal}") == "sound"
    assert verdict_of(identity, f"{said}\nS: 501 5.5.2 no such name") == "sound"
    assert verdict_of(identity, f"{said}{TO_RCPT}\nS: 450 4.7.1 greylisted") == "undecided"
    assert verdict_of(identity, f"{said}{TAKES}") == "finding"


def test_one_name_of_localhost_that_passes_is_a_finding() -> None:
    refused = f"{GREETING}\nC: EHLO localhost{TO_RCPT}\nS: 550 5.7.1 you are not"
    other = f"{RESET}\nC: EHLO localhost.localdomain{TO_RCPT}\nS: "

    assert verdict_of("helo-04", f"{refused}{other}550 5.7.1 nor that") == "sound"
    assert verdict_of("helo-04", f"{refused}{other}250 2.1.5 Ok") == "finding"


@pytest.mark.parametrize(
    ("identity", "said", "accepted"),
    [
        ("helo-06", "EHLO [127.0.0.1]", "sound"),
        ("helo-08", "HELO client.example.org", "sound"),
        ("helo-09", "EHLO", "finding"),
    ],
)
def test_what_a_server_must_take_and_must_not(identity: str, said: str, accepted: str) -> None:
    refused = "finding" if accepted == "sound" else "sound"
    script = f"{GREETING}\nC: {said}\nS: {{}}"

    assert verdict_of(identity, script.format("250 mx.example.com")) == accepted
    assert verdict_of(identity, script.format("501 5.5.4 Syntax: EHLO hostname")) == refused


@pytest.mark.parametrize("reply", ["250 2.1.5 Ok", "550 5.7.1 no such host", "450 4.7.1 not found"])
def test_a_name_that_does_not_exist_is_a_fact_and_no_finding(reply: str) -> None:
    said = f"{GREETING}\nC: /^EHLO [a-z]{{12}}.invalid$/{TO_RCPT}\nS: {reply}"

    verdict = made("helo-07", said).verdict

    assert (verdict.name, verdict.evidence) == ("sound", f"RCPT TO:<ann@example.com>: {reply}")
