# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small relay on loopback for `make handshake`, with the standard library alone.

It takes any message for example.com, keeps it, and refuses other domains, as a relay does that is
not open. It has no TLS and no timers: its one client is this collection.
"""

from __future__ import annotations

import contextlib
import re
import socketserver
import threading

RECIPIENT = re.compile(r"RCPT TO:<[^>]*@example\.com>", re.IGNORECASE)
ANYBODY = re.compile(r"RCPT TO:<[^>]+>", re.IGNORECASE)  # of an open relay
REPLIES = {
    "EHLO": "250-localhost\r\n250-SIZE 33554432\r\n250 8BITMIME",
    "HELO": "250 localhost",
    "MAIL": "250 2.1.0 Ok",
    "DATA": "354 End data with <CR><LF>.<CR><LF>",
    "QUIT": "221 2.0.0 Bye",
}


class Relay:
    """Serves on a free port from `with` on.

    `received` gets the messages. `takes` is what a command RCPT that is accepted begins with.
    """

    def __init__(
        self, received: list[str] | None = None, takes: re.Pattern[str] = RECIPIENT
    ) -> None:
        self.received: list[str] = [] if received is None else received
        self._server = _Server(("127.0.0.1", 0), _Dialogue)
        self._server.received = self.received
        self._server.takes = takes
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Relay:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    received: list[str]
    takes: re.Pattern[str]


class _Dialogue(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        """Answer each command until QUIT, or until the client has gone."""
        with contextlib.suppress(ConnectionError):  # a client may go with a reset
            self._converse()

    def _converse(self) -> None:
        self._say("220 localhost embedded relay")
        for raw in self.rfile:
            line = raw.decode("ascii", "replace").rstrip("\r\n")
            verb = line[:4].upper()
            self._say(self._answer(verb, line))
            if verb == "DATA":
                self._take_message()
            if verb == "QUIT":
                return

    def _answer(self, verb: str, line: str) -> str:
        if verb == "RCPT":
            taken = self.server.takes.match(line)
            return "250 2.1.5 Ok" if taken else "554 5.7.1 Relay access denied"
        return REPLIES.get(verb, "502 5.5.1 Command not implemented")

    def _take_message(self) -> None:
        """Keep what comes before the dot, with the dots that the client has doubled taken off."""
        lines = []
        for raw in self.rfile:
            if raw == b".\r\n":
                break
            lines.append(raw[1:] if raw.startswith(b".") else raw)
        self.server.received.append(b"".join(lines).decode("utf-8", "backslashreplace"))
        self._say(f"250 2.0.0 Ok: queued as {len(self.server.received)}")

    def _say(self, reply: str) -> None:
        self.wfile.write(reply.encode("ascii") + b"\r\n")
