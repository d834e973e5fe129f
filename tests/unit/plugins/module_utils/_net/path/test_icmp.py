# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel keeps ICMP messages in a structure, and tells who sent them."""

from __future__ import annotations

import socket
import struct
import sys

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.icmp import (
    Icmp,
    icmp_of,
    parse_error,
    want_icmp,
)

ICMP, ICMPV6, LOCAL = 2, 3, 1


def error(origin: int, icmp_type: int, code: int, sender: bytes = b"") -> bytes:
    """Return a struct sock_extended_err with the address of a sender."""
    return struct.pack("=IBBBBII", 113, origin, icmp_type, code, 0, 0, 0) + sender


def sender(ip: str) -> bytes:
    """Return a struct sockaddr_in or sockaddr_in6."""
    if ":" in ip:
        packed = socket.inet_pton(socket.AF_INET6, ip)
        return struct.pack("=HHI", socket.AF_INET6, 0, 0) + packed + struct.pack("=I", 0)
    return struct.pack("=HH", socket.AF_INET, 0) + socket.inet_aton(ip) + bytes(8)


@pytest.mark.parametrize(
    ("origin", "icmp_type", "code", "meaning"),
    [
        pytest.param(ICMP, 11, 0, "expired", id="TTL exceeded"),
        pytest.param(ICMP, 3, 0, "no route", id="network unreachable"),
        pytest.param(ICMP, 3, 1, "no host", id="host unreachable"),
        pytest.param(ICMP, 3, 3, "no port", id="port unreachable"),
        pytest.param(ICMP, 3, 10, "prohibited", id="host prohibited"),
        pytest.param(ICMP, 3, 13, "prohibited", id="communication prohibited"),
        pytest.param(ICMP, 3, 4, "other", id="too large"),
        pytest.param(ICMPV6, 3, 0, "expired", id="hop limit exceeded"),
        pytest.param(ICMPV6, 1, 0, "no route", id="no route over IPv6"),
        pytest.param(ICMPV6, 1, 1, "prohibited", id="prohibited over IPv6"),
        pytest.param(ICMPV6, 1, 3, "no host", id="address unreachable over IPv6"),
        pytest.param(ICMPV6, 1, 4, "no port", id="port unreachable over IPv6"),
    ],
)
def test_type_and_code_have_a_meaning(origin: int, icmp_type: int, code: int, meaning: str) -> None:
    ip = "10.0.1.1" if origin == ICMP else "fd00:1::1"
    assert parse_error(error(origin, icmp_type, code, sender(ip))) == Icmp(meaning, ip)


def test_only_the_end_of_a_ttl_is_called_expired() -> None:
    assert Icmp("expired", "10.0.1.1").expired
    assert not Icmp("prohibited", "10.0.1.1").expired


@pytest.mark.parametrize("cut", [0, 1, 15])
def test_a_structure_that_is_cut_short_is_no_message(cut: int) -> None:
    assert parse_error(error(ICMP, 11, 0)[:cut]) is None


def test_an_error_of_this_host_is_no_message() -> None:
    assert parse_error(error(LOCAL, 0, 0, sender("10.0.1.1"))) is None


@pytest.mark.parametrize("rest", [b"", b"\x02\x00", b"\xff\xff" + bytes(30)])
def test_a_sender_that_cannot_be_read_is_empty(rest: bytes) -> None:
    assert parse_error(error(ICMP, 11, 0, rest)) == Icmp("expired", "")


class TestASocket:
    @pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
    def test_a_socket_without_a_message_has_none(self, family: socket.AddressFamily) -> None:
        with socket.socket(family) as sock:
            assert want_icmp(sock) is sys.platform.startswith("linux")
            assert icmp_of(sock) is None

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="has no IP_RECVERR")
    def test_a_message_of_this_host_is_kept(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            assert want_icmp(sock)
            sock.connect(("127.0.0.1", port))
            sock.send(b"?")
            assert icmp_of(sock) == Icmp("no port", "127.0.0.1")

    def test_another_system_keeps_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "freebsd13")
        with socket.socket() as sock:
            assert not want_icmp(sock)

    def test_a_socket_that_is_closed_has_none(self) -> None:
        sock = socket.socket()
        sock.close()
        assert not want_icmp(sock)
        assert icmp_of(sock) is None
