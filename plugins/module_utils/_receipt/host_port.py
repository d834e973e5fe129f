# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The host and port of a server as users write it. No I/O."""

from __future__ import annotations

import ipaddress
import re

MAX_PORT = 65535

_BRACKETED = re.compile(r"\[(?P<host>[^\[\]]*)\](?::(?P<port>[^:]*))?")
_WITH_PORT = re.compile(r"(?P<host>[^:]+):(?P<port>[^:]*)")


def host_and_port(text: str) -> tuple[str, int | None]:
    """Return the host of a server, and its port or None. Raises ValueError.

    An IPv6 address with a port is written in brackets, as in a URL (RFC 3986 section 3.2.2).

    >>> host_and_port("mail.example.com:993")
    ('mail.example.com', 993)
    >>> host_and_port("[::1]")
    ('::1', None)
    """
    if "://" in text:
        scheme = text.partition("://")[0]
        raise ValueError(f"must be the name of the server alone, without {scheme}://")
    if not re.fullmatch(r"\S+", text) or not text.isprintable() or not text.strip("."):
        raise ValueError("must be a host name or an IP address, which may have a port")
    match = _BRACKETED.fullmatch(text) or _WITH_PORT.fullmatch(text)
    host = match.group("host") if match else text
    if (":" in host or text.startswith("[")) and not _is_ipv6(host):
        raise ValueError(f"contains {host}, which is not an IPv6 address")
    if "[" in host or "]" in host:
        raise ValueError("must be a host name or an IP address, which may have a port")
    port = match.group("port") if match else None
    return host, None if port is None else _port(port)


def name_in_certificate(host: str) -> str:
    """Return a host as it is written in SNI and in certificates.

    That is without a final dot (RFC 6066 section 3), and without the zone of an IPv6 address.
    """
    name = host[:-1] if host.endswith(".") else host
    return name.partition("%")[0] if ":" in name else name


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text.partition("%")[0])
    except ValueError:
        return False
    return True


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or not 0 < int(text) <= MAX_PORT:
        raise ValueError(f"must have a port between 1 and {MAX_PORT} behind the colon")
    return int(text)
