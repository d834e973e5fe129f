# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The SMTP session: send commands and read replies over one connection.

Each command and each reply is recorded and has a deadline. A session knows when a command may be
sent. It does not judge replies.
"""

from __future__ import annotations

import collections
import re
import typing as t

from ..._net.errors import ProbeError, StrayLine, UnsolicitedReply
from ..._net.network import SYSTEM, open_first
from ..._net.stream import CHUNK_BYTES
from ..._net.text import NOT_SHOWN, printable
from ..wire import commands
from ..wire.reply import ReplyReader

if t.TYPE_CHECKING:
    from ..._net.network import Network, Stream
    from ..model import Stage
    from ..options.plan import Limits
    from ..wire.message import Message
    from ..wire.reply import Reply
    from .lookup import ServerLookup
    from .record import Record

T = t.TypeVar("T")

# After the reply to QUIT, wait this long for another reply. It would show that the first one was
# the reply to an earlier command.
_ANOTHER_SECONDS = 1.0

MORE_THAN_ONE = "the server sent more than one reply to one command"

# Limit on what is recorded of an incomplete last line.
_MAX_INCOMPLETE_CHARACTERS = 1000

# Limit on what is recorded of bytes that an audit sends.
_MAX_SHOWN_BYTES = 1000

# Limit on the commands that are sent before their replies are read. With more, the server could
# wait until the client reads, and the client until the server reads (RFC 2920 section 3.1).
_MAX_UNACKNOWLEDGED = 50


class Session:
    """A session over one connection to a server.

    The deadline of the session is `limits.deadline` seconds after the look-up began. The methods
    that send or read raise ProbeError of kind `timeout`, `disconnect`, `tls` or `protocol`.
    """

    def __init__(
        self, record: Record, lookup: ServerLookup, limits: Limits, network: Network = SYSTEM
    ) -> None:
        self.record = record
        self.lookup = lookup
        self._limits = limits
        self._network = network
        self._now = network.now
        self._spent = lookup.seconds or 0.0
        self._deadline = self._now() + limits.deadline - self._spent
        self._stream: Stream | None = None
        self._sent_at = 0.0  # when the client last sent something, or connected
        self._lost_errno: str | None = None  # of a command that could not be sent
        self.message: Message | None = None  # composed for this server
        self._reader = ReplyReader()
        # Whether a command may be sent: after the greeting, outside a message, and as long as the
        # connection is open.
        self.can_send = False
        # Whether the next reply belongs to the next command. After a time-out it may belong to an
        # earlier one.
        self._synchronized = True
        # Whether an AUTH exchange has begun. Its challenges are not recorded.
        self._in_auth = False
        # With pipelining: the next commands in their order, and how many of them were sent.
        self._queued: collections.deque[str] = collections.deque()
        self._unacknowledged = 0

    def connect(self, source_address: str | None) -> None:
        """Connect to the first address of the server that accepts a connection."""
        record = self.record
        self._stream = open_first(
            record.addresses,
            source_address,
            self._limits.connect_timeout,
            self._deadline,
            record.transcript.event,
            self._spent,
            self._network,
        )
        self.expect_answer()
        record.address = self._stream.address
        record.local = self._stream.local

    @property
    def stream(self) -> Stream:
        """The connection. Raise RuntimeError if there is no connection yet."""
        if self._stream is None:
            raise RuntimeError("not connected")
        return self._stream

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._stream is not None:
            self._stream.close()
            self.record.transcript.event("closed")

    def timed(self, name: str, call: t.Callable[..., T], *arguments: t.Any) -> T:
        """Return the value of a call, and add its duration to `record.seconds`."""
        seconds, started = self.record.seconds, self._now()
        try:
            return call(*arguments)
        finally:
            taken = self._now() - started
            seconds[name] = seconds.get(name, 0.0) + taken

    def expect_answer(self) -> None:
        """Note that the server has to answer from now on."""
        self._sent_at = self._now()

    @property
    def waited(self) -> float | None:
        """The seconds since the client last sent something, or None without a connection."""
        return None if self._stream is None else self._now() - self._sent_at

    def round_trip(self) -> float | None:
        """Return the shortest round trip to the server in seconds, or None if it is not known."""
        return None if self._stream is None else self._stream.round_trip()

    def next_deadline(self) -> float:
        """Return the deadline of an operation that begins now, by the clock of the network."""
        return min(self._now() + self._limits.timeout, self._deadline)

    def read_reply(
        self, stage: Stage, command: str | None = None, recipient: str | None = None
    ) -> Reply:
        """Read a reply, and record it as the reply to a command that was sent before."""
        reply = self._read_within(self._limits.timeout)
        self.record.note(stage, command, reply, recipient)
        return reply

    def command(
        self,
        stage: Stage,
        command: str,
        recipient: str | None = None,
    ) -> Reply:
        """Send a command. Read, record and return the reply to it."""
        self._send_command(command)
        reply = self._read_within(self._limits.timeout)
        self.record.note(stage, command, reply, recipient)
        return reply

    def secret_command(self, stage: Stage, command: str, shown: str) -> Reply:
        """Send a line of an AUTH exchange, and return the reply to it.

        The record has only `shown`, which is the beginning of the line. If the reply is a challenge
        (334), its text is not recorded. The reply that is returned is complete.
        """
        transcript = self.record.transcript
        transcript.hide(command[len(shown) :].lstrip())
        shown = f"{shown} {NOT_SHOWN}".lstrip()
        self._in_auth = True
        self._send_command(command, shown)
        reply = recorded = self._read_within(self._limits.timeout)
        if reply.code == 334:
            transcript.hide(reply.text)
            recorded = reply._replace(lines=(NOT_SHOWN,))
        self.record.note(stage, shown, recorded)
        return reply

    def pipeline(self, queued: t.Iterable[str]) -> None:
        """Announce the next commands, so that they can be sent together (RFC 2920).

        They must then be sent with `command`, in the same order.
        """
        self._queued.extend(queued)

    @property
    def unanswered(self) -> list[str]:
        """The pipelined commands that were sent and whose replies were not read yet."""
        return list(self._queued)[: self._unacknowledged] if self._synchronized else []

    def send_header(self, header: bytes) -> None:
        """Send a header of the PROXY protocol."""
        self.expect_answer()
        self.stream.send(header, self.next_deadline())

    def request_data(self, stage: Stage) -> Reply:
        """Send DATA. After 354 no command may be sent, since it would be a line of the message."""
        reply = self.command(stage, commands.DATA)
        self.can_send = reply.code != 354
        return reply

    def send_message(self, stuffed: bytes) -> None:
        """Send a dot-stuffed message and the final dot. Do not read the replies."""
        self._reject_early_reply()
        self.record.transcript.sent_message(stuffed)
        self.record.transcript.sent(commands.END_OF_DATA)
        self._send(stuffed + commands.END_OF_DATA.encode() + b"\r\n")
        self.can_send = True

    def send_chunk(self, command: str, message: bytes) -> None:
        """Send BDAT with the size of a message, and the message. Do not read the replies."""
        self._reject_early_reply()
        self.can_send = False
        self.record.transcript.sent(command)
        self.record.transcript.sent_message(message)
        self._send(command.encode() + b"\r\n" + message)
        self.can_send = True

    def send_bytes(self, data: bytes) -> None:
        """Send bytes as they are, for an audit: without a line end, and not as one command.

        Replies that came before are not rejected, as the audit may wait for them.
        """
        more = len(data) - _MAX_SHOWN_BYTES
        cut = f"... ({more} more bytes)" if more > 0 else ""
        self.record.transcript.sent(printable(data[:_MAX_SHOWN_BYTES]) + cut)
        self._send(data)

    def unasked_reply(self, stage: Stage, seconds: float) -> Reply | None:
        """Return a reply that comes within `seconds`, without a command, or None at a silence."""
        deadline = self._now() + seconds
        try:
            reply = self._read(min(deadline, self._deadline))
        except ProbeError as error:
            nothing = not self._reader.pending and not self._reader.in_reply
            if error.kind == "timeout" and nothing and deadline <= self._deadline:
                return None
            raise self._error_to_raise(error, seconds) from error
        self.record.note(stage, None, reply)
        return reply

    def reject_injected_plaintext(self) -> None:
        """Raise ProbeError if plain text came after the reply to STARTTLS.

        An attacker may have sent it. It must not be read as if it had come over TLS (RFC 3207
        section 6, CVE-2011-0411).
        """
        injected = self._reader.pending or self.stream.receive_waiting()
        if injected:
            self.can_send = False  # no command is sent in plain text any more
            self._reader = ReplyReader()
            self._reader.feed(injected)
            raise self._error_to_raise(
                ProbeError("protocol", "plain text was injected after the reply to STARTTLS"), 0
            )

    def quit(self, stage: Stage, seconds: float) -> Reply | None:
        """Send QUIT, and return the reply to it.

        Return None if it is not known which reply belongs to QUIT, as after a time-out. A reply
        other than 221 may belong to an earlier command. If another reply follows it in time, it
        does: raise ProbeError of kind `protocol`.
        """
        self._queued.clear()
        deadline = self._now() + seconds
        if self._synchronized:
            self._send_command(commands.QUIT)
            reply = self._read_within(seconds)
            if reply.positive and reply.code != commands.CLOSING:
                self._reject_another(min(deadline, self._now() + _ANOTHER_SECONDS))
            self.record.note(stage, commands.QUIT, reply)
            return reply
        self.record.transcript.sent(commands.QUIT)
        self._deadline = deadline
        self._send(commands.QUIT.encode() + b"\r\n")
        return None

    def _reject_another(self, deadline: float) -> None:
        """Raise ProbeError if another reply comes before the server closes the connection."""
        try:
            self._read(deadline)
        except ProbeError as error:
            if error.kind in ("timeout", "disconnect", "tls"):
                return
            raise
        raise ProbeError("protocol", MORE_THAN_ONE)

    def _send_command(self, command: str, shown: str | None = None) -> None:
        """Send a command, unless it was pipelined. Record `shown` in place of a secret command."""
        if self._queued:
            self._send_queued(command)
        else:
            self._reject_early_reply()
            self.record.transcript.sent(shown or command)
            self._send(command.encode() + b"\r\n")

    def _send_queued(self, command: str) -> None:
        """Send the first batch of the queued commands, unless it was sent already.

        Raise ValueError if `command` is not the next one in the queue.
        """
        if self._unacknowledged == 0:
            self._reject_early_reply()
            batch = [
                self._queued[index] for index in range(min(len(self._queued), _MAX_UNACKNOWLEDGED))
            ]
            for one in batch:
                self.record.transcript.sent(one)
            self._send("".join(f"{one}\r\n" for one in batch).encode())
            self._unacknowledged = len(batch)
        if self._queued.popleft() != command:
            raise ValueError(f"not the next command in the order of the pipeline: {command}")
        self._unacknowledged -= 1

    def _reject_early_reply(self) -> None:
        """Raise ProbeError if the server sent something before the next command.

        Otherwise it would be read as the reply to that command. A server may send 421 at any time
        (RFC 5321 section 3.8). Then raise UnsolicitedReply.
        """
        self._reader.feed(self.stream.receive_waiting())
        early = self._reader.pending
        if not early:
            return
        if early[:3] == b"421"[: len(early)]:  # or the beginning of it
            can_send = self.can_send
            reply = self._read_within(self._limits.timeout)
            self.can_send = can_send
            if reply.code == 421:
                raise UnsolicitedReply(reply, reply.text)
            raise self._error_to_raise(ProbeError("protocol", MORE_THAN_ONE), 0)
        line = early.partition(b"\n")[0].rstrip(b"\r")
        if not line:
            raise self._error_to_raise(StrayLine("protocol", "an empty line came"), 0)
        is_reply = re.match(rb"[1-5]?[0-9]{0,2}(?:[ -].*)?$", line, re.DOTALL)
        text = MORE_THAN_ONE if is_reply else f"not an SMTP reply: {printable(line)}"
        raise self._error_to_raise(ProbeError("protocol", text), 0)

    def _read_within(self, seconds: float) -> Reply:
        """Read a reply within `seconds`, and within the deadline of the session."""
        started = self._now()
        try:
            reply = self._read(min(started + seconds, self._deadline))
        except ProbeError as error:
            raise self._error_to_raise(error, seconds) from error
        self.can_send = True
        return reply

    def _read(self, deadline: float) -> Reply:
        started = self._now()
        while True:
            line = self._reader.next_line()
            if line is None:
                self._reader.feed(self.stream.receive(deadline))
                continue
            self._record_line(line)
            reply = self._reader.reply_with(line)
            if reply is not None:
                now = self._now()
                return reply._replace(seconds=now - started, since_sent=now - self._sent_at)

    def _record_line(self, line: bytes, max_characters: int | None = None) -> None:
        """Record a line from the server, cut to `max_characters`. Hide a challenge of AUTH."""
        hidden = self._in_auth and line.startswith(b"334")
        self.record.transcript.received(
            b"334 " + NOT_SHOWN.encode() if hidden else line, max_characters
        )

    def _send(self, data: bytes) -> None:
        """Send data in chunks. The server must accept each chunk within the time for a reply."""
        try:
            for start in range(0, len(data), CHUNK_BYTES):
                self.expect_answer()
                self.stream.send(data[start : start + CHUNK_BYTES], self.next_deadline())
        except ProbeError as error:
            if error.kind != "disconnect":
                raise self._error_to_raise(error, self._limits.timeout, sending=True) from error
            # A server may send a reply before it disconnects. This reply can still be read.
            self._lost_errno = error.errno

    def _error_to_raise(
        self, error: ProbeError, seconds: float, *, sending: bool = False
    ) -> ProbeError:
        """Record the reply as far as it came, and return the error with its final text.

        `seconds` is the time that a reply was waited for, or the server to take what was sent.
        """
        incomplete = self._reader.pending
        if incomplete:
            self._record_line(incomplete, _MAX_INCOMPLETE_CHARACTERS)
        self._synchronized = False
        if error.kind in ("disconnect", "tls"):
            self.can_send = False
            error.errno = error.errno or self._lost_errno
        if error.kind != "timeout":
            return error
        if self._now() >= self._deadline:
            text = "the deadline for the whole dialogue has passed"
        elif sending:
            text = f"{error.text} within {seconds:g} s"
        else:
            answer = "complete answer" if incomplete or self._reader.in_reply else "answer"
            text = f"no {answer} within {seconds:g} s"
        return ProbeError("timeout", text, errno=error.errno, tcp_info=error.tcp_info)
