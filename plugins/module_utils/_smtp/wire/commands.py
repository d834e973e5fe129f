# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SMTP commands (RFC 5321 section 4.1). No I/O.

Each function returns a command line without its CRLF, and raises ValueError for a value with CR, LF
or NUL, which could add a second command.
"""

from __future__ import annotations

import re
import typing as t

STARTTLS = "STARTTLS"
DATA = "DATA"
END_OF_DATA = "."
QUIT = "QUIT"

# The reply code to QUIT, after which the server closes the connection (RFC 5321 section 4.1.1.10).
CLOSING = 221

_LINE_BREAK = re.compile(r"[\r\n\0]")
_WORD = re.compile(r"[!-~]+")
_NOT_IN_PATH = re.compile(r"[<>\s\x00-\x1f\x7f]")
_QUOTED_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_PARAMETER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*(?:=[!-<>-~]+)?")


def ehlo(name: str) -> str:
    """Return EHLO, which asks for the capabilities."""
    return f"EHLO {check_word(name)}"


def helo(name: str) -> str:
    """Return HELO, for servers that do not know EHLO (RFC 821)."""
    return f"HELO {check_word(name)}"


def lhlo(name: str) -> str:
    """Return LHLO, the EHLO of LMTP (RFC 2033 section 4.1)."""
    return f"LHLO {check_word(name)}"


def xclient(attributes: t.Mapping[str, str]) -> str:
    """Return XCLIENT, which asks to be treated as another client (Postfix XCLIENT_README)."""
    return " ".join(
        ["XCLIENT", *(f"{check_word(name)}={_xtext(value)}" for name, value in attributes.items())]
    )


def bdat(size: int) -> str:
    """Return BDAT for a message of this size in bytes as one chunk (RFC 3030 section 2)."""
    return f"BDAT {size} LAST"


def mail_from(reverse_path: str, parameters: tuple[str, ...] = ()) -> str:
    """Return MAIL FROM; an empty reverse-path is the null sender."""
    return " ".join([f"MAIL FROM:<{check_path(reverse_path)}>", *map(check_parameter, parameters)])


def rcpt_to(forward_path: str, parameters: tuple[str, ...] = ()) -> str:
    """Return RCPT TO for one recipient."""
    return " ".join(
        [f"RCPT TO:<{check_forward_path(forward_path)}>", *map(check_parameter, parameters)]
    )


def _xtext(value: str) -> str:
    """Encode a value as xtext (RFC 3461 section 4)."""
    return re.sub(
        rb"[^!-*,-<>-~]", lambda match: b"+%02X" % match.group()[0], check_line(value).encode()
    ).decode("ascii")


def check_line(value: str) -> str:
    """Return a value. Raise ValueError if it would end the line or cannot be encoded."""
    value.encode("utf-8")  # raises UnicodeEncodeError, a ValueError, for a lone surrogate
    if _LINE_BREAK.search(value):
        raise ValueError(f"{value!r} contains a line break or a NUL character")
    return value


def check_word(value: str) -> str:
    """Return a value. Raise ValueError unless it is one word of printable ASCII."""
    check_line(value)
    if not _WORD.fullmatch(value):
        raise ValueError(
            f"must be one word of printable ASCII characters, not {value!r}"
            " (write an internationalized domain in its xn-- form)"
        )
    return value


def check_path(path: str) -> str:
    """Return a path. Raise ValueError if it would end the angle brackets around it.

    The server judges all other paths: tests of relay policy need source routes, `%` and quoted
    local parts.
    """
    check_line(path)
    if _NOT_IN_PATH.search(_QUOTED_STRING.sub("", path)):
        raise ValueError(
            f"{path!r} contains a space, a control character or an angle bracket;"
            " write the bare address, such as user@example.com"
        )
    return path


def check_forward_path(path: str) -> str:
    """Return a path. Raise ValueError as check_path does, and if it is empty."""
    if not path:
        raise ValueError("must not contain an empty address")
    return check_path(path)


def check_parameter(parameter: str) -> str:
    """Return a parameter. Raise ValueError unless it is an esmtp-param (RFC 5321 section 4.1.2)."""
    check_line(parameter)
    if not _PARAMETER.fullmatch(parameter):
        raise ValueError(f"must be of the form KEYWORD or KEYWORD=value, not {parameter!r}")
    return parameter
