# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An IMAP server on loopback that answers as a test tells it, for what no real server does.

Its answers are a table, read from the top: the beginning of a command, and what is sent for it,
with `{tag}` where the tag of the command stands. What is in no table is accepted with OK.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import typing as t

GREETING = "* OK here\r\n"

SaslResponses = t.Mapping[str, t.Union[str, bytes]]


class ImapServer:
    """Takes connections one after the other, until it is stopped; `said` is all that came."""

    def __init__(self, answers: SaslResponses, greeting: str | bytes = GREETING) -> None:
        self._answers = answers
        self._greeting = greeting
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(5)
        self.host, self.port = self._listener.getsockname()
        self.said: list[str] = []
        self._connections: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def commands(self, name: str) -> list[str]:
        """Return the commands that came which begin so, without their tags."""
        return [command for command in self.said if command.startswith(name)]

    def stop(self) -> None:
        """Hang up, and take no more connections."""
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                connection, _peer = self._listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            with connection, connection.makefile("rb") as lines:
                try:
                    self._hold(connection, lines)
                except OSError:
                    continue

    def _hold(self, connection: socket.socket, lines: t.BinaryIO) -> None:
        connection.sendall(_bytes(self._greeting))
        tag = ""
        for line in lines:
            first, _space, command = line.decode("utf-8", "replace").strip().partition(" ")
            if command:
                tag = first
            else:  # DONE, or a response of AUTHENTICATE, belongs to the command before
                command = first or "(empty)"
            self.said.append(command)
            answer = _bytes(self._answer(command)).replace(b"{tag}", tag.encode())
            if answer == b"(hang up)":
                return
            connection.sendall(answer)

    def _answer(self, command: str) -> str | bytes:
        for beginning, answer in self._answers.items():
            if command.upper().startswith(beginning.upper()):
                return answer
        if command.upper() == "CAPABILITY":
            return "* CAPABILITY IMAP4rev1 STARTTLS\r\n{tag} OK x\r\n"
        if command.upper() == "LOGOUT":
            return "* BYE\r\n{tag} OK x\r\n"
        return "{tag} OK x\r\n"


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
