# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bytes from the server in, replies out (RFC 5321 section 4.2). No I/O; every buffer is bounded.

A `ReplyReader` is fed the bytes that arrive and returns lines, and it assembles lines to replies.
These are separate steps so that each line can be recorded when it arrives, even if its reply is
never completed.
"""

from __future__ import annotations

import re
import typing as t

from ..._net.errors import ProbeError, StrayLine
from ..._net.text import as_it_came, printable

# RFC 5321 section 4.5.3.1.5 allows 512 bytes for a line; the longest known replies to EHLO have
# some 2 KiB. Hundreds of servers may send this much at once.
MAX_LINE_BYTES = 16 * 1024
MAX_REPLY_LINES = 1000
MAX_REPLY_BYTES = 64 * 1024

# Section 4.2 defines codes from 200 to 559, but servers also send 571 or 587. So any code with a
# valid first digit is read, and the verdict may reject it. The text and the space before it may be
# missing, which section 4.2 asks clients to accept.
_REPLY_LINE = re.compile(rb"([1-5][0-9][0-9])(?:([ -])(.*))?", re.DOTALL)

# RFC 2034 section 4: at the beginning of the text, followed by a space.
_ENHANCED_CODE = re.compile(r"([245])\.[0-9]{1,3}\.[0-9]{1,3}(?=\s|$)")

# How a tab is shown.
_TAB = r"\t"


class Reply(t.NamedTuple):
    """One reply, its lines without the code, as they may be shown.

    `seconds` is the time that the client waited until it was complete. `since_sent` is the time
    since the client had last sent something, which is longer for a pipelined command. `came` has
    the lines as they came if they have something that may not be shown.
    """

    code: int
    lines: tuple[str, ...]
    seconds: float = 0.0
    since_sent: float = 0.0
    came: tuple[str, ...] = ()

    @property
    def judged(self) -> str:
        """The lines as they came, for patterns. They are judged and never shown."""
        return "\n".join(self.came or self.lines)

    @property
    def enhanced_code(self) -> str | None:
        """The enhanced status code (RFC 3463), or None if there is none of the code's class."""
        match = _ENHANCED_CODE.match(spaced(self.lines[0]))
        if match is None or match.group(1) != str(self.code)[0]:
            return None
        return match.group()

    @property
    def text(self) -> str:
        """The lines as one text, with the enhanced code only at its beginning."""
        repeated = re.compile(rf"{re.escape(self.enhanced_code or '')}(?:(?:\s|\\t)+|$)")
        rest = (
            repeated.sub("", line, count=1) if repeated.match(line) else line
            for line in self.lines[1:]
        )
        return " ".join(filter(None, [self.lines[0], *rest]))

    @property
    def positive(self) -> bool:
        """Whether the code is 2yz (positive completion)."""
        return self.code // 100 == 2


def spaced(line: str) -> str:
    """Return a line of a reply with spaces for its tabs, which some servers send between words."""
    return line.replace(_TAB, " ")


class ReplyReader:
    """Splits the bytes from a server into lines, and assembles lines to replies."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0  # so that each byte is searched once, even if bytes arrive one by one
        self._code: int | None = None
        self._lines: list[bytes] = []
        self._size = 0
        self._in_greeting = True

    @property
    def pending(self) -> bytes:
        """The bytes that are not yet part of a line."""
        return bytes(self._buffer)

    @property
    def in_reply(self) -> bool:
        """Whether a reply has begun and its last line is still to come."""
        return bool(self._lines)

    def feed(self, data: bytes) -> None:
        """Add bytes that have arrived."""
        self._buffer += data

    def next_line(self) -> bytes | None:
        """Return the next whole line, without its end, or None if more bytes are needed.

        A bare LF also ends a line. Raises ProbeError, kind `protocol`, for a line of more than
        MAX_LINE_BYTES.
        """
        end = self._buffer.find(b"\n", self._searched)
        if (end if end >= 0 else len(self._buffer)) >= MAX_LINE_BYTES:
            raise ProbeError("protocol", f"a reply line of more than {MAX_LINE_BYTES} bytes came")
        if end < 0:
            self._searched = len(self._buffer)
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        self._searched = 0
        return line[:-1] if line.endswith(b"\r") else line

    def reply_with(self, line: bytes) -> Reply | None:
        """Add a line to the current reply, and return the reply if the line is its last, or None.

        Raises ProbeError, kind `protocol`, if the line is not part of a reply, has another code
        than the lines before, or makes the reply too large. Raises StrayLine for an empty line in
        place of a reply, which belongs to the reply before.
        """
        match = _REPLY_LINE.fullmatch(line)
        if match is None:
            if not line and not self._lines and not self._in_greeting:
                raise StrayLine("protocol", "an empty line came")
            shown = printable(line) or "an empty line"
            raise ProbeError("protocol", f"not an SMTP reply: {shown}")
        digits, separator, text = match.groups()
        code = int(digits)
        if self._code not in (None, code):
            if not self._overrules(code):
                raise ProbeError(
                    "protocol", f"one reply with differing codes: {self._code} and {code}"
                )
            self._lines, self._size = [], 0
        self._code = code
        self._lines.append(text or b"")
        self._size += len(line)
        if len(self._lines) > MAX_REPLY_LINES or self._size > MAX_REPLY_BYTES:
            raise ProbeError(
                "protocol",
                f"a reply of more than {MAX_REPLY_LINES} lines or {MAX_REPLY_BYTES} bytes came",
            )
        if separator == b"-":
            return None
        lines, came = tuple(map(printable, self._lines)), tuple(map(as_it_came, self._lines))
        reply = Reply(code, lines, came=() if came == lines else came)
        self._code, self._lines, self._size = None, [], 0
        self._in_greeting = False
        return reply

    def _overrules(self, code: int) -> bool:
        """Return whether a line with another code replaces the lines before it.

        A server may send 421 at any time (RFC 5321 section 3.8). Postfix's postscreen sends the
        first line of a greeting to detect clients that send too early, and then a refusal in place
        of the last line (POSTSCREEN_README, "pregreet test").
        """
        return code == 421 or (self._in_greeting and self._code == 220 and code >= 400)
