# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server as people write it in, the options of a dialogue with it out. No I/O.

`relay`, `relay:587`, `[2001:db8::1]:25`, `smtp://relay:587`, `smtps://relay`, `lmtp://host:24` and
`lmtp:/run/socket` are understood.
"""

from __future__ import annotations

import re
import socket
import typing as t

# What each scheme says beside the host. The port that belongs to it is left to the module.
_SCHEMES: dict[str, dict[str, t.Any]] = {
    "smtp": {},
    "smtps": {"tls": "implicit"},
    "lmtp": {"protocol": "lmtp"},
}

_EXAMPLES = "relay, relay:587, [2001:db8::1]:25 or smtps://relay"

_MAX_PORT = 65535

# Letters that stand before a colon are a scheme where two slashes follow, or a path.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?=/)")

# An address in brackets or a name, and a port. A name is checked where it is used.
_SERVER = re.compile(r"(?:\[(?P<address>[^\[\]]*)\]|(?P<name>[^:\[\]]*))(?::(?P<port>.*))?")


def parse_server(text: str) -> dict[str, t.Any]:
    """Return the options that a text stands for: `host`, or `socket`, and what else it says.

    Raises ValueError, whose message tells what is wrong and what to write. It quotes nothing of
    a text that may hold a password.

    >>> parse_server("smtps://relay:4650")
    {'tls': 'implicit', 'host': 'relay', 'port': 4650}
    """
    text = text.strip()
    if not text:
        raise ValueError(f"it is empty; write {_EXAMPLES}")
    if re.search(r"[\s=]", text) or not text.isprintable():
        raise ValueError(
            f"a text is one server, such as {_EXAMPLES}; write options as a dictionary"
        )
    if "@" in text:
        raise ValueError("there is an @ in it; write the login as login_user and login_password")
    match = _SCHEME.match(text)
    if match is None:
        return _host_and_port(text)
    scheme, rest = match.group(1).lower(), text[match.end() :]
    if scheme not in _SCHEMES:
        raise ValueError(f"{scheme}: is none of smtp:, smtps: and lmtp:")
    if not rest.startswith("//") or rest.startswith("///"):
        return _socket(scheme, rest)
    server = rest[2:-1] if rest.endswith("/") else rest[2:]
    if re.search(r"[/?#]", server):
        raise ValueError(f"after the server there is a path or a query; write {scheme}://relay:587")
    return {**_SCHEMES[scheme], **_host_and_port(server)}


def _socket(scheme: str, path: str) -> dict[str, t.Any]:
    """Read what stands after the scheme as the path of a UNIX socket."""
    if scheme != "lmtp":
        raise ValueError(f"{scheme}: takes no path; write {scheme}://relay, or lmtp:/run/socket")
    return {**_SCHEMES[scheme], "socket": "/" + path.lstrip("/")}


def _host_and_port(server: str) -> dict[str, t.Any]:
    if _is_ipv6(server):
        return {"host": server}
    match = _SERVER.fullmatch(server)
    if match is None or (":" in (match.group("port") or "")):
        raise ValueError(
            f"{server!r} has several colons and is not an IPv6 address; write {_EXAMPLES}"
        )
    address, name, port = match.group("address", "name", "port")
    if address is not None and not _is_ipv6(address) and not _is_ipv4(address):
        raise ValueError(f"there is no IP address in the brackets of {server!r}")
    host = address or name
    if not host:
        raise ValueError(f"{server!r} has no host; write {_EXAMPLES}")
    return {"host": host} if port is None else {"host": host, "port": _port(port)}


def _port(port: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", port, re.ASCII) or not 0 < int(port) <= _MAX_PORT:
        raise ValueError(f"the port {port!r} is not a number from 1 to {_MAX_PORT}")
    return int(port)


def _is_ipv6(text: str) -> bool:
    """Whether a text is an IPv6 address, with or without a zone (RFC 4007 section 11)."""
    return _is_address(socket.AF_INET6, text.partition("%")[0])


def _is_ipv4(text: str) -> bool:
    return _is_address(socket.AF_INET, text)


def _is_address(family: int, text: str) -> bool:
    try:
        socket.inet_pton(family, text)
    except (OSError, ValueError):
        return False
    return True
