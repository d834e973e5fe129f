# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""MAIL and RCPT, with their parameters and pipelining."""

from __future__ import annotations

import typing as t

from ansible_collections.mailops.smtp.tests.unit.dialogues import (
    END,
    ENVELOPE,
    FOR_TWO,
    TO_HELO,
    TO_MESSAGE,
    Hold,
    failed,
    offering,
    stages,
)
from ansible_collections.mailops.smtp.tests.unit.scripted import ScriptedServer


class TestExtensions:
    OFFERS = """
S: 220 mx.example.org ESMTP
C: EHLO client.example.com
S: 250-mx.example.org
S: 250-8BITMIME
S: 250-SIZE
S: 250-DSN
S: 250 SMTPUTF8"""

    def test_parameters_are_sent_where_they_are_offered(self, hold: Hold) -> None:
        script = f"""{self.OFFERS}
C: MAIL FROM:<ann@example.com> SIZE=1000 RET=HDRS
S: 250 Ok
C: RCPT TO:<bob@example.org> NOTIFY=NEVER
S: 250 Ok{END}"""

        record = hold(
            script,
            **ENVELOPE,
            mail_parameters=["SIZE=1000", "RET=HDRS"],
            rcpt_parameters=["NOTIFY=NEVER"],
        )

        assert record.failure is None

    def test_a_parameter_that_is_not_offered_is_not_sent(self, hold: Hold) -> None:
        record = hold(TO_HELO + END, **ENVELOPE, mail_parameters=["SIZE=1000"])

        assert failed(record) == ("mail_from", "unsupported", None)
        assert record.failure is not None
        assert record.failure.text == (
            "the server does not offer SIZE, which the parameter SIZE=1000 needs"
        )

    def test_an_address_beyond_ascii_is_sent_with_smtputf8(self, hold: Hold) -> None:
        script = f"{self.OFFERS}\nC: MAIL FROM:<grün@example.com> SMTPUTF8\nS: 250 Ok{END}"

        assert hold(script, mail_from="grün@example.com").failure is None

    def test_an_address_beyond_ascii_is_not_sent_without_smtputf8(self, hold: Hold) -> None:
        record = hold(TO_HELO + END, mail_from="grün@example.com")

        assert failed(record) == ("mail_from", "unsupported", None)

    def test_an_8_bit_body_is_declared_where_it_can_be(self, scripted: t.Any, hold: Hold) -> None:
        server: ScriptedServer = scripted(
            f"""{self.OFFERS}
C: MAIL FROM:<ann@example.com> BODY=8BITMIME
S: 250 Ok
C: RCPT TO:<bob@example.org>
S: 250 Ok
C: DATA
S: 354 go on
C: (message)
S: 250 Ok{END}"""
        )

        record = hold(
            host=server.host, port=server.port, **ENVELOPE, message={"body": ".grüße\n..\n"}
        )

        server.join()
        assert record.failure is None
        assert server.messages[0].endswith("\r\n\r\n..grüße\r\n...\r\n".encode())

    def test_an_8_bit_body_is_encoded_where_it_cannot_be(self, scripted: t.Any, hold: Hold) -> None:
        server: ScriptedServer = scripted(TO_MESSAGE + END)

        hold(host=server.host, port=server.port, **ENVELOPE, message={"body": "grüße\n"})

        server.join()
        assert server.messages[0].isascii()


class TestPipelining:
    MAIL = "MAIL FROM:<ann@example.com>"
    RCPTS = ("RCPT TO:<bob@example.org>", "RCPT TO:<cy@example.org>")

    def test_the_envelope_is_sent_at_once_and_answered_in_order(self, hold: Hold) -> None:
        record = hold(
            f"""{offering("PIPELINING")}
C: {self.MAIL}
C: {self.RCPTS[0]}
C: {self.RCPTS[1]}
S> 250 mail\\r\\n250 bob\\r\\n250 cy\\r\\n
C: DATA
S: 354 go on
C: (message)
S: 250 thanks{END}""",
            **FOR_TWO,
            pipelining=True,
            message={},
        )

        assert record.failure is None
        assert [code for _stage, code in stages(record)] == [220, 250, 250, 250, 250, 354, 250, 221]

    def test_all_replies_are_read_when_the_first_is_a_refusal(self, hold: Hold) -> None:
        record = hold(
            f"""{offering("PIPELINING")}
C: {self.MAIL}
C: {self.RCPTS[0]}
C: {self.RCPTS[1]}
S> 550 mail\\r\\n503 bob\\r\\n503 cy\\r\\n{END}""",
            **FOR_TWO,
            pipelining=True,
            message={},
        )

        assert failed(record) == ("mail_from", "permanent", 550)
        assert stages(record)[2:] == [
            ("mail_from", 550),
            ("rcpt_to", 503),
            ("rcpt_to", 503),
            ("quit", 221),
        ]

    def test_no_rcpt_is_pipelined_if_the_dialogue_stops_before_it(self, hold: Hold) -> None:
        record = hold(
            f"{offering('PIPELINING')}\nC: {self.MAIL}\nS: 250 Ok{END}",
            **FOR_TWO,
            pipelining=True,
            stop_after="mail_from",
        )

        assert record.failure is None

    def test_a_silent_server_is_waited_for_once(self, hold: Hold) -> None:
        record = hold(
            f"""{offering("PIPELINING")}
C: {self.MAIL}
C: {self.RCPTS[0]}
C: {self.RCPTS[1]}
*: hush
C: QUIT""",
            **FOR_TWO,
            pipelining=True,
            timeout=0.5,
        )

        assert failed(record) == ("mail_from", "timeout", None)

    def test_commands_are_sent_one_by_one_if_pipelining_is_not_offered(self, hold: Hold) -> None:
        record = hold(
            f"""{offering()}
C: {self.MAIL}
*: hush
S: 250 mail
C: {self.RCPTS[0]}
S: 250 bob
C: {self.RCPTS[1]}
S: 250 cy{END}""",
            **FOR_TWO,
            pipelining=True,
        )

        assert record.failure is None

    def test_many_recipients_go_in_batches(self, hold: Hold) -> None:
        recipients = [f"r{number}@example.org" for number in range(120)]
        script = [offering("PIPELINING")]
        commands = [self.MAIL, *(f"RCPT TO:<{one}>" for one in recipients)]
        for start in range(0, len(commands), 50):
            batch = commands[start : start + 50]
            script += [f"C: {command}" for command in batch] + ["*: hush"]
            script += ["S: 250 ok"] * len(batch)

        record = hold(
            "\n".join(script) + END,
            mail_from="ann@example.com",
            rcpt_to=recipients,
            pipelining=True,
        )

        assert record.failure is None
        assert len(record.replies) == 124


class TestSize:
    def test_mail_is_not_sent_for_a_message_that_is_too_large(self, hold: Hold) -> None:
        record = hold(offering("SIZE 1000") + END, **FOR_TWO, message={"size": 1001})

        assert failed(record) == ("mail_from", "unsupported", None)
        assert record.failure is not None
        assert record.failure.text == (
            "the message has 1001 bytes, and the server accepts at most 1000 bytes"
        )
