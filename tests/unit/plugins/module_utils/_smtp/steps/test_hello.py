# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The greeting, EHLO and HELO, and the capabilities."""

from __future__ import annotations

import socket
import threading

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.steps import hello
from ansible_collections.mailops.smtp.tests.unit.dialogues import (
    END,
    TO_HELO,
    Hold,
    failed,
    stages,
)
from ansible_collections.mailops.smtp.tests.unit.settle import result_of


class TestGreeting:
    def test_nothing_is_sent_before_its_last_line(self, hold: Hold) -> None:
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

    def test_a_server_of_another_protocol_is_a_protocol_failure(self, hold: Hold) -> None:
        record = hold("S: SSH-2.0-OpenSSH_9.2p1 Debian-2")

        assert failed(record) == ("greeting", "protocol", None)
        assert record.failure is not None
        assert record.failure.text == "not an SMTP reply: SSH-2.0-OpenSSH_9.2p1 Debian-2"

    def test_a_silent_server_is_a_time_out_and_gets_no_quit(self, hold: Hold) -> None:
        record = hold("*: silence", timeout=0.1)

        assert failed(record) == ("greeting", "timeout", None)
        assert record.failure is not None
        assert record.failure.text == "no answer within 0.1 s"


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

    @pytest.mark.parametrize("option", ["expect_capabilities", "forbid_capabilities"])
    @pytest.mark.parametrize(
        ("stage", "script"),
        [("greeting", "S: 554 no"), ("helo", "S: 220 mx\nC: EHLO client.example.com\nS: 554 no")],
    )
    def test_an_expected_refusal_leaves_the_capabilities_unjudged(
        self, hold: Hold, stage: str, script: str, option: str
    ) -> None:
        record = hold(script + END, expect={stage: ["554"]}, **{option: ["SIZE"]})

        assert failed(record) == ("helo", "expectation", None)
        assert record.failure is not None
        assert record.failure.text == "the dialogue ended before EHLO was accepted: no capabilities"

    def test_a_host_without_a_name_sends_its_address(
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

    def test_expected_and_forbidden_capabilities_are_judged(self, hold: Hold) -> None:
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
