# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server on loopback that follows a script, line by line, and notes where the client does not.

A script reads as a dialogue:

    S: 220 mail.muffins.com     a line is sent (with Python's escapes, such as \\xff)
    S> 220 mail.muf             bytes are sent, without a line end
    C: HELO client              the client must send exactly this line
    C: /^EHLO \\S+$/             the client must send a line that matches
    C: (message)                the client must send a message and the dot
    C: (chunk)                  the client must send BDAT and as many bytes as it says
    C> PROXY                    the client must send exactly these bytes
    *: tls                      TLS begins, with the server's context
    *: hush                     the client must send nothing for a moment
    *: drip                     what follows is sent byte by byte, slowly
    *: silence                  nothing more is sent; the client must leave
    *: deaf                     nothing more is read either, until the test is over
    *: close, *: reset          the connection is closed, or reset
"""

from __future__ import annotations

import codecs
import re
import select
import socket
import ssl
import struct
import textwrap
import threading
import time
import typing as t

# More than any client under test takes: a script that is not followed ends here.
PATIENCE = 10.0
PATIENCE_WITH_CLIENTS = 300.0  # on a busy machine ansible-playbook takes its time to begin

HUSH_SECONDS = 0.1
DRIP_SECONDS = 0.03


class NotFollowed(AssertionError):
    """The client did not do what the script says."""


class Left(Exception):
    """The client left while it was to shake hands: what it thinks of that, it tells itself."""


class ScriptedServer:
    """Takes one connection for each script, in order."""

    def __init__(
        self,
        *scripts: str,
        family: int = socket.AF_INET,
        path: str | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._context = context
        self._scripts = [steps_of(script) for script in scripts]
        self._listener = socket.socket(socket.AF_UNIX if path else family, socket.SOCK_STREAM)
        self._listener.bind(path or ("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
        self._listener.listen(5)
        self._listener.settimeout(PATIENCE_WITH_CLIENTS)
        name: t.Any = ("", 0) if path else self._listener.getsockname()
        self.host, self.port = name[:2]
        self.messages: list[bytes] = []
        self.peers: list[str] = []
        self._complaint: str | None = None
        self._joined = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Wait for the end of all scripts; raises NotFollowed where one was not followed."""
        self._joined.set()
        self._thread.join(PATIENCE_WITH_CLIENTS + PATIENCE)
        if self._thread.is_alive():
            raise NotFollowed("the script did not come to its end")
        if self._complaint is not None:
            raise NotFollowed(self._complaint)

    def _serve(self) -> None:
        with self._listener:
            for steps in self._scripts:
                try:
                    connection, peer = self._listener.accept()
                except OSError:
                    self._complaint = "no client came"
                    return
                self.peers.append(peer[0] if peer else "")
                connection.settimeout(PATIENCE)
                performance = _Performance(connection, self.messages, self._joined, self._context)
                try:
                    performance.play(steps)
                except Left:
                    continue
                except (NotFollowed, OSError) as error:
                    self._complaint = f"{type(error).__name__}: {error}"
                    return
                finally:
                    performance.close()


class _Performance:
    """One script, played on one connection."""

    def __init__(
        self,
        connection: socket.socket,
        messages: list[bytes],
        joined: threading.Event,
        context: ssl.SSLContext | None,
    ) -> None:
        self._context = context
        self._connection = connection
        self._joined = joined
        self._messages = messages
        self._received = connection.makefile("rb")
        self._drips = False

    def close(self) -> None:
        """Close the connection, which is not the first one any more if TLS was started."""
        self._received.close()
        self._connection.close()

    def play(self, steps: list[tuple[str, str]]) -> None:
        for who, text in steps:
            if who == "S:":
                self._send(bytes_of(text) + b"\r\n")
            elif who == "S>":
                self._send(bytes_of(text))
            elif who == "C:":
                self._expect(text)
            elif who == "C>":
                self._expect_bytes(bytes_of(text))
            elif text in ("tls", "hush", "drip"):
                self._happen(text)
            elif text == "deaf":
                self._joined.wait(PATIENCE)
                return
            elif text == "close":
                self._connection.shutdown(socket.SHUT_RDWR)
                return
            elif text == "reset":
                linger = struct.pack("ii", 1, 0)
                self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return
            else:
                assert text == "silence", f"no such step: {who} {text}"
        self._expect_end()

    def _happen(self, what: str) -> None:
        if what == "tls":
            self._start_tls()
        elif what == "hush":
            self._expect_hush()
        else:
            self._drips = True

    def _send(self, data: bytes) -> None:
        if not self._drips:
            self._connection.sendall(data)
            return
        for byte in data:
            time.sleep(DRIP_SECONDS)
            try:
                self._connection.sendall(bytes([byte]))
            except OSError:  # the client has had enough, as it should
                return

    def _expect(self, text: str) -> None:
        if text == "(chunk)":
            self._expect_chunk()
            return
        if text == "(message)":
            self._messages.append(b"".join(iter(self._line, b".\r\n")))
            return
        line = self._line()
        check_line(line, text)

    def _expect_bytes(self, expected: bytes) -> None:
        said = self._received.read(len(expected))
        if said != expected:
            raise NotFollowed(f"expected {expected!r}, got {said!r}")

    def _expect_chunk(self) -> None:
        line = self._line()
        match = re.fullmatch(rb"BDAT (\d+) LAST\r\n", line)
        if match is None:
            raise NotFollowed(f"expected BDAT, got {line!r}")
        self._messages.append(self._received.read(int(match.group(1))))

    def _start_tls(self) -> None:
        """Shake hands; a client that does not like the certificate may leave."""
        assert self._context is not None, "a server that speaks TLS needs a context"
        self._received.close()
        try:
            self._connection = self._context.wrap_socket(self._connection, server_side=True)
        except OSError as error:
            raise Left from error
        self._received = self._connection.makefile("rb")

    def _line(self) -> bytes:
        line = self._received.readline()
        if not line:
            raise NotFollowed("the client left before the end of the script")
        return line

    def _expect_hush(self) -> None:
        if select.select([self._connection], [], [], HUSH_SECONDS)[0]:
            raise NotFollowed(f"the client spoke: {self._connection.recv(100)!r}")

    def _expect_end(self) -> None:
        try:
            rest = self._received.read()
        except (ConnectionResetError, ssl.SSLError):  # it left without reading what came last
            rest = b""
        if rest:
            raise NotFollowed(f"the client went on: {rest[:200]!r}")


def check_line(line: bytes, expected: str) -> None:
    """Raise NotFollowed where a line of the client's is not as the script has it."""
    said = line.decode("utf-8", "backslashreplace")
    if not said.endswith("\r\n"):
        raise NotFollowed(f"expected {expected!r}, got {said!r}")
    said = said[:-2]
    matches = re.search(expected[1:-1], said) if expected.startswith("/") else said == expected
    if not matches:
        raise NotFollowed(f"expected {expected!r}, got {said!r}")


def steps_of(script: str) -> list[tuple[str, str]]:
    """Take a script apart: who acts, and how."""
    steps = []
    for line in textwrap.dedent(script).strip("\n").split("\n"):
        who, _space, text = line.partition(" ")
        assert who in ("S:", "S>", "C:", "C>", "*:"), f"not a line of a script: {line!r}"
        steps.append((who, text))
    return steps


def bytes_of(text: str) -> bytes:
    """Return the bytes that a text of a script stands for."""
    return codecs.escape_decode(text.encode())[0]


class FilteredPort:
    """A port where nobody answers, as behind a packet filter: its queue is full."""

    def __init__(self) -> None:
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(0)
        self.host, self.port = self._listener.getsockname()
        self._waiting: list[socket.socket] = []

    def __enter__(self) -> FilteredPort:
        while True:
            client = socket.socket()
            client.settimeout(0.2)
            self._waiting.append(client)
            try:
                client.connect((self.host, self.port))
            except OSError:
                return self

    def __exit__(self, *_exception: t.Any) -> None:
        for sock in (*self._waiting, self._listener):
            sock.close()


_closed: list[socket.socket] = []


def closed_port() -> int:
    """Return a loopback port that nobody listens on, and nobody else can take meanwhile."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    _closed.append(sock)
    return int(sock.getsockname()[1])
