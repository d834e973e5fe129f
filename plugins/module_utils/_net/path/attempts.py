# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attempts to connect, many side by side, and what became of each.

Nothing is sent on a connection, and each is closed at once. So an attempt that connects is a
connection without a dialogue to the server, and all others are a few packets to the network.
"""

from __future__ import annotations

import contextlib
import errno
import math
import select
import socket
import time
import typing as t

from ..stream import errno_name
from .icmp import Icmp, icmp_of, want_icmp
from .unsent import is_unsent

if t.TYPE_CHECKING:
    from ..addresses import Address

_UNDER_WAY = (errno.EINPROGRESS, errno.EWOULDBLOCK)
_REFUSED = (errno.ECONNREFUSED, errno.ECONNRESET)
_SILENCE = (errno.ETIMEDOUT, errno.EAGAIN)

# The longest wait of one system call, so that an end that moves closer is seen.
_STEP_SECONDS = 0.05


class Outcome(t.NamedTuple):
    """What became of an attempt to connect.

    `state` is "connected", "refused", "unreachable", "silent", or "local" if this host did not even
    send a packet. `errno` is the name of the system's error number, and `seconds` the time it took.
    `icmp` is the message that ended the attempt, if the system tells it. `own` is the address of
    this host that was used. `unsent` is whether the kernel could not repeat the packet, which is
    known of a silent attempt only.
    """

    state: str
    errno: str | None = None
    seconds: float = 0.0
    icmp: Icmp | None = None
    own: str = ""
    unsent: bool = False

    @property
    def expired(self) -> bool:
        """Whether a router reported that the TTL came to its end."""
        return self.icmp is not None and self.icmp.expired

    @property
    def arrived(self) -> bool:
        """Whether the other end of a connection has answered: it is open, or refused."""
        return self.state == "connected" or (self.state == "refused" and self.icmp is None)


class Attempts:
    """Attempts to connect that are under way. Use it as a context manager, which closes all."""

    def __init__(self, source_address: str | None = None) -> None:
        self._source = source_address
        self._sockets: dict[int, tuple[int, socket.socket, float]] = {}  # by file descriptor
        self._outcomes: list[Outcome] = []
        self._poll = select.poll()

    def __enter__(self) -> Attempts:
        return self

    def __exit__(self, *_exception: object) -> None:
        for _index, sock, _started in self._sockets.values():
            sock.close()

    def begin(self, address: Address, hops: int | None = None) -> int:
        """Begin an attempt, whose packets pass at most `hops` routers. Return its number."""
        number = len(self._outcomes)
        started = time.monotonic()
        sock = None
        try:
            sock = socket.socket(address.family, socket.SOCK_STREAM)
            self._prepare(sock, hops)
            error = sock.connect_ex(address.sockaddr)
        except OSError as problem:
            self._outcomes.append(Outcome("local", errno_name(problem)))
            if sock is not None:
                sock.close()
            return number
        if error in _UNDER_WAY:
            self._outcomes.append(Outcome("silent", own=_own(sock)))
            self._sockets[sock.fileno()] = (number, sock, started)
            self._poll.register(sock, select.POLLOUT)
            return number
        outcome = outcome_of(error, 0.0, icmp_of(sock), _own(sock), at_once=True)
        self._outcomes.append(outcome)
        sock.close()
        return number

    def wait(self, until: float, enough: t.Callable[[], bool]) -> None:
        """Wait until all attempts have an outcome, `enough` is true, or the time has come.

        If this host was too busy to look before the time had come, what has arrived counts.
        """
        while self._sockets and not enough():
            left = max(until - time.monotonic(), 0.0)
            for fileno, _events in self._poll.poll(math.ceil(min(left, _STEP_SECONDS) * 1000)):
                self._end(fileno)
            if not left:
                return

    def outcome(self, number: int) -> Outcome:
        """Return the outcome of an attempt so far: "silent" while it is under way."""
        outcome = self._outcomes[number]
        for under_way, sock, _started in self._sockets.values():
            if under_way == number:
                return outcome._replace(unsent=is_unsent(sock))
        return outcome

    def _prepare(self, sock: socket.socket, hops: int | None) -> None:
        sock.setblocking(False)
        want_icmp(sock)
        if hops is not None and sock.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, hops)
        elif hops is not None:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, hops)
        if self._source:
            sock.bind((self._source, 0))

    def _end(self, fileno: int) -> None:
        """Note the outcome of an attempt, if it has one."""
        number, sock, started = self._sockets[fileno]
        # The kernel clears the error number together with the last message.
        error: int | None = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        message = icmp_of(sock)
        if error == 0 and not _is_connected(sock):
            # The message came while the kernel was busy with the attempt, which it would repeat.
            error = error_number(message) if message is not None else None
        if error is None:
            return
        self._poll.unregister(fileno)
        del self._sockets[fileno]
        with contextlib.closing(sock):
            seconds = time.monotonic() - started
            self._outcomes[number] = outcome_of(error, seconds, message, _own(sock))


def outcome_of(
    number: int, seconds: float, message: Icmp | None, own: str = "", at_once: bool = False
) -> Outcome:
    """Return the outcome for the error number of connect(), 0 for success. No I/O.

    `at_once` is whether connect() returned it without waiting. Then the network was not asked,
    unless the answer is one that only another end can give.
    """
    if number == 0:
        state = "connected"
    elif number in _REFUSED:
        state = "refused"
    elif number in _SILENCE:
        state = "silent"
    elif at_once:
        state = "local"
    else:
        state = "unreachable"
    name = errno.errorcode.get(number) if number else None
    return Outcome(state, name, seconds, message, own)


def error_number(message: Icmp) -> int:
    """Return the error number that stands for an ICMP message (RFC 1122 section 4.2.3.9)."""
    return errno.ECONNREFUSED if message.meaning == "no port" else errno.EHOSTUNREACH


def _is_connected(sock: socket.socket) -> bool:
    try:
        sock.getpeername()
    except OSError:
        return False
    return True


def _own(sock: socket.socket) -> str:
    try:
        return str(sock.getsockname()[0])
    except OSError:
        return ""
