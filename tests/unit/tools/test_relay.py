# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The relay of `make handshake` takes mail as a relay does that is not open."""

from __future__ import annotations

import smtplib

import pytest
from ansible_collections.mailops.smtp.tests.tools.relay import ANYBODY, Relay


def test_it_keeps_each_message_as_it_was_sent():
    with Relay() as relay, smtplib.SMTP("127.0.0.1", relay.port) as client:
        client.sendmail("ann@example.org", "bob@example.com", "Subject: 1\r\n\r\n.dots\r\n..\r\n")
        client.sendmail("ann@example.org", "bob@example.com", "Subject: 2\r\n\r\n")
    assert relay.received == ["Subject: 1\r\n\r\n.dots\r\n..\r\n", "Subject: 2\r\n\r\n"]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("HELO client", 250),
        ("RCPT TO:<bob@EXAMPLE.com>", 250),
        ("RCPT TO:<bob@example.net>", 554),
        ("RCPT TO:<bob@example.com.example.net>", 554),
        ("STARTTLS", 502),
    ],
)
def test_it_answers(command: str, code: int) -> None:
    with Relay() as relay, smtplib.SMTP("127.0.0.1", relay.port) as client:
        assert client.docmd(command)[0] == code


def test_an_open_relay_takes_mail_for_anybody() -> None:
    with Relay(takes=ANYBODY) as relay, smtplib.SMTP("127.0.0.1", relay.port) as client:
        assert client.docmd("RCPT TO:<bob@example.net>")[0] == 250
