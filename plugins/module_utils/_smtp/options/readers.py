# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the values of single options: from the types of Ansible to those of the plan. No I/O.

Each function raises ValueError, which says what is wrong and what to write, or BadOption if a part
of the option is wrong.
"""

from __future__ import annotations

import re
import typing as t

from ..._net.addresses import family_of
from ..._net.errors import BadOption
from ..._net.option_types import check_type, type_of
from ..wire import commands

if t.TYPE_CHECKING:
    from ..wire.message import MessageSpec
    from ..wire.proxy_header import ProxySpec
    from .expectation import Patterns

Reader = t.Callable[[t.Any], t.Any]

# A time-out of more than a day is a mistake. Sockets do not accept a very long one.
MAX_SECONDS = 86400.0

# More attempts or days than these are a mistake. No certificate is valid after the year 9999 (RFC
# 5280 section 4.1.2.5).
MAX_RETRIES = 1000
MAX_DAYS = 1000000

# An attribute or a header, of which Ansible knows no type.
_TEXT = {"type": "str", "required": True}

# RFC 3461 section 4.1
_VALUES_OF_NOTIFY = ("NEVER", "SUCCESS", "FAILURE", "DELAY")

# The attributes that Postfix supports (XCLIENT_README).
XCLIENT_ATTRIBUTES = (
    "NAME",
    "ADDR",
    "PORT",
    "PROTO",
    "HELO",
    "LOGIN",
    "DESTADDR",
    "DESTPORT",
    "REVERSE_NAME",
)


def as_given(value: t.Any) -> t.Any:
    """Return the value unchanged, as Ansible has checked it."""
    return value


def each(read: t.Callable[[str], str]) -> t.Callable[[t.Iterable[str]], tuple[str, ...]]:
    """Return a reader for lists, which reads each element with `read`."""
    return lambda values: tuple(read(value) for value in values)


def read_host(host: str) -> str:
    """Read the name or address of a server."""
    commands.check_line(host)
    if not re.fullmatch(r"\S+", host) or not host.isprintable():
        raise ValueError(f"{host!r} is not a host name or an IP address")
    return host


def read_socket(path: str) -> str:
    """Read the path of a UNIX socket."""
    if not path:
        raise ValueError("is empty; write a path such as /run/dovecot/lmtp")
    if "\0" in path:
        raise ValueError("contains a NUL character")
    if not path.startswith("/"):
        raise ValueError(f"must be an absolute path, not {path!r}")
    return path


def read_port(port: int) -> int:
    """Read the port of a server."""
    if not 0 < port <= 65535:
        raise ValueError(f"must be between 1 and 65535, not {port}")
    return port


def read_seconds(seconds: float) -> float:
    """Read a time-out in seconds."""
    if not 0 < seconds <= MAX_SECONDS:  # refuses NaN, too
        raise ValueError(
            f"must be greater than 0 and at most {MAX_SECONDS:g} seconds, not {seconds:g}"
        )
    return seconds


def read_delay(seconds: float) -> float:
    """Read a pause in seconds, which may be 0."""
    if not 0 <= seconds <= MAX_SECONDS:
        raise ValueError(f"must be between 0 and {MAX_SECONDS:g} seconds, not {seconds:g}")
    return seconds


def read_retries(count: int) -> int:
    """Read how many times to repeat a dialogue."""
    return _between(count, MAX_RETRIES, "")


def read_days(days: int) -> int:
    """Read a number of days."""
    return _between(days, MAX_DAYS, " days")


def _between(number: int, most: int, unit: str) -> int:
    if not 0 <= number <= most:
        raise ValueError(f"must be between 0 and {most}{unit}, not {number}")
    return number


def read_rcpt_parameter(parameter: str) -> str:
    """Read a parameter of RCPT TO."""
    if commands.check_parameter(parameter).upper() in _VALUES_OF_NOTIFY:
        raise ValueError(
            f"contains {parameter}, which belongs to NOTIFY; commas separate the items of a list,"
            " so write 'NOTIFY=SUCCESS,FAILURE' in quotes, as an item of its own"
        )
    return parameter


def read_capability(wanted: str) -> str:
    """Read a capability that the server must offer, or must not offer."""
    if not re.fullmatch(r"[!-~]+( [!-~]+)*", wanted):
        raise ValueError(f"{wanted!r} is not a capability such as SIZE or AUTH PLAIN")
    return wanted


def read_proxy(proxy: t.Mapping[str, t.Any]) -> ProxySpec:
    """Read the contents of a PROXY header."""
    from ..wire.proxy_header import ProxySpec, header_for  # few dialogues need it

    spec = ProxySpec(**proxy)
    for part in ("source", "destination"):
        if getattr(spec, part) is not None:
            part_of("proxy", part, family_of, getattr(spec, part))
    for part in ("source_port", "destination_port"):
        port = getattr(spec, part)
        if port is not None and not 0 <= port <= 65535:
            raise BadOption(f"proxy.{part}", f"must be between 0 and 65535, not {port}")
    if spec.source and spec.destination:
        header_for(spec, (spec.source, 0), (spec.destination, 0))
    return spec


def read_xclient(attributes: t.Mapping[str, t.Any]) -> dict[str, str]:
    """Read attributes of XCLIENT. Return names in upper case, and IPv6 addresses with `IPV6:`."""
    checked = {}
    for name, value in attributes.items():
        upper = str(name).upper()
        if upper not in XCLIENT_ATTRIBUTES:
            raise BadOption(f"xclient.{name}", f"must be one of {', '.join(XCLIENT_ATTRIBUTES)}")
        if value is None or isinstance(value, (list, dict)):
            hint = "; write '[UNAVAILABLE]', in quotes, if there is no value"
            problem = f"must be a text, not {type_of(value)}{hint}"
            raise BadOption(f"xclient.{name}", problem)
        check_type(f"xclient.{name}", _TEXT, value)
        if upper in checked:
            raise BadOption(f"xclient.{name}", "is written twice; letter case does not count")
        text = part_of("xclient", name, commands.check_line, str(value))
        if not text:
            problem = "is empty; write '[UNAVAILABLE]', in quotes, if there is no value"
            raise BadOption(f"xclient.{name}", problem)
        if upper in ("ADDR", "DESTADDR") and ":" in text and not text.upper().startswith("IPV6:"):
            text = f"IPV6:{text}"
        checked[upper] = text
    return checked


def read_expect(expect: t.Mapping[str, list[str] | None]) -> dict[str, Patterns]:
    """Read the patterns of each stage. Leave out stages with an empty list."""
    from .expectation import Pattern  # few dialogues need it

    def read(stage: str) -> Patterns:
        patterns = expect[stage] or ()
        return tuple(
            part_of("expect", stage, lambda one: Pattern.parse(stage, one), one) for one in patterns
        )

    return {stage: patterns for stage, patterns in zip(expect, map(read, expect)) if patterns}


def read_message(message: t.Mapping[str, t.Any]) -> MessageSpec:
    """Read the parts of a message, except for the file that `src` names."""
    from ..wire.message import MAX_BYTES, MessageSpec  # only a message needs it

    given = message.get("headers") or {}
    for name, value in given.items():
        check_type(f"message.headers.{name}", _TEXT, value)
    headers = tuple((str(name), str(value)) for name, value in given.items())
    subject = message.get("subject")
    if subject is not None:
        part_of("message", "subject", commands.check_line, subject)
    _check_headers(headers, subject)
    if message.get("src") is not None:
        for part in ("subject", "body", "headers", "size"):
            if message.get(part) is not None:
                raise BadOption(f"message.{part}", "cannot be used together with message.src")
    size = message.get("size")
    if size is not None and size > MAX_BYTES:
        raise BadOption("message.size", f"must be at most {MAX_BYTES} bytes, not {size}")
    return MessageSpec(subject, message.get("body"), headers, size)


def read_source(source: bytes, path: str) -> bytes:
    """Read the content of the file that `message.src` names."""
    from ..wire.message import MAX_BYTES  # only a message needs it

    if len(source) > MAX_BYTES:
        raise ValueError(f"{path} is larger than the limit of {MAX_BYTES} bytes")
    if b"\0" in source:
        raise ValueError(f"{path} contains a NUL character")
    if not re.match(rb"[!-9;-~]+[ \t]*:", source):
        raise ValueError(f"{path} does not begin with a header, as RFC 5322 requires")
    return source


def _check_headers(headers: tuple[tuple[str, str], ...], subject: str | None) -> None:
    from ..wire.message import RESERVED_HEADERS  # only a message needs it

    for name, value in headers:
        if not re.fullmatch(r"[!-9;-~]+", name):
            raise BadOption("message.headers", f"{name!r} is not the name of a header")
        part_of("message.headers", name, commands.check_line, value)
        option = f"message.headers.{name}"
        if name.lower() in (reserved.lower() for reserved in RESERVED_HEADERS):
            raise BadOption(option, "is set by the module and cannot be chosen")
        if name.lower() == "subject" and subject is not None:
            raise BadOption(option, "is also set by message.subject; write only one of the two")


def part_of(option: str, part: str, read: t.Callable[[str], t.Any], value: str) -> t.Any:
    """Read a part of an option. Raise BadOption, which names the part."""
    try:
        return read(value)
    except ValueError as error:
        raise BadOption(f"{option}.{part}", error) from error
