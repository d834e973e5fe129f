# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many SMTP servers in one process, of which some answer at once, and others take their time.

They listen on one port of as many addresses as are asked for, from FIRST on (by default loopback
addresses), so that each is a server of its own to the client. One thread and an epoll hold all
dialogues, with as little Python for each command as will do. All recipients are taken, and all
messages are dropped.

    python many_servers.py FAST SLOW DELAY [FIRST]

The first line of output is in JSON: the port of those that answer at once, and that of those that
take DELAY seconds for each reply. Each line of input is answered with another: how many recipients
were taken since the last, and the CPU time of this process. At the end of the input all is over.
Whoever measures lets ServerProcess do all of this.
"""

from __future__ import annotations

import collections
import ipaddress
import json
import os
import resource
import select
import socket
import subprocess
import sys
import time
import typing as t

FIRST_ADDRESS = "127.0.1.1"

GREETING = b"220 bench.example.com ESMTP\r\n"
REPLIES = {
    b"EHLO": b"250-bench.example.com\r\n250-SIZE 10240000\r\n250-8BITMIME\r\n250 PIPELINING\r\n",
    b"HELO": b"250 bench.example.com\r\n",
    b"MAIL": b"250 2.1.0 Ok\r\n",
    b"RCPT": b"250 2.1.5 Ok\r\n",
    b"DATA": b"354 End data with <CR><LF>.<CR><LF>\r\n",
    b"QUIT": b"221 2.0.0 Bye\r\n",
}
NOT_KNOWN = b"502 5.5.2 Command not recognized\r\n"
END_OF_DATA = b"\r\n.\r\n"
TAKEN = b"250 2.0.0 Ok: queued\r\n"


def addresses(number: int, first: str = FIRST_ADDRESS) -> list[str]:
    """Return the addresses that so many servers listen on."""
    return [str(ipaddress.IPv4Address(first) + index) for index in range(number)]


class ServerProcess:
    """The process with the servers, for whoever measures; `fast` and `slow` are its ports."""

    def __init__(
        self, fast: int, slow: int = 0, delay: float = 0, first: str = FIRST_ADDRESS
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(fast), str(slow), str(delay), first],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.fast, self.slow = self._read()

    def __enter__(self) -> ServerProcess:
        return self

    def __exit__(self, *_exception: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _read(self) -> t.Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def ask(self) -> dict[str, float]:
        """Ask how many recipients were taken since the last time, and for the CPU time."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return dict(self._read())


class Servers:
    """All the servers."""

    def __init__(self, fast: int, slow: int, delay: float, first: str) -> None:
        self._poll = select.epoll()
        self._delay = delay
        self._first = first
        self._listeners: dict[int, tuple[socket.socket, bool]] = {}
        self._clients: dict[int, _Client] = {}
        self._late: collections.deque[tuple[float, _Client, bytes]] = collections.deque()
        self._recipients = 0
        self.ports = [self._listen(fast, slow=False), self._listen(slow, slow=True)]

    def _listen(self, number: int, slow: bool) -> int:
        """Listen on a port that is free on all addresses."""
        while True:
            sockets: list[socket.socket] = []
            port = 0
            try:
                for address in addresses(number, self._first):
                    sockets.append(socket.create_server((address, port), backlog=1024))
                    port = sockets[0].getsockname()[1]
            except OSError:
                for sock in sockets:
                    sock.close()
                if not port:
                    raise
                continue
            for sock in sockets:
                sock.setblocking(False)
                self._listeners[sock.fileno()] = (sock, slow)
                self._poll.register(sock, select.EPOLLIN)
            return port

    def serve(self, control: int) -> None:
        """Hold dialogues until the input ends."""
        self._poll.register(control, select.EPOLLIN)
        while True:
            wait = max(self._late[0][0] - time.monotonic(), 0) if self._late else -1
            for number, _event in self._poll.poll(wait):
                client = self._clients.get(number)
                if client is not None:
                    self._hear(client)
                elif number in self._listeners:
                    self._accept(*self._listeners[number])
                elif not os.read(control, 4096):
                    return
                else:
                    self._tell()
            while self._late and self._late[0][0] <= time.monotonic():
                _when, client, reply = self._late.popleft()
                self._send(client, reply)

    def _tell(self) -> None:
        _say({"recipients": self._recipients, "cpu": time.process_time()})
        self._recipients = 0

    def _accept(self, listener: socket.socket, slow: bool) -> None:
        sock, _peer = listener.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = _Client(sock, slow)
        self._clients[sock.fileno()] = client
        self._poll.register(sock, select.EPOLLIN)
        self._reply(client, GREETING)

    def _hear(self, client: _Client) -> None:
        try:
            heard = client.socket.recv(65536)
        except OSError:
            heard = b""
        if not heard:
            self._close(client)
            return
        client.heard += heard
        while True:
            if client.in_data:
                message, end, rest = client.heard.partition(END_OF_DATA)
                if not end:
                    client.heard = message[-len(END_OF_DATA) :]
                    return
                client.heard, client.in_data = rest, False
                self._reply(client, TAKEN)
                continue
            line, end, rest = client.heard.partition(b"\r\n")
            if not end:
                return
            verb = line[:4].upper()
            self._recipients += verb == b"RCPT"
            client.in_data = verb == b"DATA"
            # The message may end with the very first line, before which stands the end of DATA's.
            client.heard = b"\r\n" + rest if client.in_data else rest
            self._reply(client, REPLIES.get(verb, NOT_KNOWN))

    def _reply(self, client: _Client, reply: bytes) -> None:
        if client.slow:
            self._late.append((time.monotonic() + self._delay, client, reply))
        else:
            self._send(client, reply)

    def _send(self, client: _Client, reply: bytes) -> None:
        try:
            client.socket.send(reply)
        except OSError:
            self._close(client)
        else:
            if reply is REPLIES[b"QUIT"]:
                self._close(client)

    def _close(self, client: _Client) -> None:
        self._clients.pop(client.socket.fileno(), None)
        client.socket.close()


class _Client:
    """Whom a server speaks with."""

    __slots__ = ("heard", "in_data", "slow", "socket")

    def __init__(self, sock: socket.socket, slow: bool) -> None:
        self.socket = sock
        self.slow = slow
        self.heard = b""
        self.in_data = False


def _say(what: t.Any) -> None:
    print(json.dumps(what), flush=True)


def main() -> None:
    """Serve."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    fast, slow, delay, first = [*sys.argv[1:], FIRST_ADDRESS][:4]
    servers = Servers(int(fast), int(slow), float(delay), first)
    _say(servers.ports)
    servers.serve(sys.stdin.fileno())


if __name__ == "__main__":
    main()
