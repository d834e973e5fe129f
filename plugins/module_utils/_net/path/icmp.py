# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ICMP message that answered a packet: IP_RECVERR of ip(7), on Linux only.

Routers and hosts say why a packet goes no further, and who says so is their address. The error
number of connect() has less: EHOSTUNREACH stands for a dead host, a firewall, and a TTL that ended.
"""

from __future__ import annotations

import socket
import struct
import sys
import typing as t

# Python has no names for them. The numbers are those of <linux/in.h> and <linux/in6.h>.
_IP_RECVERR = 11
_IPV6_RECVERR = 25

# struct sock_extended_err of <linux/errqueue.h>, and the origins of errors in it.
_EXTENDED_ERROR = struct.Struct("=IBBBBII")
_FROM_ICMP, _FROM_ICMPV6 = 2, 3
_CONTROL_BYTES = 512

# The meanings of type and code (RFC 792, RFC 1812 section 5.2.7.1, RFC 4443 section 3).
_EXPIRED, _PROHIBITED, _NO_PORT, _NO_HOST, _NO_ROUTE = (
    "expired",
    "prohibited",
    "no port",
    "no host",
    "no route",
)
_MEANINGS = {
    4: {
        (11, 0): _EXPIRED,
        (3, 0): _NO_ROUTE,
        (3, 1): _NO_HOST,
        (3, 3): _NO_PORT,
        (3, 9): _PROHIBITED,
        (3, 10): _PROHIBITED,
        (3, 13): _PROHIBITED,
    },
    6: {
        (3, 0): _EXPIRED,
        (1, 0): _NO_ROUTE,
        (1, 1): _PROHIBITED,
        (1, 3): _NO_HOST,
        (1, 4): _NO_PORT,
        (1, 5): _PROHIBITED,
        (1, 6): _NO_ROUTE,
    },
}


class Icmp(t.NamedTuple):
    """An ICMP message: what it means, and the address of its sender.

    `meaning` is "expired" (the TTL came to its end), "prohibited" (by a firewall), "no port",
    "no host" (it does not answer ARP or neighbour discovery), "no route" or "other".
    """

    meaning: str
    sender: str

    @property
    def expired(self) -> bool:
        """Whether the packet ended because of its TTL."""
        return self.meaning == _EXPIRED


def want_icmp(sock: socket.socket) -> bool:
    """Have the kernel keep ICMP messages for a socket. Return whether it can."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        if sock.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVERR, 1)
        else:
            sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
    except OSError:
        return False
    return True


def icmp_of(sock: socket.socket) -> Icmp | None:
    """Return the ICMP message that the kernel has kept for a socket, or None.

    Linux before 5.9 keeps no message about a connection that is not established.
    """
    try:
        flags = socket.MSG_ERRQUEUE | socket.MSG_DONTWAIT
        _data, control, _flags, _peer = sock.recvmsg(1, _CONTROL_BYTES, flags)
    except (OSError, AttributeError):
        return None
    for level, kind, data in control:
        if (level, kind) in (
            (socket.IPPROTO_IP, _IP_RECVERR),
            (socket.IPPROTO_IPV6, _IPV6_RECVERR),
        ):
            return parse_error(data)
    return None


def parse_error(data: bytes) -> Icmp | None:
    """Return the message in a struct sock_extended_err, or None if no ICMP message caused it."""
    size = _EXTENDED_ERROR.size
    if len(data) < size:
        return None
    _errno, origin, icmp_type, code, *_rest = _EXTENDED_ERROR.unpack(data[:size])
    if origin not in (_FROM_ICMP, _FROM_ICMPV6):
        return None
    version = 4 if origin == _FROM_ICMP else 6
    meaning = _MEANINGS[version].get((icmp_type, code), "other")
    return Icmp(meaning, _sender(data[size:]))


def _sender(data: bytes) -> str:
    """Return the address in a struct sockaddr_in or sockaddr_in6, or an empty text."""
    family = int.from_bytes(data[:2], sys.byteorder)
    if family == socket.AF_INET and len(data) >= 8:
        return socket.inet_ntop(socket.AF_INET, data[4:8])
    if family == socket.AF_INET6 and len(data) >= 24:
        return socket.inet_ntop(socket.AF_INET6, data[8:24])
    return ""
