# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person would have seen in the telnet session, with the time of each line.

This is the one place that records what went over the wire, so it is the one place where something
can be left out of the record.
"""

from __future__ import annotations

import re
import sys
import time
import typing as t

from .printable import escape, printable

# What is kept of a server's lines may take so many bytes of memory: a server can answer at length,
# and to each of a thousand recipients. An ordinary dialogue takes some 4 KiB.
ROOM_BYTES = 256 * 1024

MAX_MESSAGE_LINES = 50
MAX_MESSAGE_LINE_BYTES = 1000

# An event is for a person, and may quote what a server said.
MAX_EVENT_CHARACTERS = 4096

NOT_SHOWN = "(not shown)"

_CODE = re.compile("[1-5][0-9]{2}[ -]")

# A shorter word would be found in innocent text, too.
_MIN_HIDDEN_CHARACTERS = 8


class Transcript:
    """Lines such as `[0.013] S: 220 mail.example.com`; times are seconds since the start.

    `started` is the start in seconds since the epoch, by this host's clock, which may be set
    meanwhile; the seconds since then are those of a clock that is not.
    """

    def __init__(self, secret: t.Pattern[str] | None = None, room_bytes: int = ROOM_BYTES) -> None:
        self._secret = secret
        self._hidden: list[t.Pattern[str]] = []
        self.lines: list[str] = []
        self.room_bytes = room_bytes
        self.started = time.time()
        self._started = time.monotonic()
        self._room = room_bytes
        self._left_out = 0

    def hide(self, word: str) -> None:
        """Show a word no more, should the server repeat it: a response of an AUTH exchange."""
        if len(word) >= _MIN_HIDDEN_CHARACTERS:
            self._hidden.append(re.compile(re.escape(word), re.IGNORECASE))

    def sent(self, line: str) -> None:
        """Record a command."""
        self._note_what_was_left_out()
        self._add("C", self.masked(escape(line)))

    def sent_message(self, message: bytes) -> None:
        """Record the first lines of a message, each ended by CRLF, and a count of the rest."""
        self._note_what_was_left_out()
        *lines, rest = message.split(b"\r\n", MAX_MESSAGE_LINES)
        for line in lines:
            more = len(line) - MAX_MESSAGE_LINE_BYTES
            cut = f"... ({more} more bytes)" if more > 0 else ""
            self._add("C", self.masked(printable(line))[:MAX_MESSAGE_LINE_BYTES] + cut)
        if rest:
            left_out = rest.count(b"\r\n")
            self.event(f"{left_out} more lines of the message, {len(message)} bytes in all")

    def received(self, line: bytes, most: int | None = None) -> None:
        """Record a line of the server's; of one that is none of a reply, so many characters."""
        text = printable(line)
        code = 4 if _CODE.match(text) else 0  # which is no secret
        text = text[:code] + self.masked(text[code:])[:most]
        size = sys.getsizeof(text)
        if size > self._room:
            self._left_out += 1
            return
        self._room -= size
        self._note_what_was_left_out()
        self._add("S", text)

    def event(self, text: str) -> None:
        """Record what happened to the connection."""
        self._note_what_was_left_out()
        self._add("*", self.masked(escape(text))[:MAX_EVENT_CHARACTERS])

    def masked(self, text: str) -> str:
        """Give a text as it may be recorded: the secret, however it is written, is not shown.

        What is to be cut is cut afterwards: what is left of a secret would not be found any more.
        """
        if self._secret is not None:
            text = self._secret.sub(NOT_SHOWN, text)
        for pattern in self._hidden:
            text = pattern.sub(NOT_SHOWN, text)
        return text

    def _note_what_was_left_out(self) -> None:
        if self._left_out:
            left_out, self._left_out = self._left_out, 0
            self._add("*", f"{left_out} more lines of the server's, left out of this transcript")

    def _add(self, who: str, text: str) -> None:
        self.lines.append(f"[{time.monotonic() - self._started:.3f}] {who}: {text}")
