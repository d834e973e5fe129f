# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The header that a load balancer sends first on a connection (HAProxy's PROXY protocol). No I/O.

The server uses the source in the header as the client, instead of the address that connected.
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
    """The header that the user wants. None stands for the value of the connection."""

    version: int
    source: str | None = None
    source_port: int | None = None
    destination: str | None = None
    destination_port: int | None = None


class ProxyHeader(t.NamedTuple):
    """A header, with the source and destination that the server is to assume."""

    version: int
    source: str
    source_port: int
    destination: str
    destination_port: int

    def __str__(self) -> str:
        """Return the header of version 1, which is text, also for a header of version 2."""
        family = "TCP6" if ":" in self.source else "TCP4"
        return (
            f"PROXY {family} {self.source} {self.destination}"
            f" {self.source_port} {self.destination_port}"
        )

    def as_bytes(self) -> bytes:
        """Return the bytes to send."""
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
    """Return the header, with the values of the connection where the user has set none.

    `client` and `server` are IP address and port. Raises ValueError if source and destination are
    not of the same address family.
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
            " are not of the same address family"
        )
    return header
