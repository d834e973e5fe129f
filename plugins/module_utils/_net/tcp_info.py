# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the kernel knows of a TCP connection: TCP_INFO of tcp(7), on Linux only.

It tells a silent server from a network that loses packets. The kernel of a silent server has
acknowledged everything that was sent, so no segment is unacknowledged. Lost segments are sent
again, and stay unacknowledged.
"""

from __future__ import annotations

import socket
import sys
import typing as t

# The offsets in struct tcp_info of <linux/tcp.h>. Newer kernels only add fields at its end: the
# first 104 bytes are those of Linux 2.6, and tcpi_min_rtt came with Linux 4.6.
_RETRANSMITS = 2  # one byte; all other fields have four
_SND_MSS = 16
_UNACKED = 24
_PMTU = 60
_RTT = 68
_MIN_RTT = 148
_BYTES_OF_OLD_KERNELS = 104
_BYTES = _MIN_RTT + 4

_MICROSECOND = 1e-6
_NOT_MEASURED = (0, 0xFFFFFFFF)


class TcpInfo(t.NamedTuple):
    """The state of a TCP connection.

    `unacked` is the number of segments that the other end has not acknowledged, and `retransmits`
    how often the kernel has sent the oldest of them again. `rtt` is the smoothed and `min_rtt` the
    shortest round trip in seconds, or None if it was not measured. `mss` is the size of a segment
    and `path_mtu` that of a packet, in bytes.
    """

    unacked: int
    retransmits: int
    rtt: float | None
    mss: int
    path_mtu: int
    min_rtt: float | None = None

    def as_result(self) -> dict[str, t.Any]:
        """Return the value of `failure.tcp_info` in the module's result."""
        return {
            "unacked": self.unacked,
            "retransmits": self.retransmits,
            "rtt": self.rtt,
            "mss": self.mss,
            "path_mtu": self.path_mtu,
        }


def tcp_info_of(sock: socket.socket) -> TcpInfo | None:
    """Return the state of the connection of a socket, or None if the system does not tell it."""
    if not sys.platform.startswith("linux"):  # other systems have another structure
        return None
    try:
        data = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _BYTES)
    except OSError:  # a UNIX socket, or a socket that is closed
        return None
    return parse_tcp_info(data)


def parse_tcp_info(data: bytes) -> TcpInfo | None:
    """Return the values in a struct tcp_info, or None if it is too short."""
    if len(data) < _BYTES_OF_OLD_KERNELS:
        return None
    return TcpInfo(
        unacked=_number(data, _UNACKED),
        retransmits=data[_RETRANSMITS],
        rtt=_seconds(data, _RTT),
        mss=_number(data, _SND_MSS),
        path_mtu=_number(data, _PMTU),
        min_rtt=_seconds(data, _MIN_RTT) if len(data) >= _BYTES else None,
    )


def round_trip(info: TcpInfo | None, handshake_seconds: float | None) -> float | None:
    """Return the shortest round trip that is known, in seconds, or None.

    The smoothed round trip is too long if a server delays its acknowledgements (RFC 1122 section
    4.2.3.2), and a TCP handshake takes longer if its first packet is lost. The shortest of all is
    closest to what the network needs.
    """
    measured = (info.min_rtt, info.rtt) if info is not None else ()
    known = [seconds for seconds in (*measured, handshake_seconds) if seconds is not None]
    return min(known) if known else None


def _number(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 4], sys.byteorder)


def _seconds(data: bytes, offset: int) -> float | None:
    microseconds = _number(data, offset)
    return None if microseconds in _NOT_MEASURED else round(microseconds * _MICROSECOND, 6)
