# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The message is sent with DATA or BDAT, and has one reply or several."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.tests.unit.dialogues import (
    END,
    FOR_TWO,
    Hold,
    failed,
    offering,
)
from ansible_collections.mailops.smtp.tests.unit.scripted import ScriptedServer
from ansible_collections.mailops.smtp.tests.unit.settle import result_of, sentence_of


class TestLmtp:
    TO_DATA = f"""{offering("PIPELINING", hello="LHLO")}
C: MAIL FROM:<ann@example.com>
S: 250 Ok
C: RCPT TO:<bob@example.org>
S: 250 Ok
C: RCPT TO:<cy@example.org>
S: 250 Ok
C: DATA
S: 354 go on
C: (message)"""

    def test_a_message_is_answered_once_for_each_recipient(
        self, scripted: t.Any, hold: Hold, tmp_path: t.Any
    ) -> None:
        path = str(tmp_path / "lmtp")
        scripted(f"{self.TO_DATA}\nS: 250 one\nS: 250 two{END}", path=path)

        record = hold(host=None, socket=path, protocol="lmtp", **FOR_TWO, message={})

        assert record.failure is None
        assert record.changed
        assert [
            (exchange.recipient, exchange.reply.code)
            for exchange in record.replies
            if exchange.stage == "message"
        ] == [("bob@example.org", 250), ("cy@example.org", 250)]
        result = result_of(record)
        assert result["server"]["host"] is None
        assert result["server"]["address"] == path
        assert result["client"]["address"] is None

    def test_a_message_refused_for_the_second_recipient_fails(self, hold: Hold) -> None:
        record = hold(
            f"{self.TO_DATA}\nS: 250 one\nS: 452 4.2.2 full{END}",
            protocol="lmtp",
            **FOR_TWO,
            message={},
            retries=3,
        )

        assert failed(record) == ("message", "transient", 452)
        assert record.changed
        assert record.attempts == 1, "it would deliver twice to the first"
        assert "<cy@example.org>" in sentence_of(record)

    @pytest.mark.parametrize(
        ("reply", "kind", "code"),
        [("550 5.7.1 spam", "permanent", 550), ("421 4.3.2 shutting down", "transient", 421)],
    )
    def test_a_refusal_is_the_failure_even_if_the_server_hangs_up_before_its_next_reply(
        self, hold: Hold, reply: str, kind: str, code: int
    ) -> None:
        record = hold(
            f"{self.TO_DATA}\nS: {reply}\n*: close",
            protocol="lmtp",
            **FOR_TWO,
            message={},
            retries=3,
        )

        assert failed(record) == ("message", kind, code)
        assert record.attempts == 1, "it may deliver twice to the second"


class TestChunking:
    def test_a_message_goes_in_one_chunk_without_data(self, scripted: t.Any, hold: Hold) -> None:
        server: ScriptedServer = scripted(
            f"""{offering("CHUNKING")}
C: MAIL FROM:<ann@example.com>
S: 250 Ok
C: RCPT TO:<bob@example.org>
S: 250 Ok
C: RCPT TO:<cy@example.org>
S: 250 Ok
C: (chunk)
S: 250 2.0.0 queued as ABC{END}"""
        )

        record = hold(
            host=server.host,
            port=server.port,
            **FOR_TWO,
            chunking=True,
            message={"body": ".no stuffing\n"},
        )

        server.join()
        assert record.failure is None
        assert record.changed
        assert server.messages[0].endswith(b"\r\n\r\n.no stuffing\r\n")
        assert "data" not in record.seconds
