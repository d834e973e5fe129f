# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logging in: a sound server, and one at fault."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.tests.unit.audits import HELLO
from ansible_collections.mailops.smtp.tests.unit.checks import OFFERS, verdict_of

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
    refused = f"{failed}\nC: MAIL FROM:<lee@example.com>\nS: 530 5.7.0 log in"

    assert verdict_of("auth-mismatch", refused, **LOGIN) == "not_applicable"


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
