# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of a dialogue has a limited size, and is printable."""

from __future__ import annotations

import json
import sys
import time
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.redaction import secret_pattern
from ansible_collections.mailops.smtp.plugins.module_utils._net.tcp_info import TcpInfo
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.dane import (
    Dane,
    Tlsa,
    TlsaAnswer,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.transcript import (
    Transcript,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.reply import Reply
from ansible_collections.mailops.smtp.plugins.modules import smtp_handshake
from ansible_collections.mailops.smtp.tests.unit.dialogues import (
    END,
    ENVELOPE,
    OVER_TLS,
    TO_HELO,
    TO_MAIL,
    TO_MESSAGE,
    TO_RCPT,
    Hold,
    failed,
    transcript_lines,
)
from ansible_collections.mailops.smtp.tests.unit.returned import problems
from ansible_collections.mailops.smtp.tests.unit.settle import result_of

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.tests.unit.authority import Authority

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
    assert "*: 3 more lines from the server, left out of this transcript" in transcript_lines(
        record
    )


def test_the_text_of_a_failure_is_bounded(hold: Hold) -> None:
    record = hold("S: 220 mx\nC: /EHLO/\n" + f"S: 550-{LONG}\n" * 3 + f"S: 550 no{END}")

    assert failed(record) == ("helo", "permanent", 550)
    assert len(result_of(record)["failure"]["text"]) == 4096


def test_the_server_names_the_message_it_took(hold: Hold) -> None:
    record = hold(TO_MESSAGE + END, **ENVELOPE, message={})

    assert result_of(record)["message"]["queue_id"] == "4XyZ1234abc"


def test_the_result_has_the_start_of_the_first_attempt_in_utc(
    hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", iter([1795521600.9, 1795521700.0]).__next__)
    greylisted = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 450 4.7.1 greylisted{END}"
    record = hold(greylisted, TO_RCPT + END, **ENVELOPE, retries=1)

    assert record.attempts == 2
    assert result_of(record)["started"] == "2026-11-24T12:00:00Z"


def test_all_that_can_be_returned_is_documented(
    dialogue: t.Callable[..., Record], authority: Authority
) -> None:
    """The message is missing here: a test of the module sends one."""
    yaml = pytest.importorskip("yaml")
    documented = yaml.safe_load(smtp_handshake.RETURN)
    for several in ("results", "summary"):
        del documented[several]
    record = dialogue(OVER_TLS, authority.context("127.0.0.1"), ca_path=authority.path)
    assert record.tls is not None
    tlsa = Tlsa(3, 1, 1, bytes(32))
    dane = Dane(TlsaAnswer("mx.example.org", 25, True, (tlsa,)), tlsa, None)
    record.tls = record.tls._replace(dane=dane)
    record.failure = Failure(
        "quit", "timeout", "no answer", tcp_info=TcpInfo(3, 4, 0.021, 1448, 1500, 0.019)
    )

    assert problems(result_of(record), documented) == []


class TestTheFacts:
    HELLO = "S: 220 mx\nC: /EHLO/\nS: 250 mx.example.org Hello client.example.com [203.0.113.7]"

    def test_the_server_says_which_address_it_sees(self, hold: Hold) -> None:
        client = result_of(hold(self.HELLO + END))["client"]

        assert (client["address"], client["seen_as"]) == ("127.0.0.1", "203.0.113.7")

    @pytest.mark.parametrize(
        "script", [TO_HELO + END, "S: 554 no service" + END, "*: close", "S: 220 [mx]\n*: close"]
    )
    def test_a_server_may_not_say_it(self, hold: Hold, script: str) -> None:
        assert result_of(hold(script))["client"]["seen_as"] is None

    def test_a_refusal_says_it_too(self, hold: Hold) -> None:
        refusal = "554 5.7.1 <unknown[2001:DB8::7]>: Client host rejected: Access denied"
        record = hold(f"{TO_MAIL}\nC: /RCPT/\nS: {refusal}{END}", **ENVELOPE)
        assert result_of(record)["client"]["seen_as"] == "2001:db8::7"

    def test_a_literal_that_the_server_repeats_is_not_what_it_sees(self, hold: Hold) -> None:
        script = f"S: 220 mx\nC: EHLO [10.0.0.5]\nS: 250 mx.example.org Hello [10.0.0.5]{END}"
        assert result_of(hold(script, helo="[10.0.0.5]"))["client"]["seen_as"] is None

    def test_a_password_is_masked_even_as_an_address(self, hold: Hold) -> None:
        hello = self.HELLO.replace("250 ", "250-")
        login = {"login_user": "ann", "login_password": "203.0.113.7"}
        record = hold(
            f"{hello}\nS: 250 AUTH PLAIN\nC: /AUTH/\nS: 535 no{END}",
            allow_plaintext_auth=True,
            **login,
        )
        assert failed(record) == ("auth", "permanent", 535)
        assert "203.0.113.7" not in json.dumps(result_of(record))

    @pytest.mark.parametrize(
        ("password", "name"),
        [
            pytest.param("example", "mx.(not shown).org", id="a-part-of-the-name"),
            pytest.param("Hello", "mx.example.org", id="a-word-beside-the-name"),
            pytest.param("example.org Hello", "(not shown)", id="more-than-the-name"),
        ],
    )
    def test_a_password_among_the_words_of_a_server_hides_no_fact(
        self, hold: Hold, password: str, name: str
    ) -> None:
        result = result_of(hold(self.HELLO + END, login_user="ann", login_password=password))

        assert (result["server"]["name"], result["client"]["seen_as"]) == (name, "203.0.113.7")
        assert password not in str([one["lines"] for one in result["replies"]])

    @pytest.mark.parametrize(
        ("password", "queue_id"),
        [("queued", "4XyZ1234abc"), ("1234", "4XyZ(not shown)abc"), ("1234abc ok", "(not shown)")],
    )
    def test_a_password_in_the_reply_to_a_message_hides_no_queue_id(
        self, hold: Hold, password: str, queue_id: str
    ) -> None:
        record = hold(TO_MESSAGE + END, **ENVELOPE, message={})
        reply = Reply(250, ("2.0.0 Ok: queued as 4XyZ1234abc ok",))
        masking = Transcript(secret_pattern("ann", password))
        record = Record(record.plan, masking, message=record.message)
        record.note("message", ".", reply)

        assert result_of(record)["message"]["queue_id"] == queue_id

    def test_a_password_within_an_enhanced_code_does_not_hide_it(self, hold: Hold) -> None:
        refusal = f"S: 554 5.7.1 not from you{END}"
        record = hold(refusal, login_user="ann", login_password="7.1 not")

        result = result_of(record)
        greeting = result["replies"][0]
        assert greeting["lines"] == ["5.(not shown) from you"]
        assert result["failure"]["enhanced_code"] == greeting["enhanced_code"] == "5.7.1"

    def test_a_passing_dialogue_in_plain_text_imports_no_parser_of_facts(
        self, hold: Hold, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in [name for name in sys.modules if name.endswith((".seen_as", ".tcp_info"))]:
            monkeypatch.delitem(sys.modules, name)
        assert hold(TO_HELO + END).failure is None
        result_of(hold(TO_MESSAGE + END, **ENVELOPE, message={}))
        assert not [name for name in sys.modules if name.endswith((".seen_as", ".tcp_info"))]

    def test_a_failure_has_numbers_of_microseconds(self, hold: Hold) -> None:
        record = hold(TO_HELO + END)
        record.failure = Failure(
            "data",
            "timeout",
            "no answer within 4 s",
            errno="ETIMEDOUT",
            seconds=4.00000049,
            round_trip=0.0194999,
            tcp_info=TcpInfo(3, 4, 0.021, 1448, 1500, 0.019),
        )
        failure = result_of(record)["failure"]
        assert {name: failure[name] for name in ("errno", "seconds", "round_trip", "tcp_info")} == {
            "errno": "ETIMEDOUT",
            "seconds": 4.0,
            "round_trip": 0.0195,
            "tcp_info": {
                "unacked": 3,
                "retransmits": 4,
                "rtt": 0.021,
                "mss": 1448,
                "path_mtu": 1500,
            },
        }
