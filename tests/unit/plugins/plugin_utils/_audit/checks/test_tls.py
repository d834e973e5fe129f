# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""STARTTLS, as far as the dialogue shows it: a sound server, and one at fault."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.tests.unit.audits import HELLO, QUIT, RESET
from ansible_collections.mailops.smtp.tests.unit.checks import made_over_tls, verdict_of
from ansible_collections.mailops.smtp.tests.unit.scripted import ScriptedServer

CLEAR = """
S: 220 mx.example.com ESMTP
C: EHLO client.example.org
S: 250-mx.example.com
S: 250 STARTTLS"""
WITH_LOGIN = CLEAR.replace("S: 250 STARTTLS", "S: 250-AUTH PLAIN LOGIN\nS: 250 STARTTLS")
TO_TLS = "\nC: STARTTLS\nS: 220 2.0.0 Ready\n*: tls"


def test_a_server_without_tls() -> None:
    assert verdict_of("tls-offered", CLEAR) == "sound"
    assert verdict_of("tls-offered", HELLO) == "finding"


def test_a_login_in_the_clear() -> None:
    assert verdict_of("tls-need-auth", CLEAR) == "sound"
    assert verdict_of("tls-need-auth", WITH_LOGIN) == "finding"


@pytest.mark.parametrize("identity", ["tls-offered", "tls-need-auth"])
def test_a_connection_that_begins_with_tls_has_no_clear_text(
    identity: str, authority: t.Any
) -> None:
    within = WITH_LOGIN.replace("S: 250-AUTH", "S: 250 AUTH").replace("\nS: 250 STARTTLS", "")
    script = f"*: tls{within}{RESET}{QUIT}"
    server = ScriptedServer(script, context=authority.context("mx.example.com"))

    result = made_over_tls(identity, server, tls="implicit")

    assert result.verdict.name == "not_applicable"
    assert result.verdict.evidence == "the connection has TLS"


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ("538 5.7.11 encryption is needed", "sound"),
        ("530 5.7.0 Must issue a STARTTLS command first", "sound"),
        ("503 5.5.1 AUTH command used when not advertised", "sound"),
        ("535 5.7.8 authentication failed", "finding"),
        ("334 VXNlcm5hbWU6", "finding"),
    ],
)
def test_a_login_that_is_not_offered(reply: str, verdict: str) -> None:
    assert verdict_of("tls-auth-hidden", f"{CLEAR}\nC: AUTH PLAIN =\nS: {reply}") == verdict


def test_mail_in_the_clear() -> None:
    sender = f"{CLEAR}\nC: MAIL FROM:<ann@example.com>\nS: {{}}"
    recipient = "\nC: RCPT TO:<ann@example.com>\nS: 250 2.1.5 Ok"

    assert verdict_of("tls-need-mail", sender.format("530 5.7.0 STARTTLS first")) == "sound"
    assert verdict_of("tls-need-mail", sender.format("250 2.1.0 Ok") + recipient) == "finding"


@pytest.mark.parametrize(
    ("reply", "verdict"), [("503 5.5.1 need MAIL command", "sound"), ("250 2.1.5 Ok", "finding")]
)
def test_a_transaction_from_before_tls(reply: str, verdict: str, authority: t.Any) -> None:
    script = (
        f"{CLEAR}\nC: MAIL FROM:<>\nS: 250 2.1.0 Ok{TO_TLS}\n"
        f"C: RCPT TO:<ann@example.com>\nS: {reply}{QUIT}"
    )
    server = ScriptedServer(script, context=authority.context("mx.example.com"))

    assert made_over_tls("tls-forget", server).verdict.name == verdict


@pytest.mark.parametrize(
    ("offer", "reply", "verdict"),
    [
        ("PIPELINING", "503 5.5.1 TLS is active", "sound"),
        ("STARTTLS", "503 5.5.1 TLS is active", "finding"),
        ("PIPELINING", "220 2.0.0 Ready", "finding"),
    ],
)
def test_starttls_within_tls(offer: str, reply: str, verdict: str, authority: t.Any) -> None:
    script = (
        f"{CLEAR}{TO_TLS}\nC: EHLO client.example.org\nS: 250-mx.example.com\nS: 250 {offer}\n"
        f"C: STARTTLS\nS: {reply}{QUIT}"
    )
    server = ScriptedServer(script, context=authority.context("mx.example.com"))

    assert made_over_tls("tls-twice", server).verdict.name == verdict


def test_a_server_without_starttls_has_no_second_one() -> None:
    assert verdict_of("tls-twice", f"{HELLO}\nC: STARTTLS\nS: 502 5.5.1 no") == "not_applicable"


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ("\nS: 220 2.0.0 Ready", "sound"),
        ("\nS: 554 5.5.0 not together\nS: 250 2.0.0 Ok", "sound"),
        ("\nS: 220 2.0.0 Ready\nS: 250 2.0.0 Ok", "finding"),
    ],
)
def test_a_command_behind_starttls(answers: str, verdict: str) -> None:
    script = f"{CLEAR}\nC: STARTTLS\nC: NOOP{answers}"

    assert verdict_of("tls-pipelined", script) == verdict


INJECTED = "\nC: STARTTLS\nC: NOOP\nS: 220 2.0.0 Ready\n*: tls"
AFTERWARDS = f"\nC: NOOP\nS: 250 2.0.0 Ok{QUIT}"


@pytest.mark.parametrize(("answer", "verdict"), [("", "sound"), ("\nS: 250 Ok", "finding")])
def test_a_command_that_was_put_behind_starttls(
    answer: str, verdict: str, authority: t.Any
) -> None:
    script = f"{CLEAR}{INJECTED}{answer}{AFTERWARDS}"
    server = ScriptedServer(script, context=authority.context("mx.example.com"))

    assert made_over_tls("tls-inject", server).verdict.name == verdict


def test_a_server_that_refuses_starttls_in_such_company() -> None:
    refusal = f"{CLEAR}\nC: STARTTLS\nC: NOOP\nS: 554 SMTP synchronization error\n*: close"

    assert verdict_of("tls-inject", refusal, ends=False) == "sound"


@pytest.mark.parametrize("end", ["*: close", "*: reset"])
def test_a_server_that_hangs_up_instead_of_shaking_hands(end: str, authority: t.Any) -> None:
    server = ScriptedServer(f"{CLEAR}\nC: STARTTLS\nC: NOOP\nS: 220 2.0.0 Ready\n{end}")

    result = made_over_tls("tls-inject", server)

    assert result.verdict.name == "sound", result.verdict.evidence
    assert result.verdict.evidence.startswith("handshake: the TLS handshake failed: ")


def test_an_alert_is_no_end_of_the_connection() -> None:
    alert = r"S> \x15\x03\x01\x00\x02\x02\x50"
    server = ScriptedServer(f"{CLEAR}\nC: STARTTLS\nC: NOOP\nS: 220 2.0.0 Ready\n{alert}\n*: deaf")

    assert made_over_tls("tls-inject", server).verdict.name == "undecided"


def test_a_certificate_that_verifies_and_one_that_does_not(authority: t.Any) -> None:
    script = f"{CLEAR}{TO_TLS}\nC: EHLO client.example.org\nS: 250 mx.example.com{RESET}{QUIT}"
    trusted = {"ca_path": authority.path, "tls_server_name": "mx.example.com"}

    for options, verdict in ((trusted, "sound"), ({}, "finding")):
        server = ScriptedServer(script, context=authority.context("mx.example.com"))
        assert made_over_tls("tls-cert", server, **options).verdict.name == verdict


def test_a_certificate_that_ends_the_handshake(authority: t.Any) -> None:
    server = ScriptedServer(f"{CLEAR}{TO_TLS}", context=authority.context("mx.example.com"))

    result = made_over_tls("tls-cert", server, validate_certs=True, tls="required")

    assert result.verdict.name == "finding"
    assert "the certificate does not verify: " in result.verdict.evidence


@pytest.mark.parametrize(("days", "verdict"), [(30, "sound"), (7, "finding"), (-2, "finding")])
def test_the_days_of_a_certificate(days: int, verdict: str, authority: t.Any) -> None:
    script = f"{CLEAR}{TO_TLS}\nC: EHLO client.example.org\nS: 250 mx.example.com{RESET}{QUIT}"
    server = ScriptedServer(script, context=authority.context("mx.example.com", days=days))

    assert made_over_tls("tls-cert-days", server).verdict.name == verdict


def test_a_connection_without_tls_has_no_certificate() -> None:
    assert verdict_of("tls-cert", HELLO) == "not_applicable"


def test_nothing_answers_at_the_port_of_implicit_tls() -> None:
    assert verdict_of("tls-465") == "not_applicable"


def test_a_handshake_that_fails() -> None:
    client_hello = r"C> \x16\x03\x01\x00\x04\x01\x00\x00\x00"
    ready = f"{CLEAR}\nC: STARTTLS\nS: 220 2.0.0 Ready\n{client_hello}"
    begun = f"{ready}\nC: EHLO client.example.org"
    alert = r"S> \x15\x03\x01\x00\x02\x02\x32"

    assert verdict_of("tls-fail-closed", f"{begun}\n*: close", ends=False) == "sound"
    assert verdict_of("tls-fail-closed", f"{begun}\n{alert}\n*: close", ends=False) == "sound"
    assert verdict_of("tls-fail-closed", f"{begun}\nS: 554 5.7.0 no TLS") == "sound"
    assert verdict_of("tls-fail-closed", f"{begun}\nS: 250 mx.example.com") == "finding"
