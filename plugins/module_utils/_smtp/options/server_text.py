# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Convert a server as people write it, such as relay:587, to options of the module. No I/O.

The text may contain a password by mistake. So no error message quotes any part of it.
"""

from __future__ import annotations

import re
import socket
import typing as t

from ..._net.nearest import nearest

Options = t.Dict[str, t.Any]

# The options of each scheme. `smtps` is not registered, but it is widely used for implicit TLS,
# whose default port is 465 (RFC 8314 section 7.3).
_SCHEMES: dict[str, Options] = {
    "smtp": {},
    "smtps": {"tls": "implicit"},
    "lmtp": {"protocol": "lmtp"},
}

# The path of a socket. Postfix writes lmtp:unix:/path, and Dovecot and nginx write unix:/path. The
# protocol over a socket is LMTP.
_SOCKET = re.compile(r"(?:lmtp|unix|lmtp:unix):(?://)?(/(?!/).*)", re.I)

# A scheme as in RFC 3986 section 3.1. Without the slashes, the text may be a name with a port.
_URL = re.compile(r"([a-z][a-z0-9+.-]*)://(.*)", re.I)

# An IPv6 address in brackets may begin with IPv6: (RFC 5321 section 4.1.3).
_BRACKETS = re.compile(r"\[(?:IPv6:)?([^\[\]]*)\](.*)", re.I)

# Of ASCII, a name contains letters, digits, dots, hyphens and underscores. An internationalized
# name contains any other characters, too. (Python compiles a set that names them much more slowly.)
_NAME = re.compile(r"[^\x00-,/:-@\[-^`{-\x7f]+")

# The last label of a name is not numeric (RFC 3696 section 2). The system would read 192.168.1 as
# 192.168.0.1, and 10 as 0.0.0.10, and another host would be asked.
_NUMERIC = re.compile(r"(?:.*\.)?[0-9]+\.?")

# The longest label of a name, in octets (RFC 1035 section 2.3.4).
_MAX_LABEL = 63

# A name has at most 255 characters (RFC 1035), and the path of a socket has fewer.
_MAX_LENGTH = 1000

# The ports of mail that follow the name of a server, and are hardly the value of another option.
_MAIL_PORTS = ("24", "25", "465", "587", "2525")

_EXAMPLE = "write a server such as relay.example.com or relay.example.com:587"


def parse_server(text: str) -> Options:
    """Return those of the options host, port, tls, protocol and socket that a text contains.

    Raise ValueError, which says what is wrong and what to write, and does not quote the text.
    """
    text = text.strip()
    _check_characters(text)
    at_socket = _SOCKET.fullmatch(text)
    if at_socket:
        return {"socket": at_socket.group(1), "protocol": "lmtp"}
    if "@" in text:
        raise ValueError(
            "contains a user; write only the server, and the user in login_user and login_password"
        )
    url = _URL.fullmatch(text)
    if url is None:
        return _host_and_port(text)
    scheme, rest = url.groups()
    if scheme.lower() not in _SCHEMES:
        raise ValueError(_unknown_scheme(scheme.lower()))
    return {**_host_and_port(_without_path(rest)), **_SCHEMES[scheme.lower()]}


def blank_problem(given: t.Mapping[t.Any, t.Any], known: t.Collection[str]) -> str | None:
    """Return what is wrong with a dictionary that is to be a server, as YAML reads `relay: 587`.

    `known` are the options that a dictionary may have. A misspelt one is not meant.
    """
    if len(given) != 1:
        return None
    name, port = next(iter(given.items()))
    has_port = str(port).isdecimal() or (port is None and "." in str(name))
    if name in known or not has_port:
        return None
    meant = nearest(name, known)
    is_server = "." in str(name) or str(port) in _MAIL_PORTS
    if meant == "port" or (meant and not is_server):
        return None
    return "is a dictionary, because no port follows its colon at once; write relay:587"


def parse_name(text: str) -> str:
    """Return a text that is a name or an address alone. Raise ValueError, as parse_server does."""
    problem = "must be a name or an IP address alone, such as relay.example.com, without port or *"
    try:
        found = parse_server(text)
    except ValueError as error:
        raise ValueError(problem) from error
    if set(found) != {"host"} or "/" in text:
        raise ValueError(problem)
    return str(found["host"])


def parse_domain(text: str) -> str:
    """Return a text that is a domain. Raise ValueError, as parse_server does."""
    problem = "must be a domain alone, such as example.com, without user@, port or scheme"
    try:
        name = parse_name(text)
    except ValueError as error:
        raise ValueError(problem) from error
    if _is_ipv6(name) or _is_address(socket.AF_INET, name):
        raise ValueError(f"{problem}; write an IP address in host")
    return name


def _check_characters(text: str) -> None:
    """Raise ValueError if a text cannot be a server in any notation."""
    if not text:
        raise ValueError(f"is empty; {_EXAMPLE}")
    if len(text) > _MAX_LENGTH:
        raise ValueError(f"is too long for a server; {_EXAMPLE}")
    if "=" in text and "?" not in text:
        raise ValueError(
            "is a text that contains options; write a dictionary, such as"
            " {host: relay.example.com, port: 587}"
        )
    if re.search(r"\s", text) or not text.isprintable():
        raise ValueError(f"contains blanks or control characters; {_EXAMPLE}")
    if "," in text:
        raise ValueError("contains a comma; write one server, or a list of servers")


def _unknown_scheme(scheme: str) -> str:
    """Return the problem of an unknown scheme, with the nearest scheme as a suggestion."""
    near = nearest(scheme, _SCHEMES)
    meant = f"; did you mean {near}://?" if near else ""
    return f"begins with an unknown scheme; write smtp://, smtps:// or lmtp://{meant}"


def _without_path(rest: str) -> str:
    """Return the server of a URL without its scheme. One slash may follow the server."""
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
            raise ValueError("has no port after the bracket; write [HOST]:PORT")
        return {"host": _host(host), **(_port(rest[1:]) if rest else {})}
    if "[" in text or "]" in text:
        raise ValueError("has only one bracket; write [2001:db8::1]:25")
    if _is_ipv6(text):
        return {"host": text}
    host, colon, port = text.partition(":")
    if ":" in port:
        raise ValueError(
            "has several colons and is not an IPv6 address; write HOST:PORT, or [2001:db8::1]:25"
        )
    if host.lower() in _SCHEMES and port and not port.isdecimal():
        raise ValueError("has no slashes after the scheme; write smtp://relay.example.com:587")
    return {"host": _host(host), **(_port(port) if colon else {})}


def _host(host: str) -> str:
    """Return a name or an address. Raise ValueError if it is neither."""
    if not host:
        raise ValueError(f"has no host; {_EXAMPLE}")
    if ":" in host:
        if not _is_ipv6(host):
            raise ValueError("has no IPv6 address in the brackets; write [2001:db8::1]:25")
    elif not _NAME.fullmatch(host):
        raise ValueError(f"has characters that a host name cannot have; {_EXAMPLE}")
    elif not all(0 < len(label) <= _MAX_LABEL for label in _labels(host)):
        raise ValueError(
            f"has a label that is empty or longer than {_MAX_LABEL} characters; {_EXAMPLE}"
        )
    elif _NUMERIC.fullmatch(host) and not _is_address(socket.AF_INET, host):
        raise ValueError(
            "is neither a name nor an IPv4 address, which has four numbers from 0 to 255;"
            " write 192.0.2.25 or relay.example.com"
        )
    return host


def _labels(name: str) -> list[str]:
    """Return the labels of a name, which may end with a dot, as in DNS."""
    return (name[:-1] if name.endswith(".") else name).split(".")


def _is_ipv6(host: str) -> bool:
    """Return whether a text is an IPv6 address, maybe with a zone: fe80::1%eth0 (RFC 4007)."""
    address, percent, zone = host.partition("%")
    if percent and not re.fullmatch(r"[A-Za-z0-9._-]+", zone):
        return False
    return _is_address(socket.AF_INET6, address)


def _is_address(family: socket.AddressFamily, text: str) -> bool:
    """Return whether a text is an address of a family, in full."""
    try:
        socket.inet_pton(family, text)
    except (OSError, ValueError):
        return False
    return True


def _port(digits: str) -> Options:
    """Read a port, which must have ASCII digits."""
    if not digits:
        raise ValueError("has no port after the colon; write relay.example.com:587")
    if not re.fullmatch(r"[0-9]{1,5}", digits) or not 0 < int(digits) <= 65535:
        raise ValueError("has no port from 1 to 65535 after the colon; write relay.example.com:587")
    return {"port": int(digits)}
