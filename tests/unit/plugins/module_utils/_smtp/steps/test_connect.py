# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection to the server, and the PROXY header."""

from __future__ import annotations

import socket
import typing as t

import pytest
from ansible_collections.mailops.smtp.tests.unit.dialogues import (
    END,
    TO_HELO,
    Hold,
    failed,
    offering,
    transcript_lines,
)
from ansible_collections.mailops.smtp.tests.unit.scripted import (
    FilteredPort,
    ScriptedServer,
    closed_port,
)
from ansible_collections.mailops.smtp.tests.unit.settle import result_of, sentence_of


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

    def test_the_next_address_is_tried_after_a_dead_one(
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
        lines = transcript_lines(record)
        assert lines[0] == "*: mx.example.org is ::1, 127.0.0.1"
        assert lines[1] == f"*: connecting to ::1 port {server.port}"
        assert lines[2].startswith(f"*: ::1 port {server.port}: ")
        assert lines[3] == f"*: connecting to 127.0.0.1 port {server.port}"

    def test_if_no_address_answers_each_is_named_with_its_reason(
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

    def test_the_source_address_is_used(self, scripted: t.Any, hold: Hold) -> None:
        server: ScriptedServer = scripted(TO_HELO + END)

        record = hold(host=server.host, port=server.port, source_address="127.0.0.9")

        server.join()
        assert server.peers == ["127.0.0.9"]
        assert result_of(record)["client"]["address"] == "127.0.0.9"

    def test_ipv6_is_used(self, scripted: t.Any, hold: Hold) -> None:
        try:
            server: ScriptedServer = scripted(
                "S: 220 mx\nC: /^EHLO /\nS: 250 mx" + END, family=socket.AF_INET6
            )
        except OSError as error:
            pytest.skip(f"this machine has no IPv6 loopback address: {error}")

        record = hold(host="::1", port=server.port)

        assert record.failure is None
        assert result_of(record)["server"]["address"] == "::1"


class TestProxy:
    def test_a_header_of_version_1_is_sent_before_the_greeting(self, hold: Hold) -> None:
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

    def test_a_header_of_version_2_is_binary(self, hold: Hold) -> None:
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

    def test_addresses_that_are_not_given_are_those_of_the_connection(
        self, scripted: t.Any, hold: Hold
    ) -> None:
        server: ScriptedServer = scripted(
            r"C: /^PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 \d+ \d+$/" + f"\n{offering()}{END}"
        )

        record = hold(host=server.host, port=server.port, proxy={"version": 1})

        assert record.failure is None

    def test_two_families_cannot_be_in_one_header(self, hold: Hold) -> None:
        record = hold("*: silence", proxy={"version": 1, "source": "2001:db8::1"})

        assert failed(record) == ("proxy", "unsupported", None)
