# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logging in: a sound server, and one at fault."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.tests.unit.audits import HELLO
from ansible_collections.mailops.smtp.tests.unit.checks import (
    OFFERS,
    TO_DATA,
    TOKEN,
    made,
    verdict_of,
)

LOGIN: dict[str, t.Any] = {
    "login_user": "ann",
    "login_password": "secret",
    "allow_plaintext_auth": True,
}
LOGGED_IN = f"{OFFERS}\nC: AUTH PLAIN AGFubgBzZWNyZXQ=\nS: 235 2.7.0 Ok"


def offering(mechanisms: str) -> str:
    """Return the opening of a server that offers some mechanisms."""
    return OFFERS.replace("PLAIN LOGIN", mechanisms)


def test_a_login_at_the_port_for_other_servers() -> None:
    assert verdict_of("auth-off-25", HELLO) == "sound"
    assert verdict_of("auth-off-25", OFFERS) == "finding"


@pytest.mark.parametrize(
    ("mechanisms", "verdict"),
    [
        ("PLAIN LOGIN SCRAM-SHA-256", "sound"),
        ("PLAIN ANONYMOUS", "finding"),
        ("NTLM", "finding"),
        ("PLAIN DIGEST-MD5", "finding"),
    ],
)
def test_mechanisms(mechanisms: str, verdict: str) -> None:
    assert verdict_of("auth-mechs", offering(mechanisms)) == verdict


def test_mail_without_a_login() -> None:
    sender = f"{OFFERS}\nC: MAIL FROM:<ann@example.com>\nS: {{}}"
    recipient = "\nC: RCPT TO:<ann@example.com>\nS: 250 2.1.5 Ok"

    assert verdict_of("auth-needed", sender.format("530 5.7.0 log in")) == "sound"
    assert verdict_of("auth-needed", sender.format("250 2.1.0 Ok") + recipient) == "finding"


def test_mail_in_the_name_of_another_user() -> None:
    sender = f"{LOGGED_IN}\nC: MAIL FROM:<lee@example.com>\nS: 250 2.1.0 Ok"
    asked = f"{sender}\nC: RCPT TO:<ann@example.com>\nS: {{}}"

    assert verdict_of("auth-mismatch", asked.format("553 5.7.1 not owned"), **LOGIN) == "sound"
    assert verdict_of("auth-mismatch", asked.format("250 2.1.5 Ok"), **LOGIN) == "finding"


def test_a_login_that_fails_proves_nothing() -> None:
    failed = LOGGED_IN.replace("235 2.7.0 Ok", "535 5.7.8 no")

    assert verdict_of("auth-mismatch", failed, **LOGIN) == "not_applicable"


def test_a_second_login() -> None:
    asked = f"{LOGGED_IN}\nC: AUTH PLAIN =\nS: {{}}"

    assert verdict_of("auth-again", asked.format("503 5.5.1 already"), **LOGIN) == "sound"
    assert verdict_of("auth-again", asked.format("535 5.7.8 no"), **LOGIN) == "finding"


def test_a_login_that_is_cancelled() -> None:
    asked = f"{OFFERS}\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: *\nS: {{}}"

    assert verdict_of("auth-cancel", asked.format("501 5.7.0 cancelled")) == "sound"
    assert verdict_of("auth-cancel", asked.format("334 UGFzc3dvcmQ6")) == "finding"


def test_nobody_logs_in() -> None:
    asked = [f"{OFFERS}\nC: AUTH {one}\nS: {{}}" for one in ("PLAIN AAA=", "ANONYMOUS YXVkaXQ=")]
    refused = [one.format("535 5.7.8 no") for one in asked]

    assert verdict_of("auth-empty", *refused) == "sound"
    assert verdict_of("auth-empty", refused[0], asked[1].format("235 2.7.0 Ok")) == "finding"


def test_cram_md5_is_a_fact_and_no_finding() -> None:
    offered = made("auth-cram", offering("PLAIN CRAM-MD5")).verdict
    missing = made("auth-cram", offering("PLAIN")).verdict

    assert (offered.name, offered.evidence) == ("sound", "the server offers AUTH CRAM-MD5")
    assert (missing.name, missing.evidence) == ("sound", "the server does not offer AUTH CRAM-MD5")


def test_a_user_whom_a_stranger_writes_into_the_parameter_auth() -> None:
    sender = "MAIL FROM:<eve@example.net> AUTH=postmaster@example.com"
    script = f"{OFFERS}\nC: {sender}\nS: 250 2.1.0 Ok\nC: RCPT TO:<bob@example.net>\nS: {{}}"

    assert verdict_of("auth-param", script.format("554 5.7.1 no")) == "sound"
    assert verdict_of("auth-param", script.format("250 2.1.5 Ok")) == "finding"
    assert verdict_of("auth-param", HELLO) == "not_applicable"


def test_a_user_whom_another_user_writes_into_the_parameter_auth() -> None:
    own = f"{LOGGED_IN}\nC: MAIL FROM:<ann@example.com> AUTH=ann@example.com\nS: {{}}"
    other = (
        "\nC: RSET\nS: 250 2.0.0 Ok\nC: MAIL FROM:<lee@example.com> AUTH=lee@example.com"
        "\nS: 250 2.1.0 Ok\nC: RCPT TO:<ann@example.com>\nS: {}"
    )
    known = own.format("250 2.1.0 Ok")

    sound = known + other.format("553 5.7.1 not owned")
    assert verdict_of("auth-param-user", sound, **LOGIN) == "sound"
    finding = known + other.format("250 2.1.5 Ok")
    assert verdict_of("auth-param-user", finding, **LOGIN) == "finding"
    unknown = own.format("555 5.5.4 no such parameter")
    assert verdict_of("auth-param-user", unknown, **LOGIN) == "not_applicable"


def test_another_user_in_the_field_from() -> None:
    envelope = TO_DATA.replace("eve@example.net", "ann@example.com")
    script = f"{LOGGED_IN}{envelope}\nC: (message)\nS: {{}}"

    refused = verdict_of("auth-mismatch-from", script.format("550 5.7.1 not yours"), **LOGIN)
    accepted = made("auth-mismatch-from", script.format("250 2.0.0 queued"), **LOGIN)

    assert (refused, accepted.verdict.name, accepted.token) == ("sound", "finding", TOKEN)


def test_passwords_that_are_guessed() -> None:
    guess = "\nC: /^AUTH PLAIN [A-Za-z0-9+=]+$/\nS: 535 5.7.8 Wrong"

    assert verdict_of("auth-fails", OFFERS + guess * 4) == "finding"
    slow = f"{OFFERS}{guess}\n*: drip" + guess.replace("Wrong", "x" * 40) * 3
    assert verdict_of("auth-fails", slow) == "sound"
    sent_away = f"{OFFERS}{guess * 2}".replace("Wrong", "Wrong\n*: close")
    assert verdict_of("auth-fails", sent_away.rpartition("\nC:")[0], ends=False) == "sound"
