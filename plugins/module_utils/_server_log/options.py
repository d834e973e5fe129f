# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options in, a checked request out. No I/O but for the clock that is handed in."""

from __future__ import annotations

import os
import re
import socket
import typing as t

from .._net.addresses import family_of
from .._net.errors import BadOption
from .._net.text import escape
from . import timestamps
from .model import Request

# The default of `since`: this long before `until`.
DEFAULT_SECONDS = 300.0

# A diagnosis is about one dialogue. The limit keeps a mistyped date from reading a whole archive.
_MAX_SECONDS = 86400.0

MAX_SLACK = 600.0
MAX_LINES = 1000
_MAX_CLIENTS = 16
_MAX_RECIPIENTS = 100
_MAX_PATHS = 10
_MAX_PORT = 65535
_MAX_CHARACTERS = 320  # of an address (RFC 5321 section 4.5.3.1), and of a queue ID

_MAX_REPLY = 500

_CODES = re.compile(r"^(?:\d{3}(?:[ -]|$))?(?:\d\.\d{1,3}\.\d{1,3}(?: |\\t))?", re.ASCII)
_MAPPED = re.compile(r"::ffff:(\d+\.\d+\.\d+\.\d+)", re.IGNORECASE | re.ASCII)


def request_from(options: t.Mapping[str, t.Any], now: float) -> Request:
    """Return the request for the options of the module. Raise BadOption."""
    until = _time("until", options["until"], now)
    since = _time("since", options["since"], until - DEFAULT_SECONDS)
    if since > until:
        raise BadOption("since", "must not be later than until")
    if until - since > _MAX_SECONDS:
        raise BadOption("since", "must be at most a day before until")
    return Request(
        clients=_clients(options["client"]),
        client_port=_port(options["client_port"]),
        since=since,
        until=until,
        slack=_between("slack", options["slack"], 0.0, MAX_SLACK),
        queue_id=_word("queue_id", options["queue_id"]),
        reply=_reply(options["reply"]),
        sender=_word("sender", options["sender"]),
        recipients=_recipients(options["recipients"]),
        server=None if options["server"] == "auto" else options["server"],
        paths=_paths(options["path"]),
        lines=_between("lines", options["lines"], 1, MAX_LINES),
    )


def normal_address(text: str) -> str:
    """Return an IP address in its shortest form, without a zone. Raise ValueError.

    An IPv4 address that a dual-stack socket shows as IPv6 is an IPv4 address.

    >>> normal_address("2001:DB8:0::1%eth0"), normal_address("::ffff:192.0.2.1")
    ('2001:db8::1', '192.0.2.1')
    """
    text = text.partition("%")[0]
    mapped = _MAPPED.fullmatch(text)
    text = mapped.group(1) if mapped else text
    family = family_of(text)
    return socket.inet_ntop(family, socket.inet_pton(family, text))


def _clients(given: t.Sequence[str]) -> tuple[str, ...]:
    if not given:
        raise BadOption("client", "is empty; name the address that the server saw")
    _check_number("client", given, _MAX_CLIENTS)
    found = []
    for one in given:
        try:
            found.append(normal_address(one.strip()))
        except ValueError:
            problem = f"must be an IP address, not {escape(one)[:_MAX_CHARACTERS]}"
            raise BadOption("client", problem) from None
    return tuple(dict.fromkeys(found))


def _time(option: str, given: str | None, default: float) -> float:
    if given is None:
        return default
    try:
        return timestamps.from_option(given)
    except (ValueError, OverflowError) as error:
        raise BadOption(option, escape(str(error))) from None


def _port(port: int | None) -> int | None:
    return None if port is None else _between("client_port", port, 1, _MAX_PORT)


_Number = t.TypeVar("_Number", int, float)


def _between(option: str, value: _Number, least: _Number, most: _Number) -> _Number:
    if not least <= value <= most:  # written so that "not a number" fails it too
        raise BadOption(option, f"must be between {least:g} and {most:g}, not {value}")
    return value


def _word(option: str, value: str | None) -> str | None:
    if value is None:
        return None
    if len(value) > _MAX_CHARACTERS:
        raise BadOption(option, f"must have at most {_MAX_CHARACTERS} characters")
    return value or None


def _reply(value: str | None) -> str | None:
    """Return the text of a reply, without the codes before it."""
    text = _CODES.sub("", " ".join((value or "")[:_MAX_REPLY].split()))
    return text or None


def _recipients(given: t.Sequence[str] | None) -> tuple[str, ...]:
    given = given or ()
    _check_number("recipients", given, _MAX_RECIPIENTS)
    words = (_word("recipients", one) for one in given)
    return tuple(word for word in words if word)


def _paths(given: t.Sequence[str] | None) -> tuple[str, ...]:
    given = given or ()
    _check_number("path", given, _MAX_PATHS)
    for path in given:
        if not os.path.isabs(path) or "\0" in path:
            raise BadOption("path", "must be an absolute path")
    return tuple(dict.fromkeys(given))


def _check_number(option: str, given: t.Sequence[str], most: int) -> None:
    if len(given) > most:
        raise BadOption(option, f"must be at most {most}, not {len(given)}")
