# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The transcript of a dialogue: the lines that a telnet session would show, with their times.

Everything that goes over the wire is recorded here. Secrets are masked here, too.
"""

from __future__ import annotations

import re
import sys
import time
import typing as t

from ..._net.text import NOT_SHOWN, escape, printable

if t.TYPE_CHECKING:
    from ..._net.redaction import SecretPattern

# Limit on the memory for the lines of a server, which can send long replies to each of a thousand
# recipients. An ordinary dialogue needs about 4 KiB.
BUDGET_BYTES = 256 * 1024

MAX_MESSAGE_LINES = 50
MAX_MESSAGE_LINE_BYTES = 1000

# Limit on the text of an event, which may contain text of a server.
MAX_EVENT_CHARACTERS = 4096

_CODE = re.compile("[1-5][0-9]{2}(?:[ -]|$)")


class Transcript:
    """Lines such as `[0.013] S: 220 mail.example.com`, with the seconds since the start.

    `secret` matches all texts that must not be shown. `started` is the start in seconds since the
    epoch. Someone may set the clock of this host during the dialogue, so the seconds since the
    start come from `now`, a monotonic clock.
    """

    def __init__(
        self,
        secret: SecretPattern | None = None,
        budget_bytes: int = BUDGET_BYTES,
        now: t.Callable[[], float] = time.monotonic,
    ) -> None:
        self._secret = secret
        # The lines, of which those of the server have no text yet. It is masked later, because a
        # secret may be split over a line and the next: its line, itself, and where to cut it then.
        self._lines: list[str] = []
        self._received: list[tuple[int, str, int | None]] = []
        self.budget_bytes = budget_bytes
        self.started = time.time()
        self._now = now
        self._started = now()
        self._bytes_left = budget_bytes
        self._omitted = 0

    @property
    def lines(self) -> list[str]:
        """All lines, without secrets."""
        lines = self._lines.copy()
        shown = self.masked_lines([text for _number, text, _most in self._received])
        for (number, _text, max_characters), text in zip(self._received, shown):
            lines[number] += text[:max_characters]
        return lines

    def hide(self, word: str) -> None:
        """Mask a response or challenge of an AUTH exchange, encoded and decoded."""
        from ..._net.redaction import SecretPattern
        from ..._net.sasl.secrets import secrets_in  # only a login needs it

        pattern = self._secret or SecretPattern()
        for secret in secrets_in(word, pattern.user):
            pattern = pattern.also(secret)
        self._secret = pattern

    def sent(self, line: str) -> None:
        """Record a command."""
        self._add("C", self.masked(escape(line)))

    def sent_message(self, message: bytes) -> None:
        """Record the first lines of a message, and how many more there are. Lines end with CRLF."""
        *lines, rest = message.split(b"\r\n", MAX_MESSAGE_LINES)
        for line, shown in zip(lines, self.masked_lines([printable(line) for line in lines])):
            more = len(line) - MAX_MESSAGE_LINE_BYTES
            cut = f"... ({more} more bytes)" if more > 0 else ""
            self._add("C", shown[:MAX_MESSAGE_LINE_BYTES] + cut)
        if rest:
            omitted = _more_lines(rest.count(b"\r\n"))
            self.event(f"{omitted} of the message, {len(message)} bytes in all")

    def received(self, line: bytes, max_characters: int | None = None) -> None:
        """Record a line from the server.

        A line that is not part of a reply is cut to `max_characters`.
        """
        shown = printable(line)
        match = _CODE.match(shown)
        code = match.group() if match else ""  # is never a secret
        text = shown[len(code) :]
        size = sys.getsizeof(shown) if max_characters is None else 0
        if size <= self._bytes_left:  # otherwise the line is omitted, so no masking is needed
            size = max(size, sys.getsizeof(code + self.masked(text)[:max_characters]))
        if size > self._bytes_left:
            self._omitted += 1
            return
        self._bytes_left -= size
        self._add("S", code)
        self._received.append((len(self._lines) - 1, text, max_characters))

    def event(self, text: str) -> None:
        """Record an event of the connection."""
        self._add("*", self.masked(escape(text))[:MAX_EVENT_CHARACTERS])

    def masked(self, text: str) -> str:
        """Return a text with each secret masked, in whatever encoding it appears.

        A text must be cut after it is masked, because a part of a secret is not recognized.
        """
        return text if self._secret is None else self._secret.sub(NOT_SHOWN, text)

    def masked_lines(self, lines: t.Sequence[str]) -> list[str]:
        """Return consecutive lines with each secret masked, even if it is split over lines."""
        if self._secret is None or not lines:
            return list(lines)
        return self._secret.sub_lines(NOT_SHOWN, lines)

    def _add(self, side: str, text: str) -> None:
        """Add a line, and before it how many lines of the server were omitted."""
        if self._omitted:
            omitted, self._omitted = _more_lines(self._omitted), 0
            self._add("*", f"{omitted} from the server, left out of this transcript")
        self._lines.append(f"[{self._now() - self._started:.3f}] {side}: {text}")


def _more_lines(number: int) -> str:
    return "1 more line" if number == 1 else f"{number} more lines"
