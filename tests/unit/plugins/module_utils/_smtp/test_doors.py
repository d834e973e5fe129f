# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The doors in front of a server, and the ways through them: PROXY, XCLIENT, AUTH, LMTP."""

from __future__ import annotations

import base64
import json
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record
from ansible_collections.mailops.smtp.tests.unit.scripted import ScriptedServer
from ansible_collections.mailops.smtp.tests.unit.settle import result_of, sentence_of

Hold = t.Callable[..., Record]

GREETING = "S: 220 mx.example.org ESMTP"
END = "\nC: QUIT\nS: 221 2.0.0 Bye"
ENVELOPE: dict[str, t.Any] = {
    "mail_from": "ann@example.com",
    "rcpt_to": ["bob@example.org", "cy@example.org"],
}


def offering(*capabilities: str, hello: str = "EHLO") -> str:
    """Script a server up to its reply to EHLO."""
    lines = ["mx.example.org", *capabilities]
    replies = [f"S: 250-{line}" for line in lines[:-1]] + [f"S: 250 {lines[-1]}"]
    return "\n".join([GREETING, f"C: {hello} client.example.com", *replies])


def stages(record: Record) -> list[tuple[str, int]]:
    """Each reply of the record: its stage and its code."""
    return [(exchange.stage, exchange.reply.code) for exchange in record.replies]


def failed(record: Record) -> tuple[str, str, int | None]:
    """Where the dialogue failed, how, and by which code."""
    assert record.failure is not None, "the dialogue passed"
    return record.failure.stage, record.failure.kind, record.failure.code


def encoded(text: str) -> str:
    """Encode a text in base64."""
    return base64.b64encode(text.encode()).decode()


class TestProxy:
    def test_version_1_is_said_before_the_greeting(self, hold: Hold) -> None:
        record = hold(
            r"C> PROXY TCP4 192.0.2.1 192.0.2.25 40000 25\r\n" + f"\n{offering()}{END}",
            proxy={
                "version": 1,
                "source": "192.0.2.1",
                "source_port": 40000,
                "destination": "192.0.2.25",
                "destination_port": 25,
            },
        )

        assert record.failure is None
        assert "proxy" in record.seconds

    def test_version_2_is_said_in_bytes(self, hold: Hold) -> None:
        record = hold(
            r"C> \r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c"
            r"\xc0\x00\x02\x01\xc0\x00\x02\x19\x9c\x40\x00\x19" + f"\n{offering()}{END}",
            proxy={
                "version": 2,
                "source": "192.0.2.1",
                "source_port": 40000,
                "destination": "192.0.2.25",
                "destination_port": 25,
            },
        )

        assert record.failure is None

    def test_what_is_left_out_is_as_on_the_connection(self, scripted: t.Any, hold: Hold) -> None:
        server: ScriptedServer = scripted(
            r"C: /^PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 \d+ \d+$/" + f"\n{offering()}{END}"
        )

        record = hold(host=server.host, port=server.port, proxy={"version": 1})

        assert record.failure is None

    def test_two_families_cannot_be_in_one_header(self, hold: Hold) -> None:
        record = hold("*: silence", proxy={"version": 1, "source": "2001:db8::1"})

        assert failed(record) == ("proxy", "unsupported", None)


class TestXclient:
    def test_a_server_that_trusts_us_begins_anew(self, hold: Hold) -> None:
        record = hold(
            f"""{offering("XCLIENT NAME ADDR PROTO")}
C: XCLIENT NAME=spike.example.org ADDR=192.0.2.66
S: 220 mx.example.org ESMTP
C: EHLO client.example.com
S: 250 mx.example.org{END}""",
            xclient={"NAME": "spike.example.org", "ADDR": "192.0.2.66"},
        )

        assert record.failure is None
        assert [stage for stage, _code in stages(record)] == [
            "greeting",
            "helo",
            "xclient",
            "helo",
            "quit",
        ]
        assert record.capabilities == {}

    def test_values_are_written_as_xtext(self, hold: Hold) -> None:
        record = hold(
            f"{offering('XCLIENT HELO')}\nC: XCLIENT HELO=a+20b+3D+2B\nS: 550 no{END}",
            xclient={"HELO": "a b=+"},
        )

        assert failed(record) == ("xclient", "permanent", 550)

    @pytest.mark.parametrize("offered", [(), ("XCLIENT ADDR",)])
    def test_it_is_not_said_to_a_server_that_does_not_offer_it(
        self, hold: Hold, offered: tuple[str, ...]
    ) -> None:
        record = hold(offering(*offered) + END, xclient={"NAME": "spike.example.org"})

        assert failed(record) == ("xclient", "unsupported", None)


class TestAuth:
    LOGIN: t.ClassVar[dict[str, t.Any]] = {
        "login_user": "ann",
        "login_password": "tanstaaftanstaaf",
    }
    PLAIN = encoded("\0ann\0tanstaaftanstaaf")

    def test_a_login_in_one_line(self, hold: Hold) -> None:
        record = hold(
            f"{offering('AUTH PLAIN')}\nC: AUTH PLAIN {self.PLAIN}\nS: 235 2.7.0 welcome{END}",
            **self.LOGIN,
            allow_plaintext_auth=True,
        )

        assert record.failure is None
        assert stages(record)[2] == ("auth", 235)

    def test_a_login_by_challenge(self, hold: Hold) -> None:
        record = hold(
            f"""{offering("AUTH CRAM-MD5")}
C: AUTH CRAM-MD5
S: 334 {encoded("<1896.697170952@postoffice.reston.mci.net>")}
C: {encoded("tim b913a602c7eda7a495b4e6e7334d3890")}
S: 235 2.7.0 welcome{END}""",
            login_user="tim",
            login_password="tanstaaftanstaaf",
        )

        assert record.failure is None

    @pytest.mark.parametrize(
        ("offered", "options", "text"),
        [
            ((), {}, "the server does not offer AUTH, at least not without TLS"),
            (("AUTH PLAIN LOGIN",), {}, "without TLS, AUTH PLAIN or LOGIN would send the secret"),
            (
                ("AUTH PLAIN",),
                {"auth_mechanism": "CRAM-MD5"},
                "the server does not offer AUTH CRAM",
            ),
        ],
    )
    def test_without_a_way_to_log_in_nothing_is_sent(
        self, hold: Hold, offered: tuple[str, ...], options: t.Any, text: str
    ) -> None:
        record = hold(offering(*offered) + END, **self.LOGIN, **options)

        assert failed(record) == ("auth", "unsupported", None)
        assert record.failure is not None
        assert record.failure.text.startswith(text)

    def test_a_wrong_password_is_a_refusal(self, hold: Hold) -> None:
        record = hold(
            f"{offering('AUTH PLAIN')}\nC: AUTH PLAIN {self.PLAIN}\nS: 535 5.7.8 no{END}",
            **self.LOGIN,
            allow_plaintext_auth=True,
        )

        assert failed(record) == ("auth", "permanent", 535)

    def test_a_refused_login_can_be_what_was_expected(self, hold: Hold) -> None:
        record = hold(
            f"{offering('AUTH PLAIN')}\nC: AUTH PLAIN {self.PLAIN}\nS: 535 5.7.8 no{END}",
            **self.LOGIN,
            allow_plaintext_auth=True,
            expect={"auth": ["535"]},
        )

        assert record.failure is None

    def test_a_challenge_that_makes_no_sense_is_cancelled(self, hold: Hold) -> None:
        record = hold(
            f"{offering('AUTH CRAM-MD5')}\nC: AUTH CRAM-MD5\nS: 334 !\nC: *\nS: 501 ok{END}",
            **self.LOGIN,
        )

        assert failed(record) == ("auth", "protocol", None)

    def test_a_scram_server_without_a_signature_is_not_believed(self, hold: Hold) -> None:
        record = hold(
            f"{offering('AUTH SCRAM-SHA-256')}\nC: /^AUTH SCRAM-SHA-256 /\nS: 235 come in{END}",
            **self.LOGIN,
        )

        assert failed(record) == ("auth", "protocol", None)

    def test_no_secret_is_recorded_in_any_form(self, hold: Hold) -> None:
        secret = self.LOGIN["login_password"]
        record = hold(
            f"""{offering("AUTH LOGIN")}
C: AUTH LOGIN
S: 334 {encoded("Username:")}
C: {encoded("ann")}
S: 334 {encoded("Password:")}
C: {encoded(secret)}
S: 535-5.7.8 your password {secret} is wrong
S: 535-5.7.8 {encoded(secret)}
S: 535 5.7.8 {self.PLAIN} or {encoded("xx" + secret)}{END}""",
            **self.LOGIN,
            allow_plaintext_auth=True,
        )

        shown = json.dumps(result_of(record)) + sentence_of(record)
        for written in (secret, encoded(secret), self.PLAIN, encoded("xx" + secret)):
            assert written not in shown
        assert "C: AUTH LOGIN (not shown)" in shown
        assert "S: 334 (not shown)" in shown
        assert failed(record) == ("auth", "permanent", 535)


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

        record = hold(host=None, socket=path, protocol="lmtp", **ENVELOPE, message={})

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

    def test_the_second_refused_fails_though_the_first_has_it(self, hold: Hold) -> None:
        record = hold(
            f"{self.TO_DATA}\nS: 250 one\nS: 452 4.2.2 full{END}",
            protocol="lmtp",
            **ENVELOPE,
            message={},
            retries=3,
        )

        assert failed(record) == ("message", "transient", 452)
        assert record.changed
        assert record.attempts == 1, "it would deliver twice to the first"
        assert "<cy@example.org>" in sentence_of(record)


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
            **ENVELOPE,
            pipelining=True,
            message={},
        )

        assert record.failure is None
        assert [code for _stage, code in stages(record)] == [220, 250, 250, 250, 250, 354, 250, 221]

    def test_all_is_heard_when_the_first_is_refused(self, hold: Hold) -> None:
        record = hold(
            f"""{offering("PIPELINING")}
C: {self.MAIL}
C: {self.RCPTS[0]}
C: {self.RCPTS[1]}
S> 550 mail\\r\\n503 bob\\r\\n503 cy\\r\\n{END}""",
            **ENVELOPE,
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

    def test_no_recipient_is_named_where_the_dialogue_stops_before(self, hold: Hold) -> None:
        record = hold(
            f"{offering('PIPELINING')}\nC: {self.MAIL}\nS: 250 Ok{END}",
            **ENVELOPE,
            pipelining=True,
            stop_after="mail_from",
        )

        assert record.failure is None

    def test_silence_is_waited_for_once(self, hold: Hold) -> None:
        record = hold(
            f"""{offering("PIPELINING")}
C: {self.MAIL}
C: {self.RCPTS[0]}
C: {self.RCPTS[1]}
*: hush
C: QUIT""",
            **ENVELOPE,
            pipelining=True,
            timeout=0.5,
        )

        assert failed(record) == ("mail_from", "timeout", None)

    def test_one_by_one_where_it_is_not_offered(self, hold: Hold) -> None:
        record = hold(
            f"""{offering()}
C: {self.MAIL}
*: hush
S: 250 mail
C: {self.RCPTS[0]}
S: 250 bob
C: {self.RCPTS[1]}
S: 250 cy{END}""",
            **ENVELOPE,
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
            **ENVELOPE,
            chunking=True,
            message={"body": ".no stuffing\n"},
        )

        server.join()
        assert record.failure is None
        assert record.changed
        assert server.messages[0].endswith(b"\r\n\r\n.no stuffing\r\n")
        assert "data" not in record.seconds


class TestSize:
    def test_a_message_that_is_too_large_is_not_even_announced(self, hold: Hold) -> None:
        record = hold(offering("SIZE 1000") + END, **ENVELOPE, message={"size": 1001})

        assert failed(record) == ("mail_from", "unsupported", None)
        assert record.failure is not None
        assert record.failure.text == (
            "the message has 1001 bytes, more than the 1000 that the server announces to take"
        )
