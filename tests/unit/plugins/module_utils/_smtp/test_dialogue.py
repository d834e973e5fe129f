# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dialogues with servers that answer well, badly, slowly, or not at all."""

from __future__ import annotations

import json
import socket
import threading
import time
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.steps import hello
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.steps import quit as step_7
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.capabilities import (
    Capabilities,
)
from ansible_collections.mailops.smtp.tests.unit.scripted import (
    FilteredPort,
    ScriptedServer,
    closed_port,
)
from ansible_collections.mailops.smtp.tests.unit.settle import result_of, sentence_of

Hold = t.Callable[..., Record]

ENVELOPE: dict[str, t.Any] = {"mail_from": "ann@example.com", "rcpt_to": ["bob@example.org"]}

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


def stages(record: Record) -> list[tuple[str, int]]:
    """Each reply of the record: its stage and its code."""
    return [(exchange.stage, exchange.reply.code) for exchange in record.replies]


def failed(record: Record) -> tuple[str, str, int | None]:
    """Where the dialogue failed, how, and by which code."""
    assert record.failure is not None, "the dialogue passed"
    return record.failure.stage, record.failure.kind, record.failure.code


def said(record: Record) -> list[str]:
    """The lines of the transcript, without their times."""
    return [line.partition("] ")[2] for line in record.transcript.lines]


class TestTheArticle:
    """The telnet session that the project began as, word for word."""

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

        lines = said(record)
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


class TestHowFarItGoes:
    """A dialogue ends, with QUIT, where its options end."""

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

    def test_what_is_offered_is_judged_where_it_stops_before_tls(self, hold: Hold) -> None:
        script = f"S: 220 mx\nC: EHLO client.example.com\nS: 250-mx\nS: 250 STARTTLS{END}"

        record = hold(script, stop_after="helo", expect_capabilities=["SIZE"])

        assert failed(record) == ("helo", "expectation", None)

    def test_it_goes_no_further_than_a_stage_that_there_was_no_need_for(self, hold: Hold) -> None:
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


class TestGreeting:
    def test_nothing_is_said_before_its_last_line(self, hold: Hold) -> None:
        record = hold(
            """
            S: 220-mx.example.org ESMTP
            *: hush
            S: 220-please wait
            *: hush
            S: 220 mx.example.org ESMTP
            C: EHLO client.example.com
            S: 250 mx.example.org
            C: QUIT
            S: 221 Bye
            """
        )

        assert record.failure is None
        assert record.replies[0].reply.lines == (
            "mx.example.org ESMTP",
            "please wait",
            "mx.example.org ESMTP",
        )

    @pytest.mark.parametrize(("code", "kind"), [(554, "permanent"), (421, "transient")])
    def test_a_refusal_is_answered_with_quit(self, hold: Hold, code: int, kind: str) -> None:
        record = hold(f"S: {code} no service here{END}")

        assert failed(record) == ("greeting", kind, code)

    def test_a_server_of_another_protocol_is_called_so(self, hold: Hold) -> None:
        record = hold("S: SSH-2.0-OpenSSH_9.2p1 Debian-2")

        assert failed(record) == ("greeting", "protocol", None)
        assert record.failure is not None
        assert record.failure.text == "not an SMTP reply: SSH-2.0-OpenSSH_9.2p1 Debian-2"

    def test_silence_is_a_time_out_and_left_in_silence(self, hold: Hold) -> None:
        record = hold("*: silence", timeout=0.1)

        assert failed(record) == ("greeting", "timeout", None)
        assert record.failure is not None
        assert record.failure.text == "no answer within 0.1 s"


class TestHelo:
    @pytest.mark.parametrize("code", [500, 502, 504])
    def test_it_falls_back_where_ehlo_is_not_known(self, hold: Hold, code: int) -> None:
        record = hold(
            f"""
            S: 220 mx.example.org
            C: EHLO client.example.com
            S: {code} what?
            C: HELO client.example.com
            S: 250 mx.example.org
            C: QUIT
            S: 221 Bye
            """
        )

        assert record.failure is None
        assert stages(record)[1:3] == [("helo", code), ("helo", 250)]
        assert record.capabilities == {}

    @pytest.mark.parametrize(
        ("code", "kind"), [(421, "transient"), (450, "transient"), (550, "permanent")]
    )
    def test_it_does_not_fall_back_from_a_refusal(self, hold: Hold, code: int, kind: str) -> None:
        record = hold(
            f"S: 220 mx.example.org\nC: EHLO client.example.com\nS: {code} not from you{END}"
        )

        assert failed(record) == ("helo", kind, code)

    def test_it_does_not_fall_back_from_what_was_expected(self, hold: Hold) -> None:
        script = f"S: 220 mx\nC: EHLO client.example.com\nS: 502 what?{END}"

        assert hold(script, expect={"helo": ["502"]}).failure is None

    def test_a_host_without_a_name_gives_its_address(
        self, hold: Hold, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(socket, "gethostname", lambda: "localhost")
        monkeypatch.setattr(socket, "getfqdn", lambda: "localhost.localdomain")

        record = hold(f"S: 220 mx\nC: EHLO [127.0.0.1]\nS: 250 mx{END}", helo=None)

        assert record.failure is None
        assert result_of(record)["client"]["helo"] == "[127.0.0.1]"

    def test_a_resolver_that_hangs_does_not_hang_the_dialogue(
        self, hold: Hold, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        never = threading.Event()
        monkeypatch.setattr(socket, "gethostname", lambda: "client")
        monkeypatch.setattr(socket, "getfqdn", lambda: str(never.wait(30)))
        monkeypatch.setattr(hello, "OWN_NAME_SECONDS", 0.1)

        record = hold(f"S: 220 mx\nC: EHLO [127.0.0.1]\nS: 250 mx{END}", helo=None)

        never.set()
        assert record.failure is None

    def test_capabilities_are_held_against_what_must_and_must_not_be(self, hold: Hold) -> None:
        record = hold(
            f"S: 220 mx\nC: EHLO client.example.com\nS: 250-mx\nS: 250 AUTH PLAIN LOGIN{END}",
            expect_capabilities=["STARTTLS", "AUTH PLAIN"],
            forbid_capabilities=["AUTH LOGIN", "VRFY"],
        )

        assert failed(record) == ("helo", "expectation", None)
        assert record.failure is not None
        assert record.failure.text == (
            "the server does not offer STARTTLS; the server offers AUTH LOGIN, which is forbidden"
        )


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
    def test_the_stage_the_kind_and_the_code_are_told(
        self, hold: Hold, before: str, command: str, stage: str, code: int, kind: str
    ) -> None:
        script = f"{before}\nC: {command}\nS: {code} no, thank you{END}"

        record = hold(script, **ENVELOPE, message={})

        assert failed(record) == (stage, kind, code)
        assert not record.changed

    def test_every_recipient_is_asked_for_and_no_message_sent(self, hold: Hold) -> None:
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

    def test_421_ends_the_asking(self, hold: Hold) -> None:
        record = hold(
            f"{TO_MAIL}\nC: RCPT TO:<one@example.org>\nS: 421 4.7.0 too many\n*: close",
            mail_from="ann@example.com",
            rcpt_to=["one@example.org", "two@example.org"],
        )

        assert failed(record) == ("rcpt_to", "transient", 421)

    def test_250_to_data_is_no_leave_to_send_a_message(self, hold: Hold) -> None:
        record = hold(f"{TO_RCPT}\nC: DATA\nS: 250 thank you{END}", **ENVELOPE, message={})

        assert failed(record) == ("data", "protocol", 250)
        assert not record.changed

    def test_a_server_that_refuses_within_the_message_is_heard(self, hold: Hold) -> None:
        script = f"""{TO_DATA}
C: /^X-SMTP-Handshake-Token: /
S: 552 5.3.4 too big
*: close"""

        record = hold(script, **ENVELOPE, message={"size": 4_000_000})

        assert failed(record) == ("message", "permanent", 552)

    def test_the_sentence_tells_server_code_text_and_stage(self, hold: Hold) -> None:
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
    def test_another_refusal_fails_as_what_it_is(self, hold: Hold, pattern: str) -> None:
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
        record = hold(self.REFUSED, **ENVELOPE, expect={"rcpt_to": ["550"], "data": ["354"]})

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


class TestConnecting:
    def test_a_closed_port_is_a_refused_connection(self, hold: Hold) -> None:
        port = closed_port()

        record = hold(host="127.0.0.1", port=port)

        assert failed(record) == ("connect", "connect", None)
        assert sentence_of(record) == f"127.0.0.1 port {port}: Connection refused at connect"
        assert result_of(record)["server"]["address"] == "127.0.0.1"

    def test_a_filtered_port_is_a_time_out(self, hold: Hold) -> None:
        with FilteredPort() as port:
            record = hold(host=port.host, port=port.port, connect_timeout=0.2)

        assert failed(record) == ("connect", "timeout", None)

    def test_an_unknown_name_is_not_resolved(self, hold: Hold) -> None:
        record = hold(host="no-such-host.invalid")

        assert failed(record) == ("connect", "resolve", None)
        assert "no-such-host.invalid" in sentence_of(record)
        assert result_of(record)["server"]["address"] is None

    def test_a_name_that_must_not_exist_passes_when_it_does_not(self, hold: Hold) -> None:
        assert hold(host="no-such-host.invalid", expect={"connect": ["resolve"]}).failure is None

    def test_from_a_dead_address_it_goes_on_to_the_next(
        self, scripted: t.Any, hold: Hold, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        server: ScriptedServer = scripted(TO_HELO + END)
        addresses = [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", server.port, 0, 0)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port)),
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args: addresses)

        record = hold(host="mx.example.org", port=server.port)

        assert record.failure is None
        lines = said(record)
        assert lines[0] == "*: mx.example.org is ::1, 127.0.0.1"
        assert lines[1] == f"*: connecting to ::1 port {server.port}"
        assert lines[2].startswith(f"*: ::1 port {server.port}: ")
        assert lines[3] == f"*: connecting to 127.0.0.1 port {server.port}"

    def test_when_none_answers_each_is_named_with_its_reason(
        self, hold: Hold, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        port = closed_port()
        addresses = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{last}", port))
            for last in (2, 3)
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args: addresses)

        record = hold(host="mx.example.org", port=port)

        assert failed(record) == ("connect", "connect", None)
        assert record.failure is not None
        assert record.failure.text == (
            f"127.0.0.2 port {port}: Connection refused; 127.0.0.3 port {port}: Connection refused"
        )

    def test_it_speaks_from_the_source_address(self, scripted: t.Any, hold: Hold) -> None:
        server: ScriptedServer = scripted(TO_HELO + END)

        record = hold(host=server.host, port=server.port, source_address="127.0.0.9")

        server.join()
        assert server.peers == ["127.0.0.9"]
        assert result_of(record)["client"]["address"] == "127.0.0.9"

    def test_it_speaks_ipv6(self, scripted: t.Any, hold: Hold) -> None:
        try:
            server: ScriptedServer = scripted(
                "S: 220 mx\nC: /^EHLO /\nS: 250 mx" + END, family=socket.AF_INET6
            )
        except OSError as error:
            pytest.skip(f"this machine has no IPv6 loopback address: {error}")

        record = hold(host="::1", port=server.port)

        assert record.failure is None
        assert result_of(record)["server"]["address"] == "::1"


class TestSlowAndBroken:
    def test_a_reply_that_drips_does_not_buy_time(self, hold: Hold) -> None:
        started = time.monotonic()

        record = hold("*: drip\nS: 220 mx.example.org has all the time in the world", timeout=0.3)

        assert failed(record) == ("greeting", "timeout", None)
        assert record.failure is not None
        assert record.failure.text == "no complete answer within 0.3 s"
        assert time.monotonic() - started < 3
        assert said(record)[2].startswith("S: 220 mx")

    def test_a_dialogue_that_drips_does_not_outlast_its_deadline(self, hold: Hold) -> None:
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
    def test_after_silence_it_leaves_with_quit_and_does_not_wait(
        self, hold: Hold, script: str, stage: str
    ) -> None:
        record = hold(script, **ENVELOPE, message={}, timeout=0.5)

        assert failed(record) == (stage, "timeout", None)
        assert said(record)[-2:] == ["C: QUIT", "*: closed"]
        assert record.seconds["quit"] < 0.4

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
        assert "C: QUIT" not in said(record)

    def test_a_connection_that_is_reset_at_once_is_a_disconnect(self, hold: Hold) -> None:
        record = hold("*: reset")

        # The kernel tells of it while connecting or while reading, as the race goes.
        assert failed(record)[1] == "disconnect"

    def test_what_came_of_an_unfinished_line_is_kept(self, hold: Hold) -> None:
        record = hold("S> 554 go aw\n*: close")

        assert "S: 554 go aw" in said(record)

    def test_two_replies_to_one_command_are_not_taken_for_the_next(self, hold: Hold) -> None:
        record = hold("S: 220 mx\nC: /EHLO/\nS> 250 mx\\r\\n250 Ok\\r\\n\nC: QUIT", **ENVELOPE)

        assert failed(record) == ("mail_from", "protocol", None)

    def test_a_message_is_not_taken_before_it_was_sent(self, hold: Hold) -> None:
        script = f"{TO_RCPT}\nC: DATA\nS> 354 go on\\r\\n250 Ok: queued\\r\\n\n*: silence"

        record = hold(script, **ENVELOPE, message={})

        assert failed(record) == ("message", "protocol", None)
        assert not record.changed

    def test_421_may_come_unasked(self, hold: Hold) -> None:
        record = hold(
            "S: 220 mx\nC: /EHLO/\nS> 250 mx\\r\\n421 shutting down\\r\\n\n*: close", **ENVELOPE
        )

        assert failed(record) == ("mail_from", "transient", 421)

    def test_differing_codes_in_one_reply_are_not_believed(self, hold: Hold) -> None:
        record = hold("S: 220 mx\nC: /EHLO/\nS: 250-mx\nS: 550 no\nC: QUIT")

        assert failed(record) == ("helo", "protocol", None)

    def test_an_endless_reply_ends(self, hold: Hold) -> None:
        record = hold("S: 220 mx\nC: /EHLO/\nS> " + r"250-more\r\n" * 1001 + "\nC: QUIT")

        assert failed(record) == ("helo", "protocol", None)

    def test_a_server_that_takes_nothing_of_a_message_is_left(self, hold: Hold) -> None:
        record = hold(
            f"{TO_DATA}\nC: /Token/\n*: deaf",
            **ENVELOPE,
            message={"size": 30_000_000},
            timeout=0.1,
        )

        assert failed(record) == ("message", "timeout", None)
        assert "C: QUIT" not in said(record)

    def test_whatever_bytes_come_the_result_can_be_shown(self, hold: Hold) -> None:
        record = hold(
            r"S: 220 \x1b[31mred\xff \xe2\x80\xae caf\xc3\xa9" + "\nC: /EHLO/\nS: 250 mx" + END
        )

        assert record.replies[0].reply.lines == (r"\x1b[31mred\xff \u202e café",)
        shown = json.dumps(result_of(record), ensure_ascii=False)
        assert shown.isprintable()
        assert shown.encode("utf-8")


class TestQuit:
    @pytest.mark.parametrize("end", ["\nC: QUIT\n*: close", "\nC: QUIT\n*: silence"])
    def test_a_server_that_does_not_answer_has_not_failed(
        self, hold: Hold, monkeypatch: pytest.MonkeyPatch, end: str
    ) -> None:
        monkeypatch.setattr(step_7, "QUIT_SECONDS", 0.1)

        assert hold(TO_HELO + end).failure is None

    def test_a_server_that_answers_badly_has(self, hold: Hold) -> None:
        record = hold(f"{TO_HELO}\nC: QUIT\nS: 500 what?")

        assert failed(record) == ("quit", "permanent", 500)

    def test_an_expected_answer_must_come(self, hold: Hold) -> None:
        record = hold(f"{TO_HELO}\nC: QUIT\n*: close", expect={"quit": ["221"]})

        assert failed(record) == ("quit", "disconnect", None)


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

    def test_an_address_beyond_ascii_asks_for_smtputf8(self, hold: Hold) -> None:
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


class TestRetries:
    GREYLISTED = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 450 4.7.1 greylisted{END}"

    def test_what_may_pass_is_tried_again(self, hold: Hold) -> None:
        record = hold(self.GREYLISTED, TO_RCPT + END, **ENVELOPE, retries=3)

        assert record.failure is None
        assert record.attempts == 2
        assert "*: attempt 1 failed; the next in 0 s" in said(record)
        assert sum(line == "C: QUIT" for line in said(record)) == 2

    def test_it_ends_with_the_retries(self, hold: Hold) -> None:
        record = hold(self.GREYLISTED, self.GREYLISTED, **ENVELOPE, retries=1)

        assert failed(record) == ("rcpt_to", "transient", 450)
        assert record.attempts == 2

    def test_what_will_not_pass_is_not_tried_again(self, hold: Hold) -> None:
        record = hold(TestExpectations.REFUSED, **ENVELOPE, retries=3)

        assert record.attempts == 1

    @pytest.mark.parametrize("end", ["*: silence", "*: close"])
    def test_a_message_that_may_have_been_taken_is_not_sent_twice(
        self, hold: Hold, end: str
    ) -> None:
        script = f"{TO_DATA}\nC: (message)\n{end}"
        if end == "*: silence":
            script = f"{TO_DATA}\nC: (message)\nC: QUIT"

        record = hold(script, **ENVELOPE, message={}, timeout=0.5, retries=3)

        assert record.attempts == 1

    def test_a_message_that_was_taken_is_not_sent_twice(self, hold: Hold) -> None:
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


def test_the_result_tells_when_the_first_attempt_began_in_utc(
    hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", iter([1795521600.9, 1795521700.0]).__next__)
    record = hold(TestRetries.GREYLISTED, TO_RCPT + END, **ENVELOPE, retries=1)

    assert record.attempts == 2
    assert result_of(record)["started"] == "2026-11-24T12:00:00Z"


def test_the_server_names_the_message_it_took(hold: Hold) -> None:
    record = hold(TO_MESSAGE + END, **ENVELOPE, message={})

    assert result_of(record)["message"]["queue_id"] == "4XyZ1234abc"


LONG = "x" * 15_000
RECIPIENTS = [f"user{number}@example.net" for number in range(8)]
TALKATIVE = f"{TO_HELO}\nC: /MAIL/\nS: 250 2.1.0 Ok\n" + "\n".join(
    f"C: RCPT TO:<{one}>\nS: 250-2.1.5 {LONG}\nS: 250-{LONG}\nS: 250-{LONG}\nS: 250 2.1.5 Ok"
    for one in RECIPIENTS
)


def test_what_a_hostile_server_sends_is_bounded_in_the_result(hold: Hold) -> None:
    record = hold(TALKATIVE + END, mail_from="ann@example.com", rcpt_to=RECIPIENTS)

    assert record.failure is None
    result = result_of(record)
    assert len(json.dumps(result)) < 600_000
    cut = result["replies"][-2]
    assert (cut["code"], cut["enhanced_code"]) == (250, "2.1.5")
    assert cut["lines"][1:] == ["(left out: the server sent too much)"]
    assert "*: 3 more lines of the server's, left out of this transcript" in said(record)


def test_the_text_of_a_failure_is_bounded(hold: Hold) -> None:
    record = hold("S: 220 mx\nC: /EHLO/\n" + f"S: 550-{LONG}\n" * 3 + f"S: 550 no{END}")

    assert failed(record) == ("helo", "permanent", 550)
    assert len(result_of(record)["failure"]["text"]) == 4096


class TestWhatCameIsTheAnswerToTheCommandBeforeIt:
    """A reply that came before its command is none to it: nothing after it can be believed."""

    def test_replies_in_the_packet_of_ehlo_accept_no_recipient(self, hold: Hold) -> None:
        script = r"""
        S: 220 mx.example.org ESMTP
        C: EHLO client.example.com
        S> 250-mx.example.org\r\n250 PIPELINING\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n
        C: QUIT"""
        record = hold(script, **ENVELOPE, pipelining=True)

        assert failed(record) == ("mail_from", "protocol", None)

    def test_the_answer_to_quit_shows_that_all_answers_came_one_command_late(
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

    def test_421_that_comes_with_the_answer_before_is_none_to_a_recipient(self, hold: Hold) -> None:
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

    def test_421_to_one_of_several_recipients_says_nothing_of_the_others(self, hold: Hold) -> None:
        script = f"""{TO_MAIL}
C: RCPT TO:<bob@example.org>
S: 421 4.3.2 shutting down
C: QUIT
*: close"""
        envelope = {**ENVELOPE, "rcpt_to": ["bob@example.org", "eve@example.org"]}
        record = hold(script, **envelope, expect={"rcpt_to": ["4xx"]})

        assert failed(record) == ("rcpt_to", "transient", 421)
        assert record.failure is not None
        assert record.failure.text.endswith("(1 more recipient not asked)")

    @pytest.mark.parametrize("pause", ["", "*: hush\n"])
    def test_an_empty_line_is_told_alike_whenever_it_comes(self, hold: Hold, pause: str) -> None:
        early = r"S> 250 mx.example.org\r\n\r\n"
        late = "S: 250 mx.example.org\nC: MAIL FROM:<ann@example.com>\nS: \nS: 250 2.1.0 Ok"
        script = f"S: 220 mx\nC: EHLO client.example.com\n{late if pause else early}\nC: QUIT"
        record = hold(script, **ENVELOPE)

        assert failed(record) == ("helo", "protocol", None)
        assert record.failure is not None
        assert record.failure.text == (
            "an empty line came after the reply to EHLO client.example.com"
        )


class TestPostscreen:
    """Postfix's postscreen begins a greeting, and ends it with a refusal."""

    GREETING = "S: 220-mx.example.com ESMTP\n*: hush\nS: {}\nC: QUIT\n*: close"

    def test_its_refusal_is_the_greeting(self, hold: Hold) -> None:
        refusal = "521 5.7.1 Service unavailable; client [192.0.2.7] blocked using zen.example.com"
        record = hold(self.GREETING.format(refusal))

        assert failed(record) == ("greeting", "permanent", 521)
        assert record.failure is not None
        assert record.failure.enhanced_code == "5.7.1"
        assert "blocklists" in result_of(record)["failure"]["advice"][0]

    def test_it_can_be_expected(self, hold: Hold) -> None:
        record = hold(self.GREETING.format("521 5.7.1 no"), expect={"greeting": ["5xx"]})

        assert record.failure is None

    def test_its_421_passes_and_is_tried_again(self, hold: Hold) -> None:
        busy = self.GREETING.format("421 4.3.2 All server ports are busy")
        record = hold(busy, TO_HELO + END, retries=1)

        assert record.failure is None
        assert record.attempts == 2


class TestSecretsAreMaskedInWhatIsShownAlone:
    """What is judged is what came, whatever the password is."""

    LOGIN: t.ClassVar[dict[str, t.Any]] = {
        "login_user": "ann",
        "auth_mechanism": "PLAIN",
        "allow_plaintext_auth": True,
    }

    def test_a_password_that_is_the_name_of_a_capability_hides_none(self, hold: Hold) -> None:
        script = """
        S: 220 mx
        C: EHLO client.example.com
        S: 250-mx
        S: 250-VRFY
        S: 250 AUTH PLAIN
        C: QUIT
        S: 221 Bye"""
        record = hold(
            script, **self.LOGIN, login_password="vrfy", forbid_capabilities=["VRFY"], tls="never"
        )

        assert failed(record) == ("helo", "expectation", None)
        assert "vrfy" not in json.dumps(result_of(record)["replies"]).lower()

    def test_an_expectation_is_held_against_what_came(self, hold: Hold) -> None:
        script = """
        S: 220 mx
        C: EHLO client.example.com
        S: 250-mx
        S: 250 AUTH PLAIN
        C: /^AUTH PLAIN/
        S: 535 5.7.8 the word relay is no password
        C: QUIT
        S: 221 Bye"""
        record = hold(
            script,
            **self.LOGIN,
            login_password="relay",
            tls="never",
            expect={"auth": ["/the word relay/"]},
        )

        assert record.failure is None
        assert "relay" not in " ".join(result_of(record)["transcript"])


class TestWhatNobodyForesaw:
    """An exception ends one dialogue, with a kind of its own, and leaves what is known of it."""

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
        assert any("KeyError in test_dialogue.py, line" in line for line in said(record))


class TestAdvice:
    """The advice table keys on texts of ours, too: they must be the ones that are written."""

    @pytest.mark.parametrize(
        ("script", "options", "first"),
        [
            ("S: SSH-2.0-OpenSSH_9.2p1", {}, "what answers is no mail server"),
            (r"S> \x15\x03\x01\x00\x02\x02\x46\n", {}, "on 465 the server waits for a TLS"),
            ("*: silence", {"timeout": 0.1}, "on 465 the server waits for a TLS"),
            ("S: 220 mx\nC: /EHLO/\nS: 250-mx\nS: 554 no\nC: QUIT", {}, "one reply has one code"),
            ("S> " + r"220-mx\r\n" * 1001, {}, "no mail server answers at such length"),
            (f"S: 220 mx\nC: /EHLO/\nS: 502 what?\nC: /HELO/\nS: 502 what?{END}", {}, "HELO"),
            (TO_HELO + END, {"mail_from": "grün@example.com"}, "Switch SMTPUTF8 on"),
            (TO_HELO + END, {"expect_capabilities": ["STARTTLS"]}, "Compare the EHLO reply"),
            (TO_HELO + END, {"expect": {"data": ["354"]}}, "Let the dialogue get there"),
            ("*: silence", {"expect": {"connect": ["timeout"]}}, "Check that the block"),
        ],
    )
    def test_it_goes_with_what_happened(
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
