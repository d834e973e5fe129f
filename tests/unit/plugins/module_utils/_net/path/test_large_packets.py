# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A burst is answered, taken in silence, or lost, and small segments tell the last two apart.

tests/interop/test_diagnosis_network.py sends bursts over a path that loses large packets.
"""

from __future__ import annotations

import socket
import time

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import ProbeError
from ansible_collections.mailops.smtp.plugins.module_utils._net.network import SYSTEM
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.large_packets import (
    SMALL_SEGMENT_BYTES,
    Burst,
    SmallSegments,
    send_burst,
    with_small_segments,
)
from ansible_collections.mailops.smtp.plugins.module_utils._net.tcp_info import TcpInfo
from ansible_collections.mailops.smtp.tests.unit.memory import MemoryNetwork, MemoryStream
from ansible_collections.mailops.smtp.tests.unit.scripted import FilteredPort, closed_port

LONG = 10.0
LOST = TcpInfo(3, 4, 0.02, 1448, 1500)
TAKEN = TcpInfo(0, 0, 0.02, 1448, 1500)


@pytest.mark.parametrize(
    ("burst", "lost", "taken"),
    [
        pytest.param(Burst(True), False, False, id="answered"),
        pytest.param(Burst(False, LOST), True, False, id="lost"),
        pytest.param(Burst(False, TAKEN), False, True, id="taken"),
        pytest.param(Burst(False, LOST._replace(retransmits=0)), False, False, id="on its way"),
        pytest.param(Burst(False), False, False, id="the system does not tell"),
    ],
)
def test_the_state_of_a_connection_tells_lost_from_taken(
    burst: Burst, lost: bool, taken: bool
) -> None:
    assert (burst.lost, burst.taken) == (lost, taken)


class TestABurst:
    def stream(self, network: MemoryNetwork) -> MemoryStream:
        return network.connect(MemoryStream.address, None, network.now())

    def test_all_lines_must_be_answered(self) -> None:
        network = MemoryNetwork("C: RSET\nS: 250 OK\nC: RSET\nS: 250 OK")
        stream = self.stream(network)
        assert send_burst(stream, b"RSET\r\nRSET\r\n", 2, network.now() + 5) == Burst(True)

    def test_part_of_an_answer_is_none(self) -> None:
        network = MemoryNetwork("C: RSET\nS: 250 OK")
        network.tcp_info = LOST
        stream = self.stream(network)
        found = send_burst(stream, b"RSET\r\nRSET\r\n", 2, network.now() + 5)
        assert found == Burst(False, LOST)

    def test_a_connection_that_is_lost_is_no_answer(self) -> None:
        network = MemoryNetwork("C: RSET\n*: close")
        with pytest.raises(ProbeError) as raised:
            send_burst(self.stream(network), b"RSET\r\n", 1, network.now() + 5)
        assert raised.value.kind == "disconnect"


class TestSmallSegments:
    def test_they_are_small_in_both_directions(self) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            address = Address(socket.AF_INET, listener.getsockname())
            stream = SmallSegments().connect(address, "127.0.0.1", time.monotonic() + LONG)
            server, _peer = listener.accept()
            with server:
                sizes = server.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)
            stream.close()
        assert stream.local[0] == "127.0.0.1"
        assert sizes <= SMALL_SEGMENT_BYTES

    def test_a_closed_port_is_refused(self) -> None:
        address = Address(socket.AF_INET, ("127.0.0.1", closed_port()))
        with pytest.raises(ProbeError) as raised:
            SmallSegments().connect(address, None, time.monotonic() + LONG)
        assert (raised.value.kind, raised.value.errno) == ("connect", "ECONNREFUSED")

    def test_a_filtered_port_times_out(self) -> None:
        with FilteredPort() as port:
            address = Address(socket.AF_INET, (port.host, port.port))
            with pytest.raises(ProbeError) as raised:
                SmallSegments().connect(address, None, time.monotonic() + 0.05)
        assert raised.value.kind == "timeout"

    def test_the_clock_is_that_of_the_system(self) -> None:
        assert SYSTEM.now() <= SmallSegments().now() <= SYSTEM.now()

    def test_only_the_system_has_segments(self) -> None:
        network = MemoryNetwork()
        assert with_small_segments(network) is network
        assert isinstance(with_small_segments(SYSTEM), SmallSegments)
