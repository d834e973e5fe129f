# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A refusal ends the dialogue, whether it is expected or not."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.dialogues import (
    END,
    ENVELOPE,
    TO_DATA,
    TO_HELO,
    TO_MAIL,
    TO_RCPT,
    Hold,
    failed,
)
from ansible_collections.mailops.smtp.tests.unit.scripted import (
    FilteredPort,
    closed_port,
)
from ansible_collections.mailops.smtp.tests.unit.settle import sentence_of


class TestRefusals:
    @pytest.mark.parametrize(
        ("before", "command", "stage"),
        [
            (TO_HELO, "MAIL FROM:<ann@example.com>", "mail_from"),
            (TO_MAIL, "RCPT TO:<bob@example.org>", "rcpt_to"),
            (TO_RCPT, "DATA", "data"),
            (TO_DATA, "(message)", "message"),
        ],
    )
    @pytest.mark.parametrize(
        ("code", "kind"),
        [
            (451, "transient"),
            (421, "transient"),
            (550, "permanent"),
            (334, "protocol"),
            (150, "protocol"),
        ],
    )
    def test_a_refusal_has_its_stage_kind_and_code(
        self, hold: Hold, before: str, command: str, stage: str, code: int, kind: str
    ) -> None:
        script = f"{before}\nC: {command}\nS: {code} no, thank you{END}"

        record = hold(script, **ENVELOPE, message={})

        assert failed(record) == (stage, kind, code)
        assert not record.changed

    def test_rcpt_is_sent_for_every_recipient_and_no_message_after_a_refusal(
        self, hold: Hold
    ) -> None:
        record = hold(
            f"""{TO_MAIL}
C: RCPT TO:<one@example.org>
S: 250 Ok
C: RCPT TO:<two@example.org>
S: 550 5.1.1 unknown
C: RCPT TO:<three@example.org>
S: 450 4.2.0 greylisted
C: RCPT TO:<four@example.org>
S: 250 Ok{END}""",
            mail_from="ann@example.com",
            rcpt_to=[f"{name}@example.org" for name in ("one", "two", "three", "four")],
            message={},
        )

        assert failed(record) == ("rcpt_to", "permanent", 550)
        assert [
            (exchange.recipient, exchange.accepted)
            for exchange in record.replies
            if exchange.stage == "rcpt_to"
        ] == [
            ("one@example.org", True),
            ("two@example.org", False),
            ("three@example.org", False),
            ("four@example.org", True),
        ]
        assert "<two@example.org>" in sentence_of(record)

    def test_no_rcpt_is_sent_after_421(self, hold: Hold) -> None:
        record = hold(
            f"{TO_MAIL}\nC: RCPT TO:<one@example.org>\nS: 421 4.7.0 too many\n*: close",
            mail_from="ann@example.com",
            rcpt_to=["one@example.org", "two@example.org"],
        )

        assert failed(record) == ("rcpt_to", "transient", 421)

    @pytest.mark.parametrize(
        "end", ["*: close", "*: hush\nC: QUIT", "S> 250 Ok\\r\\n421 4.3.2 bye\\r\\n\nC: QUIT"]
    )
    def test_a_refused_recipient_is_the_failure_whatever_becomes_of_the_others(
        self, hold: Hold, end: str
    ) -> None:
        record = hold(
            f"{TO_MAIL}\nC: RCPT TO:<one@example.org>\nS: 550 5.1.1 no\nC: /RCPT/\n{end}",
            mail_from="ann@example.com",
            rcpt_to=[f"{name}@example.org" for name in ("one", "two", "three")],
            timeout=0.5,
        )

        assert failed(record) == ("rcpt_to", "permanent", 550)
        assert record.failure is not None
        assert record.failure.recipient == "one@example.org"

    @pytest.mark.parametrize(
        ("end", "expect", "kind"),
        [
            ("*: close", ["550"], "disconnect"),
            ("S> 250 Ok\\r\\n250 Ok\\r\\n\nC: QUIT", [], "protocol"),
        ],
        ids=["expected", "not in step"],
    )
    def test_a_refusal_that_was_expected_or_may_answer_another_command_is_not(
        self, hold: Hold, end: str, expect: list[str], kind: str
    ) -> None:
        record = hold(
            f"{TO_MAIL}\nC: RCPT TO:<one@example.org>\nS: 550 5.1.1 no\nC: /RCPT/\n{end}",
            mail_from="ann@example.com",
            rcpt_to=[f"{name}@example.org" for name in ("one", "two", "three")],
            expect={"rcpt_to": expect} if expect else None,
        )

        assert failed(record) == ("rcpt_to", kind, None)

    def test_no_message_is_sent_after_250_to_data(self, hold: Hold) -> None:
        record = hold(f"{TO_RCPT}\nC: DATA\nS: 250 thank you{END}", **ENVELOPE, message={})

        assert failed(record) == ("data", "protocol", 250)
        assert not record.changed

    def test_a_reply_that_comes_within_the_message_is_read(self, hold: Hold) -> None:
        script = f"""{TO_DATA}
C: /^X-SMTP-Handshake-Token: /
S: 552 5.3.4 too big
*: close"""

        record = hold(script, **ENVELOPE, message={"size": 4_000_000})

        assert failed(record) == ("message", "permanent", 552)

    def test_the_sentence_has_the_server_code_text_and_stage(self, hold: Hold) -> None:
        record = hold(
            f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 554 5.7.1 Relay access denied{END}",
            **ENVELOPE,
        )

        assert sentence_of(record) == (
            f"127.0.0.1 port {record.plan.endpoint.port}: 554 5.7.1 Relay access denied"
            " in reply to rcpt_to <bob@example.org>"
        )


class TestExpectations:
    REFUSED = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 550 5.7.1 Relaying denied{END}"

    @pytest.mark.parametrize(
        "pattern", ["550", "5xx", "55X", "5.7.1", "5.7.x", "/RELAY(ing)? denied/"]
    )
    def test_an_expected_refusal_passes_and_sends_nothing(self, hold: Hold, pattern: str) -> None:
        record = hold(self.REFUSED, **ENVELOPE, message={}, expect={"rcpt_to": [pattern]})

        assert record.failure is None
        assert not record.changed

    @pytest.mark.parametrize("pattern", ["554", "4xx", "5.1.1", "/unknown/"])
    def test_another_refusal_fails_with_its_own_kind(self, hold: Hold, pattern: str) -> None:
        record = hold(self.REFUSED, **ENVELOPE, expect={"rcpt_to": [pattern]})

        assert failed(record) == ("rcpt_to", "permanent", 550)
        assert f"where {pattern} was expected" in sentence_of(record)

    def test_a_good_reply_where_a_refusal_was_expected_fails(self, hold: Hold) -> None:
        record = hold(TO_RCPT + END, **ENVELOPE, message={}, expect={"rcpt_to": ["550"]})

        assert failed(record) == ("rcpt_to", "expectation", 250)

    def test_450_where_550_was_expected_is_transient(self, hold: Hold) -> None:
        script = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 450 4.7.1 later{END}"

        record = hold(script, **ENVELOPE, expect={"rcpt_to": ["550"]})

        assert failed(record) == ("rcpt_to", "transient", 450)

    def test_an_outage_is_not_a_refusal(self, hold: Hold) -> None:
        record = hold(host="127.0.0.1", port=closed_port(), **ENVELOPE, expect={"rcpt_to": ["550"]})

        assert failed(record) == ("connect", "connect", None)

    def test_it_holds_for_each_recipient(self, hold: Hold) -> None:
        script = f"""{TO_MAIL}
C: RCPT TO:<one@example.org>
S: 550 5.7.1 no
C: RCPT TO:<two@example.org>
S: 250 Ok{END}"""

        record = hold(
            script,
            mail_from="ann@example.com",
            rcpt_to=["one@example.org", "two@example.org"],
            expect={"rcpt_to": ["550"]},
        )

        assert failed(record) == ("rcpt_to", "expectation", 250)
        assert "<two@example.org>" in sentence_of(record)

    def test_a_stage_that_is_never_reached_does_not_meet_it(self, hold: Hold) -> None:
        expect = {"rcpt_to": ["550"], "data": ["354"]}
        record = hold(self.REFUSED, **ENVELOPE, message={}, expect=expect)

        assert failed(record) == ("data", "expectation", None)

    def test_a_server_that_must_not_be_reached_passes_when_it_is_not(self, hold: Hold) -> None:
        with FilteredPort() as port:
            record = hold(
                host=port.host,
                port=port.port,
                connect_timeout=0.2,
                expect={"connect": ["timeout"]},
            )

        assert record.failure is None

    def test_a_refused_connection_is_no_silence(self, hold: Hold) -> None:
        record = hold(host="127.0.0.1", port=closed_port(), expect={"connect": ["timeout"]})

        assert failed(record) == ("connect", "connect", None)
        assert sentence_of(record).endswith(
            "Connection refused at connect, where timeout was expected"
        )

    def test_a_server_that_must_not_be_reached_fails_when_it_is(self, hold: Hold) -> None:
        record = hold("*: silence", expect={"connect": ["timeout", "connect"]})

        assert failed(record) == ("connect", "expectation", None)

    def test_a_slow_dialogue_fails_at_its_slowest_stage(self, hold: Hold) -> None:
        record = hold(
            f"S: 220 mx\nC: EHLO client.example.com\n*: hush\nS: 250 mx{END}", max_seconds=0.05
        )

        assert failed(record) == ("helo", "expectation", None)
        assert record.failure is not None
        assert "more than max_seconds 0.05" in record.failure.text
