# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parser for the responses of an IMAP server, with literals (RFC 3501 section 7)."""

from __future__ import annotations

import re
import typing as t

from .._net.text import printable
from .errors import StoreError

if t.TYPE_CHECKING:
    from .buffered_stream import BufferedStream

UNTAGGED = b"*"
CONTINUE = b"+"

# Responses whose text is for people. It ends with the line, even if it looks like a literal.
_STATUS = ("OK", "NO", "BAD", "BYE", "PREAUTH")

# The limit on a text for people. It is larger than what is shown, since secrets are redacted before
# the text is cut.
_MAX_BYTES = 16 * 1024

_RESPONSE = re.compile(
    rb"(?P<tag>\*|[A-Z0-9]{1,40}) +(?:(?P<number>[0-9]{1,10}) +)?"
    rb"(?P<kind>[A-Za-z][A-Za-z0-9-]{0,39})(?: (?P<text>.*))?\Z",
    re.DOTALL,
)
_CONTINUE = re.compile(rb"\+ ?(?P<text>.*)", re.DOTALL)
_LITERAL = re.compile(rb"~?\{([0-9]{1,20})\+?\}\Z")
_LITERAL_CHARACTERS = 24
# An unterminated string extends to the end of the text, which keeps the search linear.
_QUOTED_OR_PARENTHESIS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[()]', re.DOTALL)


class Response(t.NamedTuple):
    """One response. `kind` is in upper case; `text` is the rest of it, without the literals."""

    tag: bytes
    kind: str
    number: int | None
    text: bytes
    literals: tuple[bytes, ...] = ()

    @property
    def printable(self) -> str:
        """The text as printable text, cut to _MAX_BYTES."""
        return printable(self.text[:_MAX_BYTES])


def read_response(stream: BufferedStream) -> Response:
    """Read a response, with its literals. Raises StoreError, kind `protocol`, if it is malformed.

    Some servers send an empty line after a literal, which may also come before the next response
    (https://github.com/python/cpython/issues/88574).
    """
    line = b""
    while not line or line.startswith(b" "):  # a line with a leading blank is no response
        line = _without_end(stream.readline())
    match = _CONTINUE.match(line)
    if match is not None:
        return Response(CONTINUE, "", None, match.group("text"))
    match = _RESPONSE.match(line)
    if match is None:
        raise StoreError(
            "protocol", f"the server does not speak IMAP: {printable(line[:_MAX_BYTES])}"
        )
    kind = match.group("kind").decode("ascii").upper()
    number = None if match.group("number") is None else int(match.group("number"))
    text = match.group("text") or b""
    literals: tuple[bytes, ...] = ()
    if kind not in _STATUS:
        text, literals = _with_literals(text, stream)
    return Response(match.group("tag"), kind, number, text, literals)


def _with_literals(line: bytes, stream: BufferedStream) -> tuple[bytes, tuple[bytes, ...]]:
    """Read the literals that a line ends with, and the lines behind them."""
    texts: list[bytes] = []
    literals: list[bytes] = []
    depth = 0
    while True:
        match = _LITERAL.search(line, max(len(line) - _LITERAL_CHARACTERS, 0))
        if match is None:
            texts.append(line)
            return b"".join(texts), tuple(literals)
        texts.append(line[: match.start()])
        depth += _depth(texts[-1])
        literals.append(stream.read(int(match.group(1))))
        line = _without_end(stream.readline())
        # Outside of all parentheses, an empty line ends the response.
        while not line and depth > 0:
            line = _without_end(stream.readline())


def _depth(text: bytes) -> int:
    """Return the number of opening parentheses minus that of closing ones."""
    by = {b"(": 1, b")": -1}
    return sum(by.get(match.group(), 0) for match in _QUOTED_OR_PARENTHESIS.finditer(text))


def _without_end(line: bytes) -> bytes:
    return line[:-2] if line.endswith(b"\r\n") else line[:-1]
