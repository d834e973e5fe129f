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

from ..._net.text import NOT_SHOWN, escape, printable

if t.TYPE_CHECKING:
    from ..._net.redaction import SecretPattern

# What is kept of a server's lines may take so many bytes of memory: a server can answer at length,
# and to each of a thousand recipients. An ordinary dialogue takes some 4 KiB.
ROOM_BYTES = 256 * 1024

MAX_MESSAGE_LINES = 50
MAX_MESSAGE_LINE_BYTES = 1000

# An event is for a person, and may quote what a server said.
MAX_EVENT_CHARACTERS = 4096

_CODE = re.compile("[1-5][0-9]{2}(?:[ -]|$)")


class _Line(t.NamedTuple):
    """A line of the transcript; `begin` is shown as it is, and of what follows so many characters.

    The text of a server's line is kept as it came: with the next line it may show a secret that it
    did not show before.
    """

    begin: str
    text: str
    from_server: bool = False
    most: int | None = None


class Transcript:
    """Lines such as `[0.013] S: 220 mail.example.com`; times are seconds since the start.

    `started` is the start in seconds since the epoch, by this host's clock, which may be set
    meanwhile; the seconds since then are those of a clock that is not.
    """

    def __init__(
        self,
        secret: SecretPattern | None = None,
        room_bytes: int = ROOM_BYTES,
        now: t.Callable[[], float] = time.monotonic,
    ) -> None:
        self._secret = secret
        self._lines: list[_Line] = []
        self.room_bytes = room_bytes
        self.started = time.time()
        self._now = now
        self._started = now()
        self._room = room_bytes
        self._left_out = 0

    @property
    def lines(self) -> list[str]:
        """All lines as they may be shown."""
        came = [line.text for line in self._lines if line.from_server]
        shown = iter(self.masked_lines(came))
        return [
            line.begin + (next(shown)[: line.most] if line.from_server else line.text)
            for line in self._lines
        ]

    def hide(self, word: str) -> None:
        """Show a response or challenge of an AUTH exchange to nobody, nor what it says decoded."""
        from ..._net.redaction import SecretPattern
        from ..._net.sasl.secrets import secrets_in  # and with it what only a login needs

        pattern = self._secret or SecretPattern()
        for secret in secrets_in(word, pattern.user):
            pattern = pattern.also(secret)
        self._secret = pattern

    def sent(self, line: str) -> None:
        """Record a command."""
        self._note_what_was_left_out()
        self._add("C", self.masked(escape(line)))

    def sent_message(self, message: bytes) -> None:
        """Record the first lines of a message, each ended by CRLF, and a count of the rest."""
        self._note_what_was_left_out()
        *lines, rest = message.split(b"\r\n", MAX_MESSAGE_LINES)
        for line, shown in zip(lines, self.masked_lines([printable(line) for line in lines])):
            more = len(line) - MAX_MESSAGE_LINE_BYTES
            cut = f"... ({more} more bytes)" if more > 0 else ""
            self._add("C", shown[:MAX_MESSAGE_LINE_BYTES] + cut)
        if rest:
            left_out = rest.count(b"\r\n")
            self.event(f"{left_out} more lines of the message, {len(message)} bytes in all")

    def received(self, line: bytes, most: int | None = None) -> None:
        """Record a line from the server, cut to `most` characters if it is not part of a reply."""
        whole = printable(line)
        match = _CODE.match(whole)
        code = match.group() if match else ""  # which is no secret
        text = whole[len(code) :]
        size = sys.getsizeof(whole) if most is None else 0
        if size <= self._room:  # else there is no need to look for secrets
            size = max(size, sys.getsizeof(code + self.masked(text)[:most]))
        if size > self._room:
            self._left_out += 1
            return
        self._room -= size
        self._note_what_was_left_out()
        self._add("S", text, code, most)

    def event(self, text: str) -> None:
        """Record what happened to the connection."""
        self._note_what_was_left_out()
        self._add("*", self.masked(escape(text))[:MAX_EVENT_CHARACTERS])

    def masked(self, text: str) -> str:
        """Return a text as it may be shown: the secret, however it is written, is not in it.

        What is to be cut is cut afterwards: what is left of a secret would not be found any more.
        """
        return text if self._secret is None else self._secret.sub(NOT_SHOWN, text)

    def masked_lines(self, lines: t.Sequence[str]) -> list[str]:
        """Return lines that came one after the other as they may be shown.

        A secret that is broken over lines is found, too.
        """
        if self._secret is None or not lines:
            return list(lines)
        return self._secret.sub_lines(NOT_SHOWN, lines)

    def _note_what_was_left_out(self) -> None:
        if self._left_out:
            left_out, self._left_out = self._left_out, 0
            self._add("*", f"{left_out} more lines of the server's, left out of this transcript")

    def _add(self, who: str, text: str, code: str = "", most: int | None = None) -> None:
        begin = f"[{self._now() - self._started:.3f}] {who}: {code}"
        self._lines.append(_Line(begin, text, who == "S", most))
