# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does the network lose large packets? Send as much as fills several, and look at TCP_INFO.

The kernel of a silent server has acknowledged everything. A path that loses large packets leaves
them unacknowledged, and the kernel of this host sends them again and again (RFC 2923 section 2.1).
With small segments, in both directions, everything goes through.
"""

from __future__ import annotations

import socket
import time
import typing as t

from ..errors import ProbeError
from ..network import SYSTEM
from ..stream import SocketStream, errno_name, reason_of

if t.TYPE_CHECKING:
    from ..addresses import Address
    from ..network import Network, Stream
    from ..tcp_info import TcpInfo

# The segments that every host takes (RFC 9293 section 3.7.1). Few paths lose them.
SMALL_SEGMENT_BYTES = 536


class Burst(t.NamedTuple):
    """What came of a burst: whether all of it was answered, and the state of the connection.

    `info` is None if the burst was answered, or if the system does not tell the state.
    """

    answered: bool
    info: TcpInfo | None = None

    @property
    def lost(self) -> bool:
        """Whether what was sent gets lost on the way, over and over."""
        return self.info is not None and self.info.unacked > 0 and self.info.retransmits > 0

    @property
    def taken(self) -> bool:
        """Whether the other end has all that was sent, and does not answer."""
        return not self.answered and self.info is not None and self.info.unacked == 0


class SmallSegments:
    """A network whose connections have small segments, in both directions."""

    @staticmethod
    def now() -> float:
        """Return the time of the monotonic clock."""
        return time.monotonic()

    @staticmethod
    def connect(address: Address, source_address: str | None, until: float) -> Stream:
        """Connect to one address. Raise ProbeError."""
        sock = socket.socket(address.family, socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SMALL_SEGMENT_BYTES)
            if source_address:
                sock.bind((source_address, 0))
            sock.settimeout(max(until - time.monotonic(), 0.01))
            sock.connect(address.sockaddr)
            return SocketStream(sock, address)
        except socket.timeout as error:
            sock.close()
            raise ProbeError("timeout", "no answer in time") from error
        except OSError as error:
            sock.close()
            raise ProbeError("connect", reason_of(error), errno=errno_name(error)) from error


def with_small_segments(network: Network) -> Network:
    """Return the same network with small segments. A network in memory has no segments."""
    return SmallSegments() if network is SYSTEM else network


def send_burst(stream: Stream, data: bytes, lines: int, until: float) -> Burst:
    """Send all of `data` at once, and wait for `lines` lines of replies.

    `until` is a time of the network's clock. Raise ProbeError if the connection is lost.
    """
    received = 0
    try:
        stream.send(data, until)
        while received < lines:
            received += stream.receive(until).count(b"\n")
    except ProbeError as error:
        if error.kind != "timeout":
            raise
        return Burst(False, error.tcp_info)
    return Burst(True)
