# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server in memory that follows a script, and a clock that moves only when the client waits.

A script is one of `scripted`, without the steps that need a socket: TLS, and a server that reads no
more. What a server does takes no time; `hush` and `drip` take as long as on a socket.
"""

from __future__ import annotations

import re
import socket
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import ProbeError

from .scripted import DRIP_SECONDS, HUSH_SECONDS, NotFollowed, bytes_of, check_line, steps_of

if t.TYPE_CHECKING:
    import ssl

    from ansible_collections.mailops.smtp.plugins.module_utils._net.tcp_info import TcpInfo

HOST, PORT = "127.0.0.1", 25
LOCAL = ("127.0.0.1", 40025)

_NEED_SOCKET = {("*:", "tls"), ("*:", "deaf")}


def needs_socket(scripts: t.Iterable[str]) -> bool:
    """Whether a script has a step that only a server on a socket can do."""
    return any(not _NEED_SOCKET.isdisjoint(steps_of(script)) for script in scripts)


class MemoryNetwork:
    """Takes one connection for each script, in order; any further connection is refused."""

    def __init__(self, *scripts: str) -> None:
        self.clock = 1000.0
        self.round_trip: float | None = None  # to any server
        self.tcp_info: TcpInfo | None = None  # of any connection that fails
        self.streams = [MemoryStream(self, steps_of(script)) for script in scripts]
        self.messages: list[bytes] = []
        self._connections = 0

    def now(self) -> float:
        """Return the time, which moves only where a client waits."""
        return self.clock

    def connect(self, address: Address, source_address: str | None, until: float) -> MemoryStream:
        """Connect to the server of the next script."""
        if self._connections == len(self.streams):
            raise ProbeError("connect", "Connection refused", errno="ECONNREFUSED")
        stream = self.streams[self._connections]
        stream.address = address
        self._connections += 1
        stream.begin()
        return stream

    def join(self) -> None:
        """Raise NotFollowed where a script was not followed to its end."""
        if self._connections < len(self.streams):
            raise NotFollowed("no client came")
        for stream in self.streams:
            stream.check_end()


class MemoryStream:
    """A connection whose other end plays a script."""

    address = Address(socket.AF_INET, (HOST, PORT))
    local = LOCAL

    def __init__(self, network: MemoryNetwork, steps: list[tuple[str, str]]) -> None:
        self._network = network
        self._steps = steps
        self._inbox: list[tuple[float, bytes]] = []  # when it arrives, and what
        self._outbox = b""
        self._quiet_until = 0.0  # the client must not send before
        self._time = 0.0  # of the server, which may be ahead of the client's
        self._drips = False
        self._end: str | None = None  # how the server has ended the connection
        self._complaint: NotFollowed | None = None

    def begin(self) -> None:
        """Have the server do all that it does before the client's first line."""
        self._time = self._network.clock
        self._play()

    def check_end(self) -> None:
        """Raise NotFollowed where the script was not followed to its end."""
        if self._complaint is None and self._steps:
            self._complaint = NotFollowed(f"the client left before {self._steps[0]}")
        if self._complaint is None and self._outbox and self._end is None:
            self._complaint = NotFollowed(f"the client went on: {self._outbox[:200]!r}")
        if self._complaint is not None:
            raise self._complaint

    # What a client does with a stream

    def send(self, data: bytes, until: float) -> None:
        """Send all of it; what a server that is gone does not read is lost."""
        if self._network.clock < self._quiet_until:
            self._complain(NotFollowed(f"the client spoke: {data[:100]!r}"))
        self._outbox += data
        self._time = max(self._time, self._network.clock)
        self._play()

    def receive(self, until: float) -> bytes:
        """Return what has arrived, or wait for what arrives next."""
        if self._inbox and self._inbox[0][0] <= until:
            self._network.clock = max(self._network.clock, self._inbox[0][0])
            return self.receive_waiting()
        if self._inbox or self._end is None:
            self._network.clock = max(self._network.clock, until)
            raise ProbeError(
                "timeout", "the server did not answer", tcp_info=self._network.tcp_info
            )
        number = "ECONNRESET" if "reset" in self._end else None
        raise ProbeError("disconnect", self._end, errno=number, tcp_info=self._network.tcp_info)

    def receive_waiting(self) -> bytes:
        """Return what has arrived."""
        arrived = [data for when, data in self._inbox if when <= self._network.clock]
        del self._inbox[: len(arrived)]
        return b"".join(arrived)

    def start_tls(self, wrap: t.Callable[[socket.socket], ssl.SSLSocket], until: float) -> None:
        """Refuse: OpenSSL needs a socket."""
        raise NotImplementedError("TLS needs a socket: use a script with `*: tls`")

    def round_trip(self) -> float | None:
        """Return the round trip of the network."""
        return self._network.round_trip

    def close(self) -> None:
        """Close the connection, which the server reads as its end."""

    # What the server does

    def _play(self) -> None:
        """Take steps of the script until one waits for the client."""
        try:
            while self._steps and self._take(*self._steps[0]):
                del self._steps[:1]
        except NotFollowed as complaint:
            self._complain(complaint)

    def _complain(self, complaint: NotFollowed) -> None:
        self._complaint = self._complaint or complaint
        self._end = "the script was not followed"

    def _take(self, who: str, text: str) -> bool:
        """Take a step; return False where it waits for the client."""
        if self._end is not None:
            return False
        if who == "S:":
            self._say(bytes_of(text) + b"\r\n")
        elif who == "S>":
            self._say(bytes_of(text))
        elif who == "C:":
            return self._expect(text)
        elif who == "C>":
            return self._expect_bytes(bytes_of(text))
        else:
            self._happen(text)
        return True

    def _happen(self, what: str) -> None:
        if what == "hush":
            self._time = self._quiet_until = self._time + HUSH_SECONDS
        elif what == "drip":
            self._drips = True
        elif what == "close":
            self._end = "the server closed the connection"
        elif what == "reset":
            self._end = "the connection was lost: Connection reset by peer"
        else:
            assert what == "silence", f"no such step: {what}"

    def _say(self, data: bytes) -> None:
        for part in [bytes([byte]) for byte in data] if self._drips else [data]:
            self._time += DRIP_SECONDS if self._drips else 0.0
            self._inbox.append((self._time, part))

    def _expect(self, text: str) -> bool:
        if text == "(message)":
            end = re.search(rb"(?:^|\r\n)\.\r\n", self._outbox)
            return end is not None and self._take_message(end.start() + 2 * (end.start() > 0), 3)
        line, newline, rest = self._outbox.partition(b"\n")
        if not newline:
            return False
        if text == "(chunk)":
            announced = re.fullmatch(rb"BDAT (\d+) LAST\r", line)
            if announced is None:
                raise NotFollowed(f"expected BDAT, got {line!r}")
            size = int(announced.group(1))
            if len(rest) < size:
                return False
            self._outbox = rest
            return self._take_message(size, 0)
        check_line(line + newline, text)
        self._outbox = rest
        return True

    def _take_message(self, size: int, dot: int) -> bool:
        self._network.messages.append(self._outbox[:size])
        self._outbox = self._outbox[size + dot :]
        return True

    def _expect_bytes(self, expected: bytes) -> bool:
        if len(self._outbox) < len(expected):
            return False
        said, self._outbox = self._outbox[: len(expected)], self._outbox[len(expected) :]
        if said != expected:
            raise NotFollowed(f"expected {expected!r}, got {said!r}")
        return True
