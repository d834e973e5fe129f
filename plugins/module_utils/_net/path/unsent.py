# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the kernel of this host cannot send the packets of a connection: TCP_INFO, on Linux only.

A rule of netfilter on this host that drops what goes out tells connect() nothing. But the kernel
counts a repeated packet as one on its way (`tcpi_retrans`) only if it was sent.
"""

from __future__ import annotations

import socket
import sys

# The offsets in struct tcp_info of <linux/tcp.h>, whose first 104 bytes are those of Linux 2.6.
_RETRANSMITS = 2  # one byte: how often the time for an answer was up
_RETRANS = 36  # the repeated packets that are on their way
_TOTAL_RETRANS = 100  # the packets that were to be repeated
_BYTES = 104


def is_unsent(sock: socket.socket) -> bool:
    """Return whether the kernel has tried to send the packets of a socket again, and could not."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        data = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _BYTES)
    except OSError:
        return False
    return parse_unsent(data)


def parse_unsent(data: bytes) -> bool:
    """Return whether a struct tcp_info is that of packets that could not be sent again."""
    if len(data) < _BYTES or not data[_RETRANSMITS]:
        return False
    # A packet that still waits in this host's own queue is not repeated at all.
    return _number(data, _TOTAL_RETRANS) > 0 and _number(data, _RETRANS) == 0


def _number(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 4], sys.byteorder)
