# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail server on loopback that behaves at random, and keeps a log of what went over the wire.

What it does is drawn from a seed, anew for each reply, so that a dialogue can be repeated. It
answers every command rightly, in one of the many ways that are right, or misbehaves: another code,
a reply too many, a line that is no reply, half a line, silence, the end of the connection.

The log has each piece as it was sent or had come, in order. Before it sends anything the server
takes in what has come: so what stands in the log after a command was sent after it.
"""

from __future__ import annotations

import random
import re
import select
import socket
import ssl
import struct
import threading
import typing as t

# Longer than any client under test takes.
PATIENCE = 20.0

CAPABILITIES = ("SIZE 10000000", "8BITMIME", "ENHANCEDSTATUSCODES", "HELP", "X-RANDOM 1 2 3")

# The code of a reply that lets the dialogue go on; a pattern of `expect` may take its place.
GOOD = {
    "greeting": "220",
    "helo": "250",
    "starttls": "220",
    "auth": "235",
    "mail_from": "250",
    "rcpt_to": "250",
    "data": "354",
    "message": "250",
    "quit": "221",
}

# Ways to misbehave. Each is a method of _Session, and leaves open what the client makes of it.
FAULTS = (
    "another_code",
    "another_code",
    "differing_codes",
    "answers_ahead",
    "answers_ahead",
    "early_replies",
    "late_reply",
    "late_reply_after_the_next_command",
    "empty_line_before",
    "empty_line_after",
    "late_empty_line",
    "stray_line",
    "no_code",
    "early_421",
    "refusal_within",
    "half_a_line",
    "close_before",
    "close_after",
    "reset_before",
    "reset_after",
)
SILENT_FAULTS = ("silence", "half_a_line_and_silence")


_COMMANDS = {
    b"EHLO": "hello",
    b"HELO": "hello",
    b"LHLO": "hello",
    b"STARTTLS": "starttls",
    b"RCPT": "rcpt",
    b"DATA": "data",
    b"QUIT": "quit",
}


class Event(t.NamedTuple):
    """What went over the wire: bytes of the client (C) or the server (S), or what happened (*)."""

    who: str
    data: bytes
    tls: bool = False


class Manner(t.NamedTuple):
    """How a server behaves: `faults` is the probability of one at each reply.

    `fault_at` is the number of the one reply that has a fault for sure. A dialogue with one fault
    says more than one with many, since nothing else can keep it from passing.
    """

    seed: str
    faults: float = 0.0
    fault_at: int | None = None
    silent: bool = False
    tls: str = "never"  # or offered, or implicit
    offers: tuple[str, ...] = ()
    expect: t.Mapping[str, t.Sequence[str]] = {}
    secret: str = ""  # what it was told, and may repeat
    varies: bool = True  # whether it behaves in another way on each connection


class LoggingServer:
    """Takes connections one by one until it is stopped; `wires` has the log of each."""

    SECONDS_TO_END = PATIENCE

    def __init__(self) -> None:
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(5)
        self.host, self.port = self._listener.getsockname()
        self.wires: list[list[Event]] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def hold(self, connection: socket.socket, wire: list[Event]) -> None:
        """Hold the session over a connection to its end, and close it."""
        raise NotImplementedError

    def stop(self) -> None:
        """Take no more connections, and wait for the end of the last."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(self.SECONDS_TO_END)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _peer = self._listener.accept()
            except OSError:  # stopped
                return
            wire: list[Event] = []
            self.wires.append(wire)
            self.hold(connection, wire)


class RandomServer(LoggingServer):
    """Behaves at random, in its manner."""

    def __init__(self, manner: Manner, context: ssl.SSLContext | None = None) -> None:
        self._manner = manner
        self._context = context
        self.errors: list[Exception] = []
        super().__init__()

    def hold(self, connection: socket.socket, wire: list[Event]) -> None:
        """Hold a session."""
        try:
            number = len(self.wires) if self._manner.varies else 1
            _Session(connection, self._manner, number, wire, self._context).hold()
        except Exception as error:  # noqa: BLE001  # for the main thread
            self.errors.append(error)

    def stop(self) -> None:
        """Stop, and raise what a session has raised."""
        super().stop()
        assert not self._thread.is_alive(), "the server did not come to its end"
        if self.errors:
            raise self.errors[0]


class _Left(Exception):
    """The connection is over, by whichever side ended it."""


class _Session:
    """One connection."""

    def __init__(
        self,
        connection: socket.socket,
        manner: Manner,
        number: int,
        wire: list[Event],
        context: ssl.SSLContext | None,
    ) -> None:
        self._connection = connection
        self._manner = manner
        self._wire = wire
        self._context = context
        self._name = f"{manner.seed}, connection {number}"
        self._replies = 0
        self._came = b""
        self._to_send: list[bytes] = []
        self._answered_ahead = 0
        self._random = random.Random(self._name)
        self._recipients = 0
        self._lmtp = False
        self._tls = False

    def hold(self) -> None:
        """Hold the session to its end."""
        try:
            self._connection.settimeout(PATIENCE)
            if self._manner.tls == "implicit":
                self._start_tls()
            self._reply("greeting")
            while True:
                self._command(self._line())
        except _Left:
            pass
        finally:
            self._connection.close()

    # What comes

    def _line(self) -> bytes:
        while b"\n" not in self._came:
            self._flush()
            self._receive()
        line, _end, self._came = self._came.partition(b"\n")
        return line

    def _receive(self) -> None:
        """Wait for what comes next."""
        try:
            data = self._connection.recv(65536)
        except OSError as error:
            raise _Left from error
        if not data:
            raise _Left
        self._note("C", data)
        self._came += data

    def _take_in(self, seconds: float = 0.0) -> None:
        """Note what has come already, so that it is in the log before what is sent now."""
        while True:
            pending = self._tls and t.cast(ssl.SSLSocket, self._connection).pending()
            if not pending and not select.select([self._connection], [], [], seconds)[0]:
                return
            self._connection.settimeout(0.0)
            try:
                data = self._connection.recv(65536)
            except OSError:  # with TLS, what came may be no data
                return
            finally:
                self._connection.settimeout(PATIENCE)
            if not data:
                return
            self._note("C", data)
            self._came += data

    def _command(self, line: bytes) -> None:
        """Do what a command asks for."""
        verb, *parameters = line.strip().upper().split() or [b""]
        if verb == b"BDAT":
            self._take_chunk(int(parameters[0]))
            self._reply_to_message()
        elif verb in _COMMANDS:
            getattr(self, f"_{_COMMANDS[verb]}")(verb)
        else:
            self._reply({b"AUTH": "auth", b"MAIL": "mail_from"}.get(verb, "other"))

    def _hello(self, verb: bytes) -> None:
        self._lmtp = verb == b"LHLO"
        self._recipients = 0
        self._reply("helo", () if verb == b"HELO" else self._capabilities())

    def _starttls(self, _verb: bytes) -> None:
        if self._reply("starttls").startswith("2"):
            self._flush()
            self._start_tls()

    def _rcpt(self, _verb: bytes) -> None:
        self._recipients += self._reply("rcpt_to").startswith("2")

    def _data(self, _verb: bytes) -> None:
        if self._reply("data") == "354":
            while self._line().rstrip(b"\r") != b".":
                pass
            self._reply_to_message()

    def _quit(self, _verb: bytes) -> None:
        """Answer, or not, and close, or wait until the client does."""
        self._flush()
        if "quit" not in self._manner.expect and self._random.random() < 0.15:
            if self._random.random() < 0.5 and self._manner.silent:
                self._wait_for_the_end()
            self._close()
        self._reply("quit")
        self._close()

    def _take_chunk(self, size: int) -> None:
        while len(self._came) < size:
            self._flush()
            self._receive()
        self._came = self._came[size:]

    def _reply_to_message(self) -> None:
        for _recipient in range(self._recipients if self._lmtp else 1):
            self._reply("message")

    # What is answered

    def _draw(self) -> None:
        """Make what follows depend on the seed and on how many replies there were."""
        self._replies += 1
        self._random = random.Random(f"{self._name}, reply {self._replies}")

    def _capabilities(self) -> tuple[str, ...]:
        """Return what is offered: in one session always the same, but for STARTTLS."""
        drawn = random.Random(self._name)
        offered = [one for one in CAPABILITIES if drawn.random() < 0.5]
        offered += self._manner.offers
        if self._manner.tls == "offered" and not self._tls:
            offered.append("STARTTLS")
        drawn.shuffle(offered)
        return tuple(one.lower() if drawn.random() < 0.1 else one for one in offered)

    def _reply(self, stage: str, more: tuple[str, ...] = ()) -> str:
        """Reply, and return the code of the first reply that was sent."""
        self._draw()
        drawn, code = self._random, self._good_code(stage)
        if self._answered_ahead:
            self._answered_ahead -= 1
            return code
        is_due = self._replies == self._manner.fault_at or drawn.random() < self._manner.faults
        if is_due and stage != "other":
            faults = FAULTS + (SILENT_FAULTS if self._manner.silent else ())
            fault: t.Callable[..., str] = getattr(self, f"_{drawn.choice(faults)}")
            code = fault(stage, code, more)
        else:
            self._say(code, more)
        if b"\n" not in self._came or drawn.random() < 0.5:  # or together with the next reply
            self._flush()
        return code

    def _good_code(self, stage: str) -> str:
        patterns = self._manner.expect.get(stage)
        if not patterns:
            return GOOD.get(stage, "500")
        pattern = self._random.choice(list(patterns))
        good = GOOD.get(stage, "500")
        if re.fullmatch(pattern.replace("x", "."), good):
            return good
        return pattern[0] + "".join(
            self._random.choice("0135") if digit == "x" else digit for digit in pattern[1:]
        )

    def _say(self, code: str, more: tuple[str, ...] = ()) -> None:
        """Say a whole reply, in one of the ways that are right."""
        drawn = self._random
        lines = [self._text(code), *more]
        if not more and drawn.random() < 0.2:
            lines += [self._text(code) for _line in range(drawn.randrange(1, 4))]
        end = "\n" if drawn.random() < 0.05 else "\r\n"
        text = "".join(f"{code}-{line}{end}" for line in lines[:-1])
        last = f"{code} {lines[-1]}" if lines[-1] or drawn.random() < 0.5 else code
        data = (text + last + end).encode("latin-1")
        if len(data) > 1 and drawn.random() < 0.1:  # in two pieces
            cut = drawn.randrange(1, len(data))
            self._to_send.append(data[:cut])
            self._flush()
            data = data[cut:]
        self._to_send.append(data)

    def _text(self, code: str) -> str:
        drawn = self._random
        text = drawn.choice(
            ("mx.example.org ESMTP", "Ok", "", "2.0.0 Ok", "5.7.1 No", "a\tb", "\x1b[31m\xff", "-")
        )
        if text[:1].isdigit() and text[0] != code[0]:
            text = text[6:]
        if self._manner.secret and drawn.random() < 0.3:
            text += f" {self._manner.secret}"
        return text

    # How it misbehaves

    def _another_code(self, stage: str, code: str, more: tuple[str, ...]) -> str:
        drawn = self._random
        first = drawn.choice("12334455")
        code = first + drawn.choice("0257") + drawn.choice("0149")
        if first == "4" and drawn.random() < 0.3:
            code = "421"
        if stage == "helo" and drawn.random() < 0.3:
            code = drawn.choice(("500", "502", "504"))
        if stage == "auth" and drawn.random() < 0.3:
            code = "334"
        self._say(code, more)
        return code

    def _differing_codes(self, stage: str, code: str, more: tuple[str, ...]) -> str:
        other = self._random.choice(("250", "354", "550", "450", "221"))
        self._to_send.append(f"{code}-one\r\n{other} two\r\n".encode())
        return code

    def _refusal_within(self, stage: str, code: str, more: tuple[str, ...]) -> str:
        """Change one's mind, as postscreen does in its greeting, and any server with 421."""
        other = self._random.choice(("421", "521", "421"))
        self._to_send.append(f"{code}-one\r\n{other} two\r\n".encode())
        return other

    def _answers_ahead(self, stage: str, code: str, more: tuple[str, ...]) -> str:
        """Answer the next commands, too, and not again when they come: no reply is missing."""
        self._say(code, more)
        if stage in ("helo", "mail_from", "rcpt_to"):
            self._answered_ahead = self._random.randrange(1, 3)
        for _reply in range(self._answered_ahead):
            self._say("250")
        return code

    def _early_replies(self, stage: str, code: str, more: tuple[str, ...]) -> str:
        self._say(code, more)
        for _reply in range(self._random.randrange(1, 4)):
            self._say(self._random.choice((code, "250", "220", "354", "221", "550")))
        return code

    def _late_reply(self, stage: str, code: str, more: tuple[str, ...]) -> str:
        self._say(code, more)
        self._flush()
        self._say(self._random.choice((code, "250", "354", "221", "550")))
        return code

    def _late_reply_after_the_next_command(
        self, stage: str, code: str, more: tuple[str, ...]
    ) -> str:
        self._say(code, more)
        self._flush()
        if stage != "starttls":  # what comes next is TLS
            self._take_in(seconds=0.05)
        self._say(self._random.choice((code, "250", "354", "221", "550")))
        return code

    def _empty_line_before(self, stage: str, code: str, more: tuple[str, ...]) -> str:
        self._to_send.append(b"\r\n")
        self._say(code, more)
        return code

    def _empty_line_after(self, stage: str, code: str, more: tuple[str, ...]) -> str:
        self._say(code, more)
        self._to_send.append(self._random.choice((b"\r\n", b"\n", b"\r\n\r\n")))
        return code

    def _late_empty_line(self, stage: str, code: str, more: tuple[str, ...]) -> str:
        self._say(code, more)
        self._flush()
        self._to_send.append(b"\r\n")
        return code

    def _stray_line(self, stage: str, code: str, more: tuple[str, ...]) -> str:
        lines = (
            b"Welcome!\r\n",
            b"25\r\n",
            b"2500 ok\r\n",
            b" 250 ok\r\n",
            b"\0\r\n",
            b"250ok\r\n",
        )
        self._say(code, more)
        self._to_send.insert(self._random.randrange(2), self._random.choice(lines))
        return code

    def _no_code(self, stage: str, code: str, more: tuple[str, ...]) -> str:
        code = self._random.choice(("999", "600", "000", "099", "25x", "2 50", "++"))
        self._to_send.append(f"{code} Ok\r\n".encode())
        return code

    def _early_421(self, stage: str, code: str, more: tuple[str, ...]) -> str:
        self._say(code, more)
        self._say("421")
        return code

    def _half_a_line(self, stage: str, code: str, more: tuple[str, ...]) -> str:
        self._to_send.append(code.encode()[: self._random.randrange(1, 4)])
        self._close()
        return code

    def _half_a_line_and_silence(self, stage: str, code: str, more: tuple[str, ...]) -> str:
        self._to_send.append(f"{code}-one\r\n{code}".encode())
        self._flush()
        self._wait_for_the_end()
        return code

    def _silence(self, stage: str, code: str, more: tuple[str, ...]) -> str:
        self._flush()
        self._wait_for_the_end()
        return code

    def _close_before(self, stage: str, code: str, more: tuple[str, ...]) -> str:
        self._close()
        return code

    def _close_after(self, stage: str, code: str, more: tuple[str, ...]) -> str:
        self._say(code, more)
        self._close()
        return code

    def _reset_before(self, stage: str, code: str, more: tuple[str, ...]) -> str:
        self._reset()
        return code

    def _reset_after(self, stage: str, code: str, more: tuple[str, ...]) -> str:
        self._say(code, more)
        self._flush()
        self._reset()
        return code

    # What goes out

    def _flush(self) -> None:
        """Send what there is to be sent, as one piece."""
        if not self._to_send:
            return
        data = b"".join(self._to_send)
        self._to_send.clear()
        self._take_in()
        self._note("S", data)
        try:
            self._connection.sendall(data)
        except OSError as error:
            self._note("*", b"lost")
            raise _Left from error

    def _start_tls(self) -> None:
        assert self._context is not None, "a server that speaks TLS needs a context"
        # What came in plain text after STARTTLS is not for TLS.
        self._came = b""
        try:
            self._connection = self._context.wrap_socket(self._connection, server_side=True)
        except OSError as error:  # the client has left
            raise _Left from error
        self._tls = True
        self._note("*", b"tls")

    def _wait_for_the_end(self) -> None:
        while True:
            self._receive()

    def _close(self) -> None:
        """Close the connection. First all is read, or the kernel would reset it."""
        self._flush()
        self._take_in()
        self._note("*", b"close")
        raise _Left

    def _reset(self) -> None:
        self._note("*", b"reset")
        linger = struct.pack("ii", 1, 0)
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        raise _Left

    def _note(self, who: str, data: bytes) -> None:
        self._wire.append(Event(who, data, self._tls))
