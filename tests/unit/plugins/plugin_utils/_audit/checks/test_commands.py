# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands beside those of a mail: a sound server, and one at fault."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.audits import HELLO
from ansible_collections.mailops.smtp.tests.unit.checks import verdict_of

WORD = "[a-z]{12}"


@pytest.mark.parametrize(
    ("known", "unknown", "verdict"),
    [
        ("252 2.0.0 cannot say", "252 2.0.0 cannot say", "sound"),
        ("502 5.5.1 VRFY command is disabled", "502 5.5.1 VRFY command is disabled", "sound"),
        ("252 2.0.0 ann@example.com", "550 5.1.1 no such user", "finding"),
        ("250 2.1.5 Ann Lee <ann@example.com>", "252 2.0.0 cannot say", "finding"),
    ],
)
def test_vrfy(known: str, unknown: str, verdict: str) -> None:
    asked = f"C: VRFY ann@example.com\nS: {known}\nC: /^VRFY {WORD}@example.com$/\nS: {unknown}"

    assert verdict_of("cmd-vrfy", f"{HELLO}\n{asked}") == verdict


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        ("502 5.5.1 EXPN not available", "sound"),
        ("252 2.0.0 cannot say", "sound"),
        ("250 2.1.5 Root <root@mx.example.com>", "finding"),
    ],
)
def test_expn(known: str, verdict: str) -> None:
    asked = f"C: EXPN postmaster\nS: {known}\nC: /^EXPN {WORD}$/\nS: 502 5.5.1 no"

    assert verdict_of("cmd-expn", f"{HELLO}\n{asked}") == verdict


@pytest.mark.parametrize(
    ("identity", "command", "reply", "verdict"),
    [
        ("cmd-etrn", "ETRN example.com", "459 4.7.0 node not allowed", "sound"),
        ("cmd-etrn", "ETRN example.com", "500 5.5.2 not known", "sound"),
        ("cmd-etrn", "ETRN example.com", "250 2.0.0 Queuing started", "finding"),
        ("cmd-turn", "TURN", "502 5.5.1 no", "sound"),
        ("cmd-turn", "TURN", "250 2.0.0 Ok", "finding"),
        ("cmd-help", "HELP", "214 2.0.0 Commands: HELO EHLO MAIL RCPT", "sound"),
        ("cmd-help", "HELP", "502 5.5.1 no", "sound"),
        ("cmd-help", "HELP", "214-2.0.0 This is sendmail version 8.15.2\nS: 214 End", "finding"),
    ],
)
def test_a_command_by_itself(identity: str, command: str, reply: str, verdict: str) -> None:
    assert verdict_of(identity, f"{HELLO}\nC: {command}\nS: {reply}") == verdict


def test_back_doors() -> None:
    refusal = "S: 500 5.5.2 not known"
    sound = f"C: DEBUG\n{refusal}\nC: WIZ\n{refusal}\nC: KILL\n{refusal}"
    fault = sound.replace("WIZ\n" + refusal, "WIZ\nS: 200 Please pass, oh mighty wizard")

    assert verdict_of("cmd-old", f"{HELLO}\n{sound}") == "sound"
    assert verdict_of("cmd-old", f"{HELLO}\nC: DEBUG\n*: close", ends=False) == "sound"
    assert verdict_of("cmd-old", f"{HELLO}\n{fault}") == "finding"


def test_duties() -> None:
    sound = f"{HELLO}\nC: NOOP\nS: 250 2.0.0 Ok\nC: RSET\nS: 250 2.0.0 Ok"

    assert verdict_of("cmd-noop-rset", sound) == "sound"
    assert verdict_of("cmd-noop-rset", sound.replace("250 2.0.0", "502 5.5.1")) == "finding"


def test_a_browser() -> None:
    lines = ("POST / HTTP/1.1", "Host: mx.example.com", "Content-Type: text/plain")
    more = ("Content-Length: 100", "Origin: http://localhost")
    refused = [f"C: {line}\nS: 500 5.5.2 what?" for line in (*lines, *more)]
    greeting = "S: 220 mx.example.com ESMTP"
    postfix = f"{greeting}\nC: {lines[0]}\nS: 221 2.7.0 I can break rules, too\n*: close"
    exim = "\n".join([greeting, *refused[:3], f"C: {more[0]}\nS: 554 Too many errors\n*: close"])
    patient = "\n".join([greeting, *refused, "C: EHLO client.example.org\nS: 250 mx.example.com"])

    assert verdict_of("cmd-http", postfix, ends=False) == "sound"
    assert verdict_of("cmd-http", exim, ends=False) == "sound"
    assert verdict_of("cmd-http", patient) == "finding"


def test_any_number_of_errors() -> None:
    hello = "S: 220 mx.example.com\nC: EHLO client.example.org\nS: 250 mx.example.com"
    error = "\nC: SMTPAUDIT\nS: 500 5.5.1 what?"

    assert verdict_of("cmd-flood", hello + error * 30) == "finding"
    patience = f"{hello}{error * 9}\nC: SMTPAUDIT\nS: 421 4.7.0 too many errors"
    assert verdict_of("cmd-flood", patience) == "sound"
    assert verdict_of("cmd-flood", f"{hello}{error * 3}\n*: close", ends=False) == "sound"
