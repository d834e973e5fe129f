# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person would have seen in the telnet session, with the time of each line.

This is the one place that records what went over the wire, so it is the one place where something
can be left out of the record.
"""

from __future__ import annotations

import time
import typing as t

from .printable import escape, printable

# A server can send a mebibyte a reply, to each of a thousand recipients; what is kept of it is
# bounded. An ordinary dialogue is some 2 KiB.
MAX_CHARACTERS = 256 * 1024

MAX_MESSAGE_LINES = 50

NOT_SHOWN = "(not shown)"


class Transcript:
    """Lines such as `[0.013] S: 220 mail.example.com`; times are seconds since the start."""

    def __init__(self, secret: t.Pattern[str] | None = None) -> None:
        self._secret = secret
        self.lines: list[str] = []
        self._started = time.monotonic()
        self._room = MAX_CHARACTERS
        self._left_out = 0

    def sent(self, line: str) -> None:
        """Record a command."""
        self._note_what_was_left_out()
        self._add("C", self.masked(escape(line)))

    def sent_message(self, message: bytes) -> None:
        """Record the first lines of a message, each ended by CRLF, and a count of the rest."""
        self._note_what_was_left_out()
        *lines, rest = message.split(b"\r\n", MAX_MESSAGE_LINES)
        for line in lines:
            self._add("C", self.masked(printable(line)))
        if rest:
            left_out = rest.count(b"\r\n")
            self.event(f"{left_out} more lines of the message, {len(message)} bytes in all")

    def received(self, line: bytes) -> None:
        """Record a line of the server's."""
        if len(line) > self._room:
            self._left_out += 1
            return
        self._room -= len(line)
        self._note_what_was_left_out()
        text = printable(line)
        self._add("S", text[:4] + self.masked(text[4:]))  # the code is no secret

    def event(self, text: str) -> None:
        """Record what happened to the connection."""
        self._note_what_was_left_out()
        self._add("*", self.masked(escape(text)))

    def masked(self, text: str) -> str:
        """Give a text as it may be recorded: the secret, however it is written, is not shown."""
        return text if self._secret is None else self._secret.sub(NOT_SHOWN, text)

    def _note_what_was_left_out(self) -> None:
        if self._left_out:
            left_out, self._left_out = self._left_out, 0
            self._add("*", f"{left_out} more lines of the server's, left out of this transcript")

    def _add(self, who: str, text: str) -> None:
        self.lines.append(f"[{time.monotonic() - self._started:.3f}] {who}: {text}")
