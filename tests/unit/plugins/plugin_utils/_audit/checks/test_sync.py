# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose turn it is to speak, and where a command ends: a sound server, and one at fault."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.audits import HELLO
from ansible_collections.mailops.smtp.tests.unit.checks import (
    OFFERS,
    TO_DATA,
    verdict_of,
)

GREETING = "\nS: 220 mx.example.com ESMTP"
FIRST = """
C: HELO client.example.org
S: 250 mx.example.com
C: MAIL FROM:<>
S: 250 2.1.0 Ok
C: RCPT TO:<ann@example.com>
S: {}
C: RSET
S: 250 2.0.0 Ok"""
TOGETHER = "\nC: MAIL FROM:<>\nC: RCPT TO:<ann@example.com>\nC: DATA"
TO_RCPT = TO_DATA.partition("\nC: DATA")[0]
OUT_OF_STEP = "554 5.5.0 Error: SMTP protocol synchronization"


def test_commands_together_where_that_is_not_offered() -> None:
    begun = f"{GREETING}{FIRST.format('250 2.1.5 Ok')}{TOGETHER}"
    unknown = f"{GREETING}{FIRST.format('550 5.1.1 Unknown')}".partition("\nC: RSET")[0]
    takes = f"{begun}\nS: 250 2.1.0 Ok\nS: 250 2.1.5 Ok\nS: 354 go on"

    assert verdict_of("sy-nopipe", f"{begun}\nS: {OUT_OF_STEP}\n*: close", ends=False) == "sound"
    assert verdict_of("sy-nopipe", f"{begun}\n*: close", ends=False) == "sound"
    assert verdict_of("sy-nopipe", takes, ends=False) == "finding"
    assert verdict_of("sy-nopipe", unknown) == "not_applicable"


def test_a_message_that_nobody_has_asked_for() -> None:
    script = f"{HELLO}{TO_RCPT}\nC: DATA\nC: (message)\nS: {{}}"

    assert verdict_of("sy-data", script.format(OUT_OF_STEP)) == "sound"
    assert verdict_of("sy-data", script.format("354 go on"), ends=False) == "finding"


def test_commands_that_follow_a_message() -> None:
    begun = f"{OFFERS}{TO_DATA}\nC: (message)\nS: 250 2.0.0 queued"
    refused = TO_RCPT.replace("250 2.1.0 Ok", "503 5.5.1 no")

    asked = "\nC: NOOP\nS: 250 2.0.0 Ok"
    lost = "\nC: MAIL FROM:<eve@example.net>\nC: RCPT TO:<ann@example.com>"

    assert verdict_of("sy-dot", f"{begun}{TO_RCPT}{asked}") == "sound"
    assert verdict_of("sy-dot", f"{begun}{refused}{asked}") == "finding"
    assert verdict_of("sy-dot", f"{begun}{lost}{asked}") == "finding"
    assert verdict_of("sy-dot", f"{begun}{lost}\n*: close", ends=False) == "undecided"


@pytest.mark.parametrize(
    ("identity", "sent"), [("sy-cr", r"NOOP\rNOOP\r\n"), ("sy-nul", r"NOOP\x00NOOP\r\n")]
)
def test_a_byte_that_ends_no_command(identity: str, sent: str) -> None:
    begun = f"{HELLO}\nC> {sent}"

    assert verdict_of(identity, f"{begun}\nS: 500 5.5.2 what?") == "sound"
    assert verdict_of(identity, f"{begun}\nS: 250 2.0.0 Ok") == "sound"
    assert verdict_of(identity, f"{begun}\nS: 500 5.5.2 what?\n*: close", ends=False) == "sound"
    assert verdict_of(identity, f"{begun}\nS: 250 2.0.0 Ok\nS: 250 2.0.0 Ok") == "finding"


def test_a_long_command() -> None:
    begun = f"{HELLO}\nC: /^NOOP x{{4000,}}$/"

    assert verdict_of("sy-long", f"{begun}\nS: 500 5.5.2 line too long") == "sound"
    cut = f"{begun}\nS: 250 2.0.0 Ok\nS: 500 5.5.2 not known"
    assert verdict_of("sy-long", cut) == "finding"


EARLY = "C: EHLO client.example.org\nS: 220 mx.example.com {}\nS: 250 mx.example.com"


@pytest.mark.parametrize(
    ("product", "rcpt", "verdict"),
    [
        ("ESMTP Exim 4.96", "250 2.1.5 Ok", "finding"),
        ("ESMTP Exim 4.96", "550 5.5.1 Protocol error", "sound"),
        ("ESMTP Postfix", "250 2.1.5 Ok", "not_applicable"),
        ("ESMTP Postfix", "550 5.5.1 Protocol error", "sound"),
        ("ESMTP Postfix", "450 4.3.2 Service currently unavailable", "undecided"),
    ],
)
def test_a_client_that_talks_before_the_greeting(product: str, rcpt: str, verdict: str) -> None:
    script = f"{EARLY.format(product)}{TO_RCPT.replace('250 2.1.5 Ok', rcpt)}"

    assert verdict_of("sy-early", script) == verdict


@pytest.mark.parametrize("reply", ["S: 554 SMTP synchronization error\n*: close", "*: close"])
def test_a_client_that_is_not_greeted(reply: str) -> None:
    script = f"C: EHLO client.example.org\n{reply}"

    assert verdict_of("sy-early", script, ends=False) == "sound"


def test_a_line_feed_that_ends_a_command() -> None:
    begun = f"{HELLO}\nC> NOOP\\n"

    assert verdict_of("sy-lf-cmd", begun) == "sound"
    assert verdict_of("sy-lf-cmd", f"{begun}\nS: 250 2.0.0 Ok") == "sound"
    assert verdict_of("sy-lf-cmd", f"{begun}\nS: 250 2.0.0 Ok\nS: 500 5.5.2 what?") == "finding"


def test_a_command_behind_a_carriage_return() -> None:
    begun = f"{HELLO}\nC> NOOP\\rMAIL FROM:<eve@example.net>\\r\\n"
    rcpt = "\nC: RCPT TO:<ann@example.com>"

    assert verdict_of("sy-cr-cmd", f"{begun}\nS: 250 Ok{rcpt}\nS: 503 5.5.1 MAIL first") == "sound"
    assert verdict_of("sy-cr-cmd", f"{begun}\nS: 500 no{rcpt}\nS: 250 2.1.5 Ok") == "finding"
    twice = f"{begun}\nS: 250 2.0.0 Ok\nS: 250 2.1.0 Ok{rcpt}\nS: 250 2.1.5 Ok"
    assert verdict_of("sy-cr-cmd", twice) == "finding"
