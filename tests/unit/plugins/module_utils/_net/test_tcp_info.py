# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel tells how a connection fares, and what it does not tell is not made up."""

from __future__ import annotations

import select
import socket
import struct
import sys
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.tcp_info import (
    TcpInfo,
    parse_tcp_info,
    round_trip,
    tcp_info_of,
)
from ansible_collections.mailops.smtp.tests.unit.scripted import FilteredPort

ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="has no such TCP_INFO")
LONG = 10.0

# struct tcp_info of <linux/tcp.h> up to tcpi_total_retrans, as Linux 2.6 has it, and from there up
# to tcpi_min_rtt, as Linux 4.6 has it.
OLD_STRUCT = struct.Struct("8B 24I")
NEW_FIELDS = struct.Struct("4Q 4I")
SND_MSS, UNACKED, PMTU, RTT = 2, 4, 13, 15


def packed(retransmits: int = 0, **words: int) -> bytes:
    """Return the structure of an old kernel with these values, and another value elsewhere."""
    numbers = [77] * 24
    for name, value in words.items():
        numbers[globals()[name]] = value
    return OLD_STRUCT.pack(1, 9, retransmits, 9, 9, 9, 9, 9, *numbers)


def min_rtt(microseconds: int) -> bytes:
    """Return the fields that newer kernels add."""
    return NEW_FIELDS.pack(1, 2, 3, 4, 5, 6, 7, microseconds)


class TestTheStructure:
    @pytest.mark.parametrize(
        ("data", "info"),
        [
            pytest.param(
                packed(4, SND_MSS=1448, UNACKED=3, PMTU=1500, RTT=24_500) + min_rtt(19_000),
                TcpInfo(3, 4, 0.0245, 1448, 1500, 0.019),
                id="packets get lost",
            ),
            pytest.param(
                packed(0, SND_MSS=1448, UNACKED=0, PMTU=1500, RTT=24_500),
                TcpInfo(0, 0, 0.0245, 1448, 1500, None),
                id="an old kernel does not know the shortest round trip",
            ),
            pytest.param(
                packed(6, SND_MSS=524, UNACKED=1, PMTU=1500, RTT=0) + min_rtt(0xFFFFFFFF),
                TcpInfo(1, 6, None, 524, 1500, None),
                id="nothing has come back yet",
            ),
        ],
    )
    def test_it_is_read_by_its_offsets(self, data: bytes, info: TcpInfo) -> None:
        assert parse_tcp_info(data) == info

    @pytest.mark.parametrize("size", [0, 7, 68, 103])
    def test_less_than_the_oldest_kernel_has_is_not_read(self, size: int) -> None:
        assert parse_tcp_info(packed()[:size]) is None

    def test_the_result_has_what_the_module_documents(self) -> None:
        assert TcpInfo(3, 4, 0.0245, 1448, 1500, 0.019).as_result() == {
            "unacked": 3,
            "retransmits": 4,
            "rtt": 0.0245,
            "mss": 1448,
            "path_mtu": 1500,
        }


class TestTheRoundTrip:
    @pytest.mark.parametrize(
        ("rtt", "shortest", "handshake", "expected"),
        [
            pytest.param(0.060, 0.020, 0.021, 0.020, id="acknowledgements come late"),
            pytest.param(0.020, None, 1.020, 0.020, id="the first packet was lost"),
            pytest.param(None, None, 0.021, 0.021, id="only the handshake was timed"),
            pytest.param(0.060, None, None, 0.060, id="the handshake was not timed"),
            pytest.param(None, None, None, None, id="nothing was timed"),
        ],
    )
    def test_it_is_the_shortest_that_is_known(
        self,
        rtt: float | None,
        shortest: float | None,
        handshake: float | None,
        expected: float | None,
    ) -> None:
        assert round_trip(TcpInfo(0, 0, rtt, 1448, 1500, shortest), handshake) == expected

    def test_the_handshake_is_enough(self) -> None:
        assert round_trip(None, 0.021) == 0.021


@pytest.fixture
def ends() -> t.Iterator[tuple[socket.socket, socket.socket]]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        with socket.create_connection(listener.getsockname()) as ours:
            theirs = listener.accept()[0]
            with theirs:
                yield ours, theirs


@ON_LINUX
class TestARealSocket:
    def test_a_server_that_never_answers_has_received_everything(
        self, ends: tuple[socket.socket, socket.socket]
    ) -> None:
        ours, theirs = ends
        ours.sendall(b"DATA\r\n" * 700)
        select.select([theirs], [], [], LONG)  # its kernel has it, the server does not read it

        info = tcp_info_of(ours)

        assert info is not None
        assert (info.unacked, info.retransmits) == (0, 0)
        assert info.rtt is not None
        assert 0 < info.rtt < LONG
        assert round_trip(info, LONG) == info.min_rtt
        assert 500 < info.mss < info.path_mtu

    def test_the_round_trip_is_known_after_a_reset(
        self, ends: tuple[socket.socket, socket.socket]
    ) -> None:
        ours, theirs = ends
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        theirs.close()
        with pytest.raises(ConnectionResetError):
            ours.recv(1)

        info = tcp_info_of(ours)

        assert info is not None
        assert info.rtt is not None

    def test_a_packet_without_an_answer_is_not_acknowledged(self) -> None:
        with FilteredPort() as port, socket.socket() as ours:
            ours.setblocking(False)
            ours.connect_ex((port.host, port.port))

            info = tcp_info_of(ours)

        assert info is not None
        assert (info.unacked, info.rtt, info.min_rtt) == (1, None, None)


class TestWhereItIsNotKnown:
    def test_a_unix_socket_has_no_tcp(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX)
        with ours, theirs:
            assert tcp_info_of(ours) is None

    def test_a_socket_that_is_closed_has_no_connection(
        self, ends: tuple[socket.socket, socket.socket]
    ) -> None:
        ours, _theirs = ends
        ours.close()
        assert tcp_info_of(ours) is None

    @pytest.mark.parametrize("system", ["darwin", "freebsd14"])
    def test_another_system_has_another_structure(
        self,
        ends: tuple[socket.socket, socket.socket],
        monkeypatch: pytest.MonkeyPatch,
        system: str,
    ) -> None:
        monkeypatch.setattr(sys, "platform", system)
        assert tcp_info_of(ends[0]) is None
