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
BUDGET_BYTES = 256 * 1024

MAX_MESSAGE_LINES = 50
MAX_MESSAGE_LINE_BYTES = 1000

# An event is for a person, and may quote what a server said.
MAX_EVENT_CHARACTERS = 4096

_CODE = re.compile("[1-5][0-9]{2}(?:[ -]|$)")


class _Line(t.NamedTuple):
    """A line of the transcript; `prefix` is shown as it is, and of what follows so many characters.

    The text of a server's line is kept as it came: with the next line it may show a secret that it
    did not show before.
    """

    prefix: str
    text: str
    from_server: bool = False
    max_characters: int | None = None


class Transcript:
    """Lines such as `[0.013] S: 220 mail.example.com`; times are seconds since the start.

    `started` is the start in seconds since the epoch, by this host's clock, which may be set
    meanwhile; the seconds since then are those of a clock that is not.
    """

    def __init__(
        self,
        secret: SecretPattern | None = None,
        budget_bytes: int = BUDGET_BYTES,
        now: t.Callable[[], float] = time.monotonic,
    ) -> None:
        self._secret = secret
        self._lines: list[_Line] = []
        self.budget_bytes = budget_bytes
        self.started = time.time()
        self._now = now
        self._started = now()
        self._bytes_left = budget_bytes
        self._omitted = 0

    @property
    def lines(self) -> list[str]:
        """All lines as they may be shown."""
        received = [line.text for line in self._lines if line.from_server]
        shown = iter(self.masked_lines(received))
        return [
            line.prefix + (next(shown)[: line.max_characters] if line.from_server else line.text)
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
        self._note_omitted_lines()
        self._add("C", self.masked(escape(line)))

    def sent_message(self, message: bytes) -> None:
        """Record the first lines of a message, each ended by CRLF, and a count of the rest."""
        self._note_omitted_lines()
        *lines, rest = message.split(b"\r\n", MAX_MESSAGE_LINES)
        for line, shown in zip(lines, self.masked_lines([printable(line) for line in lines])):
            more = len(line) - MAX_MESSAGE_LINE_BYTES
            cut = f"... ({more} more bytes)" if more > 0 else ""
            self._add("C", shown[:MAX_MESSAGE_LINE_BYTES] + cut)
        if rest:
            omitted = rest.count(b"\r\n")
            self.event(f"{omitted} more lines of the message, {len(message)} bytes in all")

    def received(self, line: bytes, max_characters: int | None = None) -> None:
        """Record a line from the server.

        A line that is not part of a reply is cut to `max_characters`.
        """
        shown = printable(line)
        match = _CODE.match(shown)
        code = match.group() if match else ""  # which is no secret
        text = shown[len(code) :]
        size = sys.getsizeof(shown) if max_characters is None else 0
        if size <= self._bytes_left:  # else there is no need to look for secrets
            size = max(size, sys.getsizeof(code + self.masked(text)[:max_characters]))
        if size > self._bytes_left:
            self._omitted += 1
            return
        self._bytes_left -= size
        self._note_omitted_lines()
        self._add("S", text, code, max_characters)

    def event(self, text: str) -> None:
        """Record what happened to the connection."""
        self._note_omitted_lines()
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

    def _note_omitted_lines(self) -> None:
        if self._omitted:
            omitted, self._omitted = self._omitted, 0
            self._add("*", f"{omitted} more lines of the server's, left out of this transcript")

    def _add(self, side: str, text: str, code: str = "", max_characters: int | None = None) -> None:
        prefix = f"[{self._now() - self._started:.3f}] {side}: {code}"
        self._lines.append(_Line(prefix, text, side == "S", max_characters))
