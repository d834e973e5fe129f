# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A dialogue is retried after a temporary failure, and a message is not sent twice."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.tests.unit.dialogues import (
    END,
    ENVELOPE,
    TO_DATA,
    TO_MAIL,
    TO_MESSAGE,
    TO_RCPT,
    Hold,
    failed,
    transcript_lines,
)
from ansible_collections.mailops.smtp.tests.unit.scripted import (
    ScriptedServer,
)


class TestRetries:
    GREYLISTED = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 450 4.7.1 greylisted{END}"

    def test_a_temporary_failure_is_retried(self, hold: Hold) -> None:
        record = hold(self.GREYLISTED, TO_RCPT + END, **ENVELOPE, retries=3)

        assert record.failure is None
        assert record.attempts == 2
        assert "*: attempt 1 failed; the next begins in 0 s" in transcript_lines(record)
        assert sum(line == "C: QUIT" for line in transcript_lines(record)) == 2

    def test_no_more_attempts_are_made_than_retries_allows(self, hold: Hold) -> None:
        record = hold(self.GREYLISTED, self.GREYLISTED, **ENVELOPE, retries=1)

        assert failed(record) == ("rcpt_to", "transient", 450)
        assert record.attempts == 2

    def test_a_permanent_failure_is_not_retried(self, hold: Hold) -> None:
        refused = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 550 5.7.1 Relaying denied{END}"

        record = hold(refused, **ENVELOPE, retries=3)

        assert record.attempts == 1

    @pytest.mark.parametrize("end", ["*: silence", "*: close"])
    def test_a_message_that_may_have_been_accepted_is_not_sent_twice(
        self, hold: Hold, end: str
    ) -> None:
        script = f"{TO_DATA}\nC: (message)\n{end}"
        if end == "*: silence":
            script = f"{TO_DATA}\nC: (message)\nC: QUIT"

        record = hold(script, **ENVELOPE, message={}, timeout=0.5, retries=3)

        assert record.attempts == 1

    def test_a_message_that_was_accepted_is_not_sent_twice(self, hold: Hold) -> None:
        record = hold(f"{TO_MESSAGE}\nC: QUIT\nS: 421 too late", **ENVELOPE, message={}, retries=3)

        assert failed(record) == ("quit", "transient", 421)
        assert record.changed
        assert record.attempts == 1

    def test_every_attempt_has_a_token_of_its_own(self, scripted: t.Any, hold: Hold) -> None:
        server: ScriptedServer = scripted(
            f"{TO_DATA}\nC: (message)\nS: 451 later{END}", TO_MESSAGE + END
        )

        record = hold(host=server.host, port=server.port, **ENVELOPE, message={}, retries=1)

        server.join()
        assert record.message is not None
        tokens = [
            line for data in server.messages for line in data.split(b"\r\n") if b"-Token:" in line
        ]
        assert len(set(tokens)) == 2
        assert tokens[1].endswith(record.message.token.encode())
