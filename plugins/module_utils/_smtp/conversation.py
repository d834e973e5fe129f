# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands out and replies in, over one channel: each recorded, each with an end.

It knows when it is polite and safe to speak, and nothing of what the replies mean.
"""

from __future__ import annotations

import time
import typing as t

from . import commands
from .channel import CHUNK_BYTES
from .reply import Reply, ReplyReader
from .words import Broken

if t.TYPE_CHECKING:
    from .channel import Channel
    from .transcript import Transcript

# Of what came last and is no whole line, so much is recorded.
_MAX_PART_BYTES = 1000


class Conversation:
    """What is said and heard on a channel until `deadline`, a moment of the monotonic clock.

    Its methods raise Broken: `timeout`, `disconnect`, or `protocol`.
    """

    def __init__(
        self, channel: Channel, transcript: Transcript, timeout: float, deadline: float
    ) -> None:
        self.channel = channel
        self._transcript = transcript
        self._timeout = timeout
        self._deadline = deadline
        self._reader = ReplyReader()
        # A command may not be sent before the end of the greeting, within a message, or to a
        # server that is gone.
        self.may_speak = False
        # After a time-out the next reply to come may be the one to an earlier command.
        self._in_step = True

    def hear(self, seconds: float | None = None) -> Reply:
        """Read one reply within the time for one reply, however it drips in."""
        seconds = seconds or self._timeout
        started = time.monotonic()
        try:
            reply = self._read(min(started + seconds, self._deadline))
        except Broken as broken:
            raise self._lost(broken, seconds) from broken
        self.may_speak = True
        return reply._replace(seconds=time.monotonic() - started)

    def ask(self, command: str, seconds: float | None = None) -> Reply:
        """Send a command, and read the reply to it."""
        if self._may_ask():
            self._transcript.sent(command)
            self._send(command.encode() + b"\r\n")
        return self.hear(seconds)

    def ask_for_message(self) -> Reply:
        """Send DATA. After 354 nothing may be sent but the message: QUIT would be a line of it."""
        reply = self.ask(commands.DATA)
        self.may_speak = reply.code != 354
        return reply

    def send_message(self, stuffed: bytes) -> Reply:
        """Send a dot-stuffed message and the dot, and read the reply to the whole of it."""
        if self._may_ask():
            self._transcript.sent_message(stuffed)
            self._transcript.sent(commands.END_OF_DATA)
            self._send(stuffed + commands.END_OF_DATA.encode() + b"\r\n")
            self.may_speak = True
        return self.hear()

    def leave(self, seconds: float) -> Reply | None:
        """Say QUIT, and give the reply; None where nothing could be said, or heard of it."""
        if not self.may_speak:
            return None
        if self._in_step:
            return self.ask(commands.QUIT, seconds)
        self._transcript.sent(commands.QUIT)
        self._deadline = time.monotonic() + seconds
        self._send(commands.QUIT.encode() + b"\r\n")
        return None

    def _may_ask(self) -> bool:
        """Whether all replies so far were to what was asked, so that the next one will be, too.

        Only 421 may come unasked (RFC 5321 section 3.8). It is the answer to whatever comes next,
        which need not be sent any more.
        """
        heard = self._reader.pending
        if heard and not heard.startswith(b"421"):
            broken = Broken("protocol", "the server sent more than one reply to one command")
            raise self._lost(broken, 0)
        return not heard

    def _read(self, until: float) -> Reply:
        while True:
            line = self._reader.next_line()
            if line is None:
                self._reader.feed(self.channel.receive(until))
                continue
            self._transcript.received(line)
            reply = self._reader.reply_with(line)
            if reply is not None:
                return reply

    def _send(self, data: bytes) -> None:
        """Send all of it, as long as the server takes some of it within the time for one reply."""
        try:
            for start in range(0, len(data), CHUNK_BYTES):
                until = min(time.monotonic() + self._timeout, self._deadline)
                self.channel.send(data[start : start + CHUNK_BYTES], until)
        except Broken as broken:
            if broken.kind != "disconnect":
                raise self._lost(broken, self._timeout) from broken
            # A server that hung up may have said why before: its reply can still be read.

    def _lost(self, broken: Broken, seconds: float) -> Broken:
        """Record what came of a reply that never was whole, and say how the conversation broke."""
        part = self._reader.pending
        if part:
            self._transcript.received(part[:_MAX_PART_BYTES])
        self._in_step = False
        if broken.kind == "disconnect":
            self.may_speak = False
        if broken.kind != "timeout":
            return broken
        if time.monotonic() >= self._deadline:
            return Broken("timeout", "the deadline for the whole dialogue has passed")
        answer = "complete answer" if part or self._reader.in_reply else "answer"
        return Broken("timeout", f"no {answer} within {seconds:g} s")
