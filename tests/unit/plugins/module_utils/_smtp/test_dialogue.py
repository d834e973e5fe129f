# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dialogues with correct, faulty, slow and silent servers."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.tcp_info import TcpInfo
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.capabilities import (
    Capabilities,
)
from ansible_collections.mailops.smtp.tests.unit.conftest import CLIENT
from ansible_collections.mailops.smtp.tests.unit.dialogues import (
    END,
    ENVELOPE,
    TO_DATA,
    TO_HELO,
    TO_MAIL,
    TO_RCPT,
    Hold,
    failed,
    stages,
    transcript_lines,
)
from ansible_collections.mailops.smtp.tests.unit.memory import HOST, PORT, MemoryNetwork
from ansible_collections.mailops.smtp.tests.unit.scripted import (
    HUSH_SECONDS,
    ScriptedServer,
    closed_port,
)
from ansible_collections.mailops.smtp.tests.unit.settle import result_of, settle


class TestTheArticle:
    """The telnet session of the article on which this project is based, word for word."""

    SESSION = """
        S: 220 mail.muffins.com Lotus SMTP MTA Service Ready
        C: HELO client01.dhcp.muffins.com
        S: 250 mail.muffins.com
        C: MAIL FROM:<sender@muffins.com>
        S: 250 OK
        C: RCPT TO:<recipient@muffins.com>
        S: 250 OK
        C: DATA
        S: 354 Enter Mail, end by a line with only '.'
        C: (message)
        S: 250 Message received OK.
        C: QUIT
        S: 221 GoodBye
        """

    def test_steps_1_to_7_are_taken_in_order(self, scripted: t.Any, hold: Hold) -> None:
        server: ScriptedServer = scripted(self.SESSION)

        record = hold(
            host=server.host,
            port=server.port,
            protocol="smtp",
            helo="client01.dhcp.muffins.com",
            mail_from="sender@muffins.com",
            rcpt_to=["recipient@muffins.com"],
            message={"subject": "How to send mail via SMTP", "body": "Mr/Mrs. Recipient,\n"},
        )

        server.join()
        assert record.failure is None
        assert record.changed
        assert stages(record) == [
            ("greeting", 220),
            ("helo", 250),
            ("mail_from", 250),
            ("rcpt_to", 250),
            ("data", 354),
            ("message", 250),
            ("quit", 221),
        ]
        assert record.message is not None
        assert server.messages == [record.message.data]
        assert b"Subject: How to send mail via SMTP\r\n" in server.messages[0]
        assert server.messages[0].endswith(b"\r\n\r\nMr/Mrs. Recipient,\r\n")

    def test_the_transcript_reads_like_the_telnet_session(self, hold: Hold) -> None:
        record = hold(
            self.SESSION,
            protocol="smtp",
            helo="client01.dhcp.muffins.com",
            mail_from="sender@muffins.com",
            rcpt_to=["recipient@muffins.com"],
            message={"body": "Hello"},
        )

        lines = transcript_lines(record)
        assert lines[0].startswith("*: connecting to 127.0.0.1 port ")
        assert lines[1].startswith("*: connected from 127.0.0.1 port ")
        assert lines[2:5] == [
            "S: 220 mail.muffins.com Lotus SMTP MTA Service Ready",
            "C: HELO client01.dhcp.muffins.com",
            "S: 250 mail.muffins.com",
        ]
        assert lines[-6:] == [
            "C: Hello",
            "C: .",
            "S: 250 Message received OK.",
            "C: QUIT",
            "S: 221 GoodBye",
            "*: closed",
        ]


class TestEnd:
    """The options decide where a dialogue ends. It ends with QUIT."""

    def test_a_host_alone_is_asked_for_its_capabilities(self, hold: Hold) -> None:
        record = hold(
            """
            S: 220 mx.example.org ESMTP
            C: EHLO client.example.com
            S: 250-mx.example.org at your service
            S: 250-SIZE 1000000
            S: 250-auth=LOGIN
            S: 250 AUTH PLAIN LOGIN
            C: QUIT
            S: 221 Bye
            """
        )

        assert record.failure is None
        assert record.capabilities == {"SIZE": ["1000000"], "AUTH": ["LOGIN", "PLAIN"]}
        assert result_of(record)["server"]["name"] == "mx.example.org"
        assert not record.changed

    def test_without_a_message_no_mail_is_sent(self, hold: Hold) -> None:
        record = hold(TO_RCPT + END, **ENVELOPE)

        assert record.failure is None
        assert record.message is None
        assert not record.changed

    def test_the_null_sender_has_empty_brackets(self, hold: Hold) -> None:
        script = f"{TO_HELO}\nC: MAIL FROM:<>\nS: 250 Ok{END}"

        assert hold(script, mail_from="").failure is None

    @pytest.mark.parametrize(
        ("stage", "script"),
        [
            ("greeting", "S: 220 mx.example.org ESMTP" + END),
            ("helo", TO_HELO + END),
            ("mail_from", TO_MAIL + END),
            ("rcpt_to", TO_RCPT + END),
        ],
    )
    def test_it_stops_after_a_stage(self, hold: Hold, stage: str, script: str) -> None:
        record = hold(script, **ENVELOPE, message={}, stop_after=stage)

        assert record.failure is None
        assert stages(record)[-2][0] == stage

    def test_it_stops_after_connecting_without_reading(self, hold: Hold) -> None:
        record = hold("S: 220 mx.example.org ESMTP", stop_after="connect")

        assert record.failure is None
        assert stages(record) == []
        assert set(record.seconds) == {"resolve", "connect"}

    def test_capabilities_are_judged_if_the_dialogue_stops_before_tls(self, hold: Hold) -> None:
        script = f"S: 220 mx\nC: EHLO client.example.com\nS: 250-mx\nS: 250 STARTTLS{END}"

        record = hold(script, stop_after="helo", expect_capabilities=["SIZE"])

        assert failed(record) == ("helo", "expectation", None)

    def test_it_stops_at_starttls_even_if_starttls_is_not_offered(self, hold: Hold) -> None:
        record = hold(TO_HELO + END, **ENVELOPE, stop_after="starttls")

        assert record.failure is None
        assert stages(record)[-2:] == [("helo", 250), ("quit", 221)]

    def test_check_mode_holds_the_same_dialogue_up_to_data(self, hold: Hold) -> None:
        record = hold(TO_RCPT + END, **ENVELOPE, message={}, check_mode=True)

        assert record.failure is None
        assert not record.changed

    def test_check_mode_does_not_judge_what_it_leaves_out(self, hold: Hold) -> None:
        expect = {"data": ["354"], "message": ["2xx"]}

        record = hold(TO_RCPT + END, **ENVELOPE, message={}, expect=expect, check_mode=True)

        assert record.failure is None


class TestSlowAndFaultyServers:
    def test_a_reply_that_comes_slowly_does_not_extend_the_time(self, hold: Hold) -> None:
        record = hold("*: drip\nS: 220 mx.example.org has all the time in the world", timeout=0.3)

        assert failed(record) == ("greeting", "timeout", None)
        assert record.failure is not None
        assert record.failure.text == "no complete answer within 0.3 s"
        assert transcript_lines(record)[2].startswith("S: 220 mx")

    def test_replies_that_come_slowly_do_not_extend_the_deadline(self, hold: Hold) -> None:
        record = hold(
            "*: drip\nS: 220 mx\nC: /EHLO/\nS: 250-mx has all the time\nS: 250 there is\nC: QUIT",
            deadline=0.6,
        )

        assert failed(record) == ("helo", "timeout", None)
        assert record.failure is not None
        assert record.failure.text == "the deadline for the whole dialogue has passed"

    @pytest.mark.parametrize(
        ("script", "stage"),
        [
            (f"{TO_HELO}\nC: /MAIL/\n*: hush\nC: QUIT", "mail_from"),
            (f"{TO_MAIL}\nC: /RCPT/\n*: hush\nC: QUIT", "rcpt_to"),
            (f"{TO_RCPT}\nC: DATA\n*: hush\nC: QUIT", "data"),
            (f"{TO_DATA}\nC: (message)\n*: hush\nC: QUIT", "message"),
        ],
    )
    def test_after_a_time_out_quit_is_sent_without_waiting_for_its_reply(
        self, hold: Hold, script: str, stage: str
    ) -> None:
        record = hold(script, **ENVELOPE, message={}, timeout=0.5)

        assert failed(record) == (stage, "timeout", None)
        assert transcript_lines(record)[-2:] == ["C: QUIT", "*: closed"]

    @pytest.mark.parametrize("end", ["close", "reset"])
    @pytest.mark.parametrize(
        ("script", "stage"),
        [
            ("S: 220 mx\nC: /EHLO/\nS: 250-mx", "helo"),
            (f"{TO_HELO}\nC: /MAIL/", "mail_from"),
            (f"{TO_MAIL}\nC: /RCPT/", "rcpt_to"),
            (f"{TO_RCPT}\nC: DATA", "data"),
            (f"{TO_DATA}\nC: (message)", "message"),
        ],
    )
    def test_a_server_that_hangs_up_is_a_disconnect(
        self, hold: Hold, script: str, stage: str, end: str
    ) -> None:
        record = hold(f"{script}\n*: {end}", **ENVELOPE, message={})

        assert failed(record) == (stage, "disconnect", None)
        assert "C: QUIT" not in transcript_lines(record)

    def test_a_connection_that_is_reset_at_once_is_a_disconnect(self, hold: Hold) -> None:
        record = hold("*: reset")

        # The kernel tells of it while connecting or while reading, as the race goes.
        assert failed(record)[1] == "disconnect"

    def test_an_incomplete_line_is_recorded(self, hold: Hold) -> None:
        record = hold("S> 554 go aw\n*: close")

        assert "S: 554 go aw" in transcript_lines(record)

    def test_the_second_reply_to_a_command_does_not_answer_the_next_command(
        self, hold: Hold
    ) -> None:
        record = hold("S: 220 mx\nC: /EHLO/\nS> 250 mx\\r\\n250 Ok\\r\\n\nC: QUIT", **ENVELOPE)

        assert failed(record) == ("mail_from", "protocol", None)

    def test_a_reply_that_comes_before_the_message_does_not_accept_it(self, hold: Hold) -> None:
        script = f"{TO_RCPT}\nC: DATA\nS> 354 go on\\r\\n250 Ok: queued\\r\\n\n*: silence"

        record = hold(script, **ENVELOPE, message={})

        assert failed(record) == ("message", "protocol", None)
        assert not record.changed

    def test_421_may_come_before_a_command(self, hold: Hold) -> None:
        record = hold(
            "S: 220 mx\nC: /EHLO/\nS> 250 mx\\r\\n421 shutting down\\r\\n\n*: close", **ENVELOPE
        )

        assert failed(record) == ("mail_from", "transient", 421)

    def test_differing_codes_in_one_reply_are_a_protocol_failure(self, hold: Hold) -> None:
        record = hold("S: 220 mx\nC: /EHLO/\nS: 250-mx\nS: 550 no\nC: QUIT")

        assert failed(record) == ("helo", "protocol", None)

    def test_an_endless_reply_is_a_protocol_failure(self, hold: Hold) -> None:
        record = hold("S: 220 mx\nC: /EHLO/\nS> " + r"250-more\r\n" * 1001 + "\nC: QUIT")

        assert failed(record) == ("helo", "protocol", None)

    def test_a_server_that_does_not_read_the_message_is_a_time_out(self, hold: Hold) -> None:
        record = hold(
            f"{TO_DATA}\nC: /Token/\n*: deaf",
            **ENVELOPE,
            message={"size": 30_000_000},
            timeout=1.5,  # for each reply before, too, and the server is a thread
        )

        assert failed(record) == ("message", "timeout", None)
        assert record.failure is not None
        assert record.failure.text == "the server did not take what was sent within 1.5 s"
        assert "C: QUIT" not in transcript_lines(record)

    def test_the_result_is_printable_whatever_bytes_come(self, hold: Hold) -> None:
        record = hold(
            r"S: 220 \x1b[31mred\xff \xe2\x80\xae caf\xc3\xa9" + "\nC: /EHLO/\nS: 250 mx" + END
        )

        assert record.replies[0].reply.lines == (r"\x1b[31mred\xff \u202e café",)
        shown = json.dumps(result_of(record), ensure_ascii=False)
        assert shown.isprintable()
        assert shown.encode("utf-8")


class TestWhatCame:
    """A pattern judges what came. What is shown of it is escaped."""

    REPLIES = r"""
        S: 220 mx.example.org\tESMTP
        C: EHLO client.example.com
        S: 250-mx.example.org\tHello
        S: 250-SIZE\t1000
        S: 250 8BITMIME
        C: MAIL FROM:<ann@example.com>
        S: 250 2.1.0\tOk
        C: RCPT TO:<bob@example.org>
        S: 450-4.7.1\trate\tlimit \x1b[2J
        S: 450 4.7.1\tPostf\xe4cher ##vso[task.complete] \xe2\x80\xae
        C: QUIT
        S: 221 Bye"""

    @pytest.mark.parametrize(
        "pattern",
        [
            r"/^4\.7\.1\srate\slimit/",
            r"/(?m)limit \x1b\[2J$/",
            "/postf\u00e4cher ##vso/",
            r"/\u202e$/",
            "4.7.1",
        ],
    )
    def test_a_pattern_is_found_in_the_text_as_it_came(self, hold: Hold, pattern: str) -> None:
        record = hold(self.REPLIES, **ENVELOPE, expect={"rcpt_to": [pattern]})

        assert record.failure is None

    def test_a_pattern_is_not_found_in_what_is_shown(self, hold: Hold) -> None:
        record = hold(self.REPLIES, **ENVELOPE, expect={"rcpt_to": [r"/\\x1b/"]})

        assert failed(record) == ("rcpt_to", "transient", 450)
        assert record.failure is not None
        assert record.failure.text == (
            r"4.7.1\trate\tlimit \x1b[2J Postf\xe4cher #\x23vso[task.complete] \u202e"
        )

    @pytest.mark.parametrize("expected", [[], ["4.7.1"], ["/never/"]])
    def test_a_hostile_control_character_never_reaches_the_result(
        self, hold: Hold, expected: list[str]
    ) -> None:
        record = hold(self.REPLIES, **ENVELOPE, expect={"rcpt_to": expected})

        result = result_of(record)
        shown = json.dumps(result, ensure_ascii=False)
        assert shown.isprintable()
        assert "##" not in shown
        refusal = next(one for one in result["replies"] if one["stage"] == "rcpt_to")
        assert refusal["enhanced_code"] == "4.7.1"
        assert refusal["lines"][0] == r"4.7.1\trate\tlimit \x1b[2J"
        assert r"S: 450-4.7.1\trate\tlimit \x1b[2J" in transcript_lines(record)

    def test_a_tab_parts_the_words_of_what_is_offered(self, hold: Hold) -> None:
        record = hold(self.REPLIES, **ENVELOPE, expect_capabilities=["SIZE 1000"])

        assert record.capabilities == {"SIZE": ["1000"], "8BITMIME": []}
        assert result_of(record)["server"]["name"] == "mx.example.org"

    def test_a_password_is_masked_in_what_is_shown_and_not_in_what_is_judged(
        self, hold: Hold
    ) -> None:
        record = hold(
            r"S: 554 no\thorse\xe4mail\x1b" + END,
            login_user="ann",
            login_password="horse\u00e4mail",
            expect={"greeting": ["/\\thorse\u00e4mail/"]},
        )

        assert record.failure is None
        assert result_of(record)["replies"][0]["lines"] == [r"no\t(not shown)\x1b"]


class TestTheFactsOfAFailure:
    """The time, the round trip and the state of the connection are known without a question."""

    LOST = TcpInfo(3, 4, 0.021, 1448, 1500, 0.019)

    def failure(self, script: str, **options: t.Any) -> Failure:
        """Return the failure of a dialogue over a network with a round trip of 19 ms."""
        network = MemoryNetwork(*filter(None, [script]))
        network.round_trip, network.tcp_info = 0.019, self.LOST
        plan = plan_from({**CLIENT, "host": HOST, "port": PORT, **ENVELOPE, **options})
        failure = settle(plan, network).failure
        assert failure is not None
        return failure

    def test_a_refusal_has_the_time_since_its_command(self) -> None:
        failure = self.failure(f"{TO_MAIL}\nC: /RCPT/\n*: hush\nS: 550 5.1.1 no{END}")
        assert failure.seconds == pytest.approx(HUSH_SECONDS)
        assert (failure.errno, failure.round_trip, failure.tcp_info) == (None, 0.019, None)

    def test_a_greeting_has_the_time_since_the_connection_was_made(self) -> None:
        failure = self.failure(f"*: hush\nS: 554 5.7.1 no{END}")
        assert failure.seconds == pytest.approx(HUSH_SECONDS)

    def test_a_reset_that_comes_before_a_server_could_answer_is_seen_by_its_time(self) -> None:
        failure = self.failure(f"{TO_HELO}\nC: /MAIL/\n*: reset")
        assert (failure.kind, failure.errno) == ("disconnect", "ECONNRESET")
        assert failure.seconds is not None
        assert failure.round_trip is not None
        assert failure.seconds < failure.round_trip
        assert failure.tcp_info == self.LOST

    def test_a_connection_that_is_closed_has_no_error_number(self) -> None:
        failure = self.failure(f"{TO_HELO}\nC: /MAIL/\n*: close")
        assert (failure.kind, failure.errno, failure.tcp_info) == ("disconnect", None, self.LOST)

    @pytest.mark.parametrize("limit", [{"timeout": 3.0}, {"deadline": 3.0}])
    def test_a_time_out_has_the_state_of_the_connection(self, limit: dict[str, float]) -> None:
        failure = self.failure(f"{TO_RCPT}\nC: DATA\n*: silence", message={}, **limit)
        assert (failure.stage, failure.kind) == ("data", "timeout")
        assert failure.seconds == pytest.approx(3.0, abs=0.1)
        assert (failure.errno, failure.round_trip, failure.tcp_info) == (None, 0.019, self.LOST)

    def test_a_refused_connection_has_no_round_trip(self) -> None:
        failure = self.failure("")
        assert (failure.kind, failure.errno, failure.seconds) == ("connect", "ECONNREFUSED", 0.0)
        assert (failure.round_trip, failure.tcp_info) == (None, None)

    def test_what_no_reply_decided_has_no_time(self) -> None:
        failure = self.failure(f"{TO_HELO}{END}", tls="required")
        assert (failure.kind, failure.seconds, failure.round_trip) == ("unsupported", None, 0.019)

    def test_421_before_a_command_has_the_time_since_the_command_before_it(self) -> None:
        failure = self.failure(f"{TO_HELO}\nS: 421 4.3.2 shutting down{END}")
        assert (failure.code, failure.seconds) == (421, 0.0)


class TestAReplyAnswersTheCommandBeforeIt:
    """A reply that comes before a command does not answer it, so the dialogue ends."""

    def test_replies_in_the_packet_of_ehlo_accept_no_recipient(self, hold: Hold) -> None:
        script = r"""
        S: 220 mx.example.org ESMTP
        C: EHLO client.example.com
        S> 250-mx.example.org\r\n250 PIPELINING\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n
        C: QUIT"""
        record = hold(script, **ENVELOPE, pipelining=True)

        assert failed(record) == ("mail_from", "protocol", None)

    def test_the_reply_to_quit_shows_that_all_replies_came_one_command_late(
        self, hold: Hold
    ) -> None:
        script = r"""
        S: 220 mx.example.org ESMTP
        C: EHLO client.example.com
        S: 250 mx.example.org
        C: MAIL FROM:<ann@example.com>
        S: 250 that was one more to EHLO
        C: RCPT TO:<bob@example.org>
        S: 250 2.1.0 to MAIL
        C: QUIT
        S: 250 2.1.5 to RCPT
        S: 221 2.0.0 to QUIT"""
        record = hold(script, **ENVELOPE)

        assert failed(record) == ("quit", "protocol", None)

    def test_421_that_comes_before_rcpt_does_not_answer_it(self, hold: Hold) -> None:
        script = r"""
        S: 220 mx.example.org ESMTP
        C: EHLO client.example.com
        S: 250 mx.example.org
        C: MAIL FROM:<ann@example.com>
        S> 250 2.1.0 Ok\r\n421 4.3.2 shutting down\r\n
        C: QUIT
        *: close"""
        record = hold(script, **ENVELOPE, expect={"rcpt_to": ["4xx"]})

        assert failed(record) == ("rcpt_to", "transient", 421)
        assert stages(record)[-2:] == [("mail_from", 250), ("rcpt_to", 421)]
        assert record.replies[-1].command is None

    def test_421_to_one_of_several_recipients_does_not_answer_for_the_others(
        self, hold: Hold
    ) -> None:
        script = f"""{TO_MAIL}
C: RCPT TO:<bob@example.org>
S: 421 4.3.2 shutting down
C: QUIT
*: close"""
        envelope = {**ENVELOPE, "rcpt_to": ["bob@example.org", "eve@example.org"]}
        record = hold(script, **envelope, expect={"rcpt_to": ["4xx"]})

        assert failed(record) == ("rcpt_to", "transient", 421)
        assert record.failure is not None
        assert record.failure.text.endswith("(no RCPT was sent for 1 more recipient)")

    @pytest.mark.parametrize("pause", ["", "*: hush\n"])
    def test_an_empty_line_is_the_same_failure_whenever_it_comes(
        self, hold: Hold, pause: str
    ) -> None:
        early = r"S> 250 mx.example.org\r\n\r\n"
        late = "S: 250 mx.example.org\nC: MAIL FROM:<ann@example.com>\nS: \nS: 250 2.1.0 Ok"
        script = f"S: 220 mx\nC: EHLO client.example.com\n{late if pause else early}\nC: QUIT"
        record = hold(script, **ENVELOPE)

        assert failed(record) == ("helo", "protocol", None)
        assert record.failure is not None
        assert record.failure.text == (
            "an empty line came after the reply to EHLO client.example.com"
        )


class TestUnexpectedExceptions:
    """An unexpected exception ends a dialogue with the kind `internal`, and with its record."""

    def test_it_is_the_failure_of_its_stage(
        self, hold: Hold, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_arguments: object) -> t.NoReturn:
            raise KeyError("nobody foresaw this")

        monkeypatch.setattr(Capabilities, "from_reply", fail)
        record = hold(TO_HELO + END)

        assert failed(record) == ("helo", "internal", None)
        assert stages(record) == [("greeting", 220), ("helo", 250), ("quit", 221)]
        assert record.failure is not None
        assert record.failure.text == "unexpected KeyError: 'nobody foresaw this'"
        assert any(
            "KeyError in test_dialogue.py, line" in line for line in transcript_lines(record)
        )


class TestAdvice:
    """Rules of advice match texts of this code, too, so these texts must be the ones it writes."""

    @pytest.mark.parametrize(
        ("script", "options", "first"),
        [
            ("S: SSH-2.0-OpenSSH_9.2p1", {}, "what answers is no mail server"),
            (r"S> \x15\x03\x01\x00\x02\x02\x46\n", {}, "on 465 the server waits for a TLS"),
            ("*: silence", {"timeout": 0.1}, "Look for what delays the greeting"),
            ("S: 220 mx\nC: /EHLO/\nS: 250-mx\nS: 554 no\nC: QUIT", {}, "one reply has one code"),
            ("S> " + r"220-mx\r\n" * 1001, {}, "no mail server answers at such length"),
            (f"S: 220 mx\nC: /EHLO/\nS: 502 what?\nC: /HELO/\nS: 502 what?{END}", {}, "HELO"),
            (TO_HELO + END, {"mail_from": "grün@example.com"}, "Switch SMTPUTF8 on"),
            (TO_HELO + END, {"expect_capabilities": ["STARTTLS"]}, "Compare the EHLO reply"),
            (TO_HELO + END, {"expect": {"starttls": ["220"]}}, "Let the dialogue get there"),
            ("*: silence", {"expect": {"connect": ["timeout"]}}, "Check that the block"),
        ],
    )
    def test_it_fits_the_failure(
        self, hold: Hold, script: str, options: dict[str, t.Any], first: str
    ) -> None:
        result = result_of(hold(script, **options))

        assert first in result["failure"]["advice"][0]

    def test_a_refused_connection(self, hold: Hold) -> None:
        result = result_of(hold(host="127.0.0.1", port=closed_port()))

        assert "`ss -ltnp`" in result["failure"]["advice"][0]

    def test_an_unknown_name(self, hold: Hold) -> None:
        result = result_of(hold(host="no-such-host.invalid"))

        assert "`getent ahosts NAME`" in result["failure"]["advice"][0]
