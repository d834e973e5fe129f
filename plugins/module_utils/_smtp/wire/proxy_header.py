# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The header that a load balancer puts in front of a connection (HAProxy's PROXY protocol). No I/O.

The server takes the source in it for the client, in place of the address that really connected.
"""

from __future__ import annotations

import socket
import struct
import typing as t

from ..._net.addresses import family_of

_SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
_VERSION_2_PROXY = 0x21
_TCP_OVER = {socket.AF_INET: 0x11, socket.AF_INET6: 0x21}


class ProxySpec(t.NamedTuple):
    """What the user wants in the header; what is None is as it is on the connection."""

    version: int
    source: str | None = None
    source_port: int | None = None
    destination: str | None = None
    destination_port: int | None = None


class ProxyHeader(t.NamedTuple):
    """A header: who connects to what, as the server is to believe."""

    version: int
    source: str
    source_port: int
    destination: str
    destination_port: int

    def __str__(self) -> str:
        """Return the header of version 1, which is readable."""
        family = "TCP6" if ":" in self.source else "TCP4"
        return (
            f"PROXY {family} {self.source} {self.destination}"
            f" {self.source_port} {self.destination_port}"
        )

    def as_bytes(self) -> bytes:
        """Return the header as it goes over the wire."""
        if self.version == 1:
            return str(self).encode("ascii") + b"\r\n"
        family = family_of(self.source)
        addresses = b"".join(socket.inet_pton(family, ip) for ip in (self.source, self.destination))
        ports = struct.pack("!HH", self.source_port, self.destination_port)
        body = addresses + ports
        return (
            _SIGNATURE + struct.pack("!BBH", _VERSION_2_PROXY, _TCP_OVER[family], len(body)) + body
        )


def header_for(spec: ProxySpec, client: tuple[str, int], server: tuple[str, int]) -> ProxyHeader:
    """Complete the wish with the two ends of the connection.

    Raises ValueError where source and destination are not of one address family.
    """
    header = ProxyHeader(
        spec.version,
        spec.source or client[0],
        client[1] if spec.source_port is None else spec.source_port,
        spec.destination or server[0],
        server[1] if spec.destination_port is None else spec.destination_port,
    )
    if family_of(header.source) != family_of(header.destination):
        raise ValueError(
            f"source {header.source} and destination {header.destination}"
            " are not of one address family"
        )
    return header
