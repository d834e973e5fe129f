# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses to connect to: of IP and of UNIX sockets. No I/O."""

from __future__ import annotations

import socket
import typing as t

FAMILIES = {
    "any": socket.AF_UNSPEC,
    "ipv4": socket.AF_INET,
    "ipv6": socket.AF_INET6,
}


class Address(t.NamedTuple):
    """One address to connect to: an IP address with a port, or the path of a UNIX socket."""

    family: int
    sockaddr: t.Any

    @property
    def is_path(self) -> bool:
        """Whether it is the path of a UNIX socket."""
        return isinstance(self.sockaddr, str)

    @property
    def ip(self) -> str:
        """The IP address, or the path, as text."""
        return self.sockaddr if self.is_path else str(self.sockaddr[0])

    def __str__(self) -> str:
        return self.ip if self.is_path else f"{self.ip} port {self.sockaddr[1]}"


def address_literal(ip: str) -> str:
    """Return an IP address as an address literal for HELO (RFC 5321 section 4.1.3).

    >>> address_literal("2001:db8::1%eth0")
    '[IPv6:2001:db8::1]'
    """
    if not ip:  # a UNIX socket is on this host
        ip = "127.0.0.1"
    return f"[IPv6:{ip.partition('%')[0]}]" if ":" in ip else f"[{ip}]"


def family_of(ip: str) -> socket.AddressFamily:
    """Return the address family of an IP address. Raises ValueError for any other text."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, ip)
        except (OSError, ValueError):  # the latter for a NUL character
            continue
        return family
    raise ValueError(f"{ip!r} is not an IP address")


def numeric_addresses(host: str, port: int, family: str) -> list[Address]:
    """Return the address of a host that is an IP address, or an empty list for a name."""
    try:
        return addresses_of(host, port, family, socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return []


def addresses_of(host: str, port: int, family: str, flags: int = 0) -> list[Address]:
    """Return what getaddrinfo() finds, each address once. It may block for minutes."""
    answers = socket.getaddrinfo(
        host, port, FAMILIES[family], socket.SOCK_STREAM, socket.IPPROTO_TCP, flags
    )
    return list(dict.fromkeys(Address(answer[0], answer[4]) for answer in answers))
