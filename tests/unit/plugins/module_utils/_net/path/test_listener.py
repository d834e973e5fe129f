# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes of an opening says what kind of listener it is."""

from __future__ import annotations

import socket

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.network import SYSTEM
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.listener import (
    WAIT,
    Answer,
    Opening,
    client_hello,
    open_each,
    open_one,
    protocol_of,
    shown,
    wait_and_open,
)
from ansible_collections.mailops.smtp.plugins.module_utils._net.resolver import BackgroundCall
from ansible_collections.mailops.smtp.tests.unit.memory import LOCAL, MemoryNetwork, MemoryStream

ADDRESS = MemoryStream.address


@pytest.mark.parametrize(
    ("data", "protocol", "text"),
    [
        (b"220 mx.example.org ESMTP\r\n", "SMTP", "220 mx.example.org ESMTP"),
        (b"554\r\n", "SMTP", "554"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH", "SSH-2.0-OpenSSH_9.2"),
        (b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n", "HTTP", "HTTP/1.1 400 Bad Request"),
        (b"<!DOCTYPE html>\n", "HTTP", "<!DOCTYPE html>"),
        (b"+OK ready\r\n", "POP3", "+OK ready"),
        (b"* OK IMAP4rev1\r\n", "IMAP", "* OK IMAP4rev1"),
        (b"\x16\x03\x03\x00\x7a", "TLS", "a handshake"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "TLS", "an alert"),
        (b"\x15\x07", "", "\\x15\\x07"),
        (b"2200 bottles\r\n", "", "2200 bottles"),
        (b"\x1b[2J\n220 no", "", "\\x1b[2J"),
    ],
)
def test_the_first_bytes_tell_the_protocol(data: bytes, protocol: str, text: str) -> None:
    assert (protocol_of(data), shown(data)) == (protocol, text)


def test_only_220_greets() -> None:
    assert Answer("answered", "SMTP", "220 mx.example.org").greets
    assert not Answer("answered", "SMTP", "554 no").greets
    assert not Answer("answered", "", "220").greets


class TestAnOpening:
    def test_a_server_that_greets_is_answered_after_its_time(self) -> None:
        network = MemoryNetwork("*: hush\nS: 220 mx.example.org")
        answer = open_one(network, ADDRESS, WAIT, network.now() + 60)
        assert answer.greets
        assert answer.seconds > 0

    def test_silence_takes_until_the_end(self) -> None:
        network = MemoryNetwork("*: silence")
        assert open_one(network, ADDRESS, WAIT, network.now() + 5) == Answer("silent", seconds=5.0)

    @pytest.mark.parametrize("end", ["close", "reset"])
    def test_a_server_that_hangs_up_has_closed(self, end: str) -> None:
        network = MemoryNetwork(f"*: {end}")
        assert open_one(network, ADDRESS, WAIT, network.now() + 5).state == "closed"

    def test_a_server_that_is_not_there_is_not_connected(self) -> None:
        network = MemoryNetwork()
        answer = open_one(network, ADDRESS, WAIT, network.now() + 5)
        assert (answer.state, answer.text) == ("not connected", "Connection refused")

    def test_the_first_bytes_are_made_of_both_ends(self) -> None:
        network = MemoryNetwork("C: from 40025 to 25\nS: 220 mx.example.org")

        def first(own: tuple[str, int], other: tuple[str, int]) -> bytes:
            assert own == LOCAL
            return b"from %d to %d\r\n" % (own[1], other[1])

        opening = Opening("first", first)
        assert open_one(network, ADDRESS, opening, network.now() + 5).greets
        network.join()

    def test_answers_come_in_the_order_of_the_openings(self) -> None:
        network = MemoryNetwork("S: 220 first", "S: 220 second")
        answers = open_each(network, ADDRESS, [WAIT, WAIT], network.now() + 5)
        assert sorted(answer.text for answer in answers) == ["220 first", "220 second"]

    def test_no_more_is_kept_than_needed(self) -> None:
        network = MemoryNetwork("S: 220-" + "x" * 10000)
        assert len(open_one(network, ADDRESS, WAIT, network.now() + 5).text) <= 512


class TestAGreetingOfManyLines:
    def test_it_is_read_to_its_end(self) -> None:
        network = MemoryNetwork("S: 220-mx.example.org\n*: hush\nS: 220 ready")
        answer = open_one(network, ADDRESS, WAIT, network.now() + 60)
        assert answer.greets
        assert answer.whole
        assert answer.seconds > 0

    @pytest.mark.parametrize("end", ["silence", "close"])
    def test_it_may_have_no_end(self, end: str) -> None:
        network = MemoryNetwork(f"S: 220-mx.example.org\n*: {end}")
        answer = open_one(network, ADDRESS, WAIT, network.now() + 60)
        assert answer.greets
        assert not answer.whole


class TestWaiting:
    OTHER = Opening("other", lambda _own, _other: b"PROXY\r\n")

    def test_a_server_that_speaks_gets_no_other_opening(self) -> None:
        network = MemoryNetwork("S: 220-mx.example.org\n*: silence")
        first, others = wait_and_open(network, ADDRESS, [self.OTHER], network.now() + 5)
        assert (first.greets, others) == (True, [])

    def test_one_whose_greeting_takes_its_time_gets_none_either(self) -> None:
        """A real server, since the clock of one in memory does not wait for a thread."""
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            address = Address(socket.AF_INET, listener.getsockname())
            call = BackgroundCall(
                lambda: wait_and_open(SYSTEM, address, [self.OTHER], SYSTEM.now() + 60)
            )
            server, _peer = listener.accept()
            with server:
                server.sendall(b"220-mx.example.org\r\n")
                listener.settimeout(1.0)  # longer than the time until others would be opened
                with pytest.raises(socket.timeout):
                    listener.accept()
                server.sendall(b"220 ready\r\n")
                first, others = call.wait(60)
        assert (first.greets, first.whole, others) == (True, True, [])

    @pytest.mark.parametrize("end", ["silence", "close"])
    def test_one_that_says_nothing_gets_the_others(self, end: str) -> None:
        network = MemoryNetwork(f"*: {end}", "C: PROXY\nS: 220 mx.example.org")
        first, (other,) = wait_and_open(network, ADDRESS, [self.OTHER], network.now() + 5)
        assert first.state == ("silent" if end == "silence" else "closed")
        assert other.state in ("answered", "silent")  # the clock may have gone on meanwhile


@pytest.mark.parametrize("name", ["mx.example.org", ""])
def test_a_client_hello_begins_a_handshake_and_names_the_server(name: str) -> None:
    hello = client_hello(name)
    assert hello[:2] == b"\x16\x03"
    assert hello[5] == 1  # the message is a ClientHello
    assert (b"mx.example.org" in hello) is bool(name)
