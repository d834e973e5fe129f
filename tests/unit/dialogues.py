# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stories of dialogues share: how scripts begin and end, and what a record shows."""

from __future__ import annotations

import base64
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record

Hold = t.Callable[..., Record]

ENVELOPE: dict[str, t.Any] = {"mail_from": "ann@example.com", "rcpt_to": ["bob@example.org"]}
FOR_TWO: dict[str, t.Any] = {**ENVELOPE, "rcpt_to": ["bob@example.org", "cy@example.org"]}
TO_HELO = """
S: 220 mx.example.org ESMTP
C: EHLO client.example.com
S: 250 mx.example.org"""
TO_MAIL = f"""{TO_HELO}
C: MAIL FROM:<ann@example.com>
S: 250 2.1.0 Ok"""
TO_RCPT = f"""{TO_MAIL}
C: RCPT TO:<bob@example.org>
S: 250 2.1.5 Ok"""
TO_DATA = f"""{TO_RCPT}
C: DATA
S: 354 End data with <CR><LF>.<CR><LF>"""
TO_MESSAGE = f"""{TO_DATA}
C: (message)
S: 250 2.0.0 Ok: queued as 4XyZ1234abc"""
END = """
C: QUIT
S: 221 2.0.0 Bye"""

TO_STARTTLS = """
S: 220 mx.example.org ESMTP
C: EHLO client.example.com
S: 250-mx.example.org
S: 250-SIZE 1
S: 250 STARTTLS
C: STARTTLS
S: 220 2.0.0 go ahead"""
OVER_TLS = f"""{TO_STARTTLS}
*: tls
C: EHLO client.example.com
S: 250-mx.example.org
S: 250 AUTH PLAIN{END}"""
IMPLICIT = f"""
*: tls
S: 220 mx.example.org ESMTP
C: EHLO client.example.com
S: 250 mx.example.org{END}"""


def offering(*capabilities: str, hello: str = "EHLO") -> str:
    """Script a server up to its reply to EHLO."""
    lines = ["mx.example.org", *capabilities]
    replies = [f"S: 250-{line}" for line in lines[:-1]] + [f"S: 250 {lines[-1]}"]
    return "\n".join(["S: 220 mx.example.org ESMTP", f"C: {hello} client.example.com", *replies])


def encoded(text: str) -> str:
    """Encode a text in base64."""
    return base64.b64encode(text.encode()).decode()


def stages(record: Record) -> list[tuple[str, int]]:
    """Each reply of the record: its stage and its code."""
    return [(exchange.stage, exchange.reply.code) for exchange in record.replies]


def failed(record: Record) -> tuple[str, str, int | None]:
    """Where the dialogue failed, how, and by which code."""
    assert record.failure is not None, "the dialogue passed"
    return record.failure.stage, record.failure.kind, record.failure.code


def transcript_lines(record: Record) -> list[str]:
    """The lines of the transcript, without their times."""
    return [line.partition("] ")[2] for line in record.transcript.lines]
