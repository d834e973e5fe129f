# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values in, command lines out (RFC 5321 section 4.1). No I/O.

A command line is given without its CRLF. No value can smuggle a second line in: each function
refuses CR, LF and NUL with a ValueError.
"""

from __future__ import annotations

import re
import typing as t

STARTTLS = "STARTTLS"
DATA = "DATA"
END_OF_DATA = "."
QUIT = "QUIT"

# The code of the reply to QUIT, after which the server closes (RFC 5321 section 4.1.1.10).
CLOSING = 221

_QUOTED_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_PARAMETER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*(?:=[!-<>-~]+)?")


def ehlo(name: str) -> str:
    """Extended hello, which asks for the capabilities."""
    return f"EHLO {check_word(name)}"


def helo(name: str) -> str:
    """Hello as in RFC 821, for servers that do not know EHLO."""
    return f"HELO {check_word(name)}"


def lhlo(name: str) -> str:
    """Hello of LMTP (RFC 2033 section 4.1)."""
    return f"LHLO {check_word(name)}"


def xclient(attributes: t.Mapping[str, str]) -> str:
    """Ask to be treated as another client (Postfix XCLIENT_README)."""
    return " ".join(
        ["XCLIENT", *(f"{check_word(name)}={_xtext(value)}" for name, value in attributes.items())]
    )


def bdat(size: int) -> str:
    """Announce a message as one chunk, the last (RFC 3030 section 2)."""
    return f"BDAT {size} LAST"


def mail_from(reverse_path: str, parameters: tuple[str, ...] = ()) -> str:
    """Begin a mail transaction; the empty reverse-path is the null sender."""
    return " ".join([f"MAIL FROM:<{check_path(reverse_path)}>", *map(check_parameter, parameters)])


def rcpt_to(forward_path: str, parameters: tuple[str, ...] = ()) -> str:
    """Name one recipient."""
    return " ".join(
        [f"RCPT TO:<{check_forward_path(forward_path)}>", *map(check_parameter, parameters)]
    )


def _xtext(value: str) -> str:
    """Encode a value as RFC 3461 section 4 has it: `+` and two hex digits for what may not be."""
    return re.sub(
        rb"[^!-*,-<>-~]", lambda match: b"+%02X" % match.group()[0], check_line(value).encode()
    ).decode("ascii")


def check_line(value: str) -> str:
    """Refuse what would end the line, or is no text: give the value back, or raise ValueError."""
    value.encode("utf-8")  # a lone surrogate is no text, and the error is a ValueError
    if re.search(r"[\r\n\0]", value):
        raise ValueError(f"{value!r} contains a line break or a NUL character")
    return value


def check_word(value: str) -> str:
    """Refuse all but one printable ASCII word: give it back, or raise ValueError."""
    check_line(value)
    if not re.fullmatch(r"[!-~]+", value):
        raise ValueError(
            f"must be one word of printable ASCII characters, not {value!r}"
            " (write an internationalized domain in its xn-- form)"
        )
    return value


def check_path(path: str) -> str:
    """Refuse what would leave the angle brackets: give the path back, or raise ValueError.

    Anything else is for the server to judge: odd paths (source routes, `%`, quoted local parts)
    are what a test of relay policy is made of.
    """
    check_line(path)
    if re.search(r"[<>\s\x00-\x1f\x7f]", _QUOTED_STRING.sub("", path)):
        raise ValueError(
            f"{path!r} contains a space, a control character or an angle bracket;"
            " write the bare address, such as user@example.com"
        )
    return path


def check_forward_path(path: str) -> str:
    """Refuse what is no path, and the empty one: only a reverse-path may be null."""
    if not path:
        raise ValueError("must not contain an empty address")
    return check_path(path)


def check_parameter(parameter: str) -> str:
    """Refuse what is no ESMTP parameter (RFC 5321 section 4.1.2); give it back otherwise."""
    check_line(parameter)
    if not _PARAMETER.fullmatch(parameter):
        raise ValueError(f"must be of the form KEYWORD or KEYWORD=value, not {parameter!r}")
    return parameter
