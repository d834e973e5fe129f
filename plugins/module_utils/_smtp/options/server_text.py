# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server as people write it in, the module's options for it out. No I/O.

A text may be anything: a whole account, or options that somebody has put into one string. So no
problem quotes any part of a text.
"""

from __future__ import annotations

import re
import socket
import typing as t

Options = t.Dict[str, t.Any]

# What each scheme says of the server. `smtps` is no registered name, but everybody writes it: it is
# the port for TLS from the first byte (RFC 8314, section 7.3), which is the module's default then.
_SCHEMES: dict[str, Options] = {
    "smtp": {},
    "smtps": {"tls": "implicit"},
    "lmtp": {"protocol": "lmtp"},
}

# A path of a socket. Postfix writes lmtp:unix:/path, Dovecot and nginx unix:/path. LMTP is what is
# spoken over a socket.
_SOCKET = re.compile(r"(?:lmtp|unix|lmtp:unix):(?://)?(/(?!/).*)", re.I)

# As in RFC 3986, section 3.1. Where no slashes follow it may be a name with its port.
_URL = re.compile(r"([a-z][a-z0-9+.-]*)://(.*)", re.I)

# An address in brackets may say so itself (RFC 5321, section 4.1.3).
_BRACKETS = re.compile(r"\[(?:IPv6:)?([^\[\]]*)\](.*)", re.I)

# In a name there is no other character of ASCII, and outside it whatever can be seen.
_NAME = re.compile(r"[A-Za-z0-9._\-\u0080-\U0010ffff]+")

# The longest name of RFC 1035 has 255 characters, the longest path of a socket less.
_MAX_LENGTH = 1000

_EXAMPLE = "write a server such as relay.example.com or relay.example.com:587"


def parse_server(text: str) -> Options:
    """Return the options `host`, `port`, `tls`, `protocol` and `socket` that a text stands for.

    Raise ValueError, which says what is wrong and what to write, and quotes nothing of the text.
    """
    text = text.strip()
    _check_characters(text)
    at_socket = _SOCKET.fullmatch(text)
    if at_socket:
        return {"socket": at_socket.group(1), "protocol": "lmtp"}
    if "@" in text:
        raise ValueError(
            "has a user in it; write the server alone, and the user as login_user and"
            " login_password"
        )
    url = _URL.fullmatch(text)
    if url is None:
        return _host_and_port(text)
    scheme, rest = url.groups()
    if scheme.lower() not in _SCHEMES:
        raise ValueError(_unknown_scheme(scheme.lower()))
    return {**_host_and_port(_without_path(rest)), **_SCHEMES[scheme.lower()]}


def _check_characters(text: str) -> None:
    """Raise ValueError for what no server has, however it is written."""
    if not text:
        raise ValueError(f"is empty; {_EXAMPLE}")
    if len(text) > _MAX_LENGTH:
        raise ValueError(f"is too long for a server; {_EXAMPLE}")
    if "=" in text and "?" not in text:
        raise ValueError(
            "is a text with options in it; write a dictionary, such as"
            " {host: relay.example.com, port: 587}"
        )
    if re.search(r"\s", text) or not text.isprintable():
        raise ValueError(f"has blanks in it; {_EXAMPLE}")
    if "," in text:
        raise ValueError("has a comma in it; write one server, and several as a list")


def _unknown_scheme(scheme: str) -> str:
    """Say which scheme was meant, without the one that was written."""
    import difflib

    near = difflib.get_close_matches(scheme, _SCHEMES, 1)
    meant = f"; did you mean {near[0]}://?" if near else ""
    return f"begins with a scheme that is none of smtp://, smtps:// and lmtp://{meant}"


def _without_path(rest: str) -> str:
    """Return what a URL has between its scheme and its end, which one slash may be."""
    if rest.endswith("/"):
        rest = rest[:-1]
    if re.search(r"[/?#]", rest):
        raise ValueError(
            "has a path or a query after the server; write smtp://relay.example.com:587"
        )
    return rest


def _host_and_port(text: str) -> Options:
    """Read HOST, HOST:PORT, [HOST]:PORT and an IPv6 address without brackets."""
    in_brackets = _BRACKETS.fullmatch(text)
    if in_brackets:
        host, rest = in_brackets.groups()
        if rest and not rest.startswith(":"):
            raise ValueError("has something else than a port after the bracket; write [HOST]:PORT")
        return {"host": _host(host), **(_port(rest[1:]) if rest else {})}
    if "[" in text or "]" in text:
        raise ValueError("has a bracket without the other; write [2001:db8::1]:25")
    if _is_ipv6(text):
        return {"host": text}
    host, colon, port = text.partition(":")
    if ":" in port:
        raise ValueError(
            "has several colons and is no IPv6 address; write HOST:PORT, or [2001:db8::1]:25"
        )
    return {"host": _host(host), **(_port(port) if colon else {})}


def _host(host: str) -> str:
    """Return a name or an address, which there has to be."""
    if not host:
        raise ValueError(f"has no host in it; {_EXAMPLE}")
    if ":" in host:
        if not _is_ipv6(host):
            raise ValueError("has no IPv6 address in the brackets; write [2001:db8::1]:25")
    elif not _NAME.fullmatch(host):
        raise ValueError(f"has characters that no server's name has; {_EXAMPLE}")
    return host


def _is_ipv6(host: str) -> bool:
    """Tell whether this is an IPv6 address, which may name its link: fe80::1%eth0 (RFC 4007)."""
    address, percent, link = host.partition("%")
    if percent and not re.fullmatch(r"[A-Za-z0-9._-]+", link):
        return False
    try:
        socket.inet_pton(socket.AF_INET6, address)
    except (OSError, ValueError):
        return False
    return True


def _port(digits: str) -> Options:
    """Read a port. Other digits than those of ASCII are none."""
    if not digits:
        raise ValueError("has no port after the colon; write relay.example.com:587")
    if not re.fullmatch(r"[0-9]{1,5}", digits) or not 0 < int(digits) <= 65535:
        raise ValueError("has no port from 1 to 65535 after the colon; write relay.example.com:587")
    return {"port": int(digits)}
