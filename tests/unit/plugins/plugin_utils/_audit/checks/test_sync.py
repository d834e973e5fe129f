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
    refused = f"{GREETING}{FIRST.format('550 5.1.1 Unknown')}{TOGETHER}\nS: 250 2.1.0 Ok"
    takes = f"{begun}\nS: 250 2.1.0 Ok\nS: 250 2.1.5 Ok\nS: 354 go on"

    assert verdict_of("sy-nopipe", f"{begun}\nS: {OUT_OF_STEP}\n*: close", ends=False) == "sound"
    assert verdict_of("sy-nopipe", f"{begun}\n*: close", ends=False) == "sound"
    assert verdict_of("sy-nopipe", takes, ends=False) == "finding"
    unknown = f"{refused}\nS: 550 5.1.1 Unknown\nS: 503 5.5.1 no"
    assert verdict_of("sy-nopipe", unknown, ends=False) == "not_applicable"


def test_a_message_that_nobody_has_asked_for() -> None:
    script = f"{HELLO}{TO_RCPT}\nC: DATA\nC: (message)\nS: {{}}"

    assert verdict_of("sy-data", script.format(OUT_OF_STEP)) == "sound"
    assert verdict_of("sy-data", script.format("354 go on"), ends=False) == "finding"


def test_commands_that_follow_a_message() -> None:
    begun = f"{OFFERS}{TO_DATA}\nC: (message)\nS: 250 2.0.0 queued"
    refused = TO_RCPT.replace("250 2.1.0 Ok", "503 5.5.1 no")

    assert verdict_of("sy-dot", f"{begun}{TO_RCPT}") == "sound"
    assert verdict_of("sy-dot", f"{begun}{refused}") == "finding"


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
