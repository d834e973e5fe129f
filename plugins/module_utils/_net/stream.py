# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The socket: bytes out, bytes in, each with an end. It knows nothing of SMTP.

Every call takes `until`, a moment of the monotonic clock. It is a moment and not a duration so
that a server that drips its bytes one by one cannot buy time with each of them.
"""

from __future__ import annotations

import errno
import math
import os
import re
import select
import socket
import time
import typing as t

from .errors import ProbeError

if t.TYPE_CHECKING:
    import ssl

    from .addresses import Address
    from .errors import ErrorKind

CHUNK_BYTES = 64 * 1024

# A time-out that is set already will do where it is so much longer than the one that is wanted.
_SLACK_SECONDS = 0.01

# What connect() reports at once of a connection that it has begun to make.
_UNDER_WAY = (errno.EINPROGRESS, errno.EWOULDBLOCK)

# What the server's side can answer. Any other error that comes at once is of this host's making:
# no route, no descriptor, no port, a packet filter of its own, no such UNIX socket.
_ANSWERS = (0, errno.ECONNREFUSED, errno.ECONNRESET, errno.ETIMEDOUT)

# An "unreachable" that comes so late is no answer of a router's: the kernel has looked for the
# neighbour that would take the packet, three times a second apart, and has not found it.
_UNREACHABLE = (errno.EHOSTUNREACH, errno.ENETUNREACH)
_NEIGHBOUR_SECONDS = 1.0

# How often to look again for a place in the queue of a UNIX socket: it has no time-out of its own.
_QUEUE_SECONDS = 0.02


class SocketStream:
    """A connection to one address. Raises ProbeError, of kind `timeout` or `disconnect`."""

    def __init__(self, sock: socket.socket, address: Address) -> None:
        self._socket = sock
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)
        self.address = address
        name = sock.getsockname()
        # This end of the connection: IP address and port, empty and 0 on a UNIX socket.
        self.local: tuple[str, int] = ("", 0) if address.is_path else name[:2]

    @classmethod
    def open(cls, address: Address, source_address: str | None, until: float) -> SocketStream:
        """Connect.

        Raises ProbeError: `timeout` where nobody answers, `disconnect` where the connection is
        reset as soon as it stands, `connect` where it is refused, and `local` where this host has
        no way to connect.
        """
        sock = None
        try:
            sock = socket.socket(address.family, socket.SOCK_STREAM)
            if source_address:
                sock.bind((source_address, 0))
            _connect(sock, address, until)
            return cls(sock, address)
        except BaseException as error:
            if sock is not None:
                sock.close()
            if isinstance(error, OSError):
                raise ProbeError("local", reason_of(error)) from error
            raise

    def send(self, data: bytes, until: float) -> None:
        """Send all of it."""
        try:
            self._wait_until(until)
            self._socket.sendall(data)
        except socket.timeout as error:
            raise ProbeError("timeout", "the server did not take what was sent") from error
        except OSError as error:
            raise ProbeError(
                _kind(error), f"the connection was lost: {reason_of(error)}"
            ) from error

    def receive(self, until: float) -> bytes:
        """Return what there is, waiting until there is something."""
        try:
            self._wait_until(until)
            data = self._socket.recv(CHUNK_BYTES)
        except socket.timeout as error:
            raise ProbeError("timeout", "the server did not answer") from error
        except OSError as error:
            raise ProbeError(
                _kind(error), f"the connection was lost: {reason_of(error)}"
            ) from error
        if not data:
            raise ProbeError("disconnect", "the server closed the connection")
        return data

    def receive_waiting(self) -> bytes:
        """Return what has come already, without waiting; nothing at the end of the connection.

        What is wrong with the connection is left for `receive` to find.
        """
        pending = getattr(self._socket, "pending", None)  # that TLS has read and not handed over
        if not (pending and pending()):
            events = self._poll.poll(0)
            if not events or events[0][1] & (select.POLLERR | select.POLLNVAL):
                return b""
        self._socket.setblocking(False)
        try:
            return self._socket.recv(CHUNK_BYTES)
        except OSError:  # with TLS, what came may be no data
            return b""

    def start_tls(self, wrap: t.Callable[[socket.socket], ssl.SSLSocket], until: float) -> None:
        """Speak TLS from now on: `wrap` makes the TLS socket, whose handshake is still to come.

        Raises ProbeError: `timeout`, or `tls` with OpenSSL's reason.
        """
        try:
            self._socket.settimeout(_left(until))
            tls_socket = wrap(self._socket)
            self._socket = tls_socket
            tls_socket.do_handshake()
        except socket.timeout as error:
            text = "no answer to the TLS handshake"
            raise ProbeError("timeout", text, "the server took the connection") from error
        except (OSError, ValueError) as error:
            raise ProbeError("tls", f"the TLS handshake failed: {reason_of(error)}") from error

    def _wait_until(self, until: float) -> None:
        """Have the next call on the socket wait until then, or up to _SLACK_SECONDS longer."""
        left = _left(until)
        is_set = self._socket.gettimeout() or 0.0
        # To set it is a system call, at which many threads pass Python's lock to each other.
        if not left <= is_set < left + _SLACK_SECONDS:
            self._socket.settimeout(left)

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


def _connect(sock: socket.socket, address: Address, until: float) -> None:
    """Have the kernel connect, and tell what this host lacks from what the other side answers."""
    started = time.monotonic()
    sock.setblocking(False)
    number = sock.connect_ex(address.sockaddr)
    while address.is_path and number == errno.EAGAIN and time.monotonic() < until:
        time.sleep(_QUEUE_SECONDS)
        number = sock.connect_ex(address.sockaddr)
    begun = number in _UNDER_WAY and not address.is_path
    if begun:
        number = _result_of_connecting(sock, until)
    waited = time.monotonic() - started
    # A kernel that gives up before we do says so with an error number of its own.
    if number in (errno.ETIMEDOUT, errno.EAGAIN):
        raise ProbeError("timeout", f"no answer within {waited:.1f} s")
    reason = os.strerror(number)
    if not begun and number not in _ANSWERS:
        raise ProbeError("local", reason)
    if number in _UNREACHABLE and waited >= _NEIGHBOUR_SECONDS:
        raise ProbeError("connect", reason, "no router refused it: no neighbour took the packets")
    if number:
        raise ProbeError("disconnect" if number == errno.ECONNRESET else "connect", reason)


def _result_of_connecting(sock: socket.socket, until: float) -> int:
    """Wait for the end of a connect() that is under way: the error number of it, 0 for none."""
    poll = select.poll()
    poll.register(sock, select.POLLOUT)
    left = until - time.monotonic()
    if left <= 0 or not poll.poll(math.ceil(left * 1000)):
        return errno.ETIMEDOUT
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)


def _left(until: float) -> float:
    """Seconds left; raises socket.timeout where none are, as zero would mean "do not wait"."""
    left = until - time.monotonic()
    if left <= 0:
        raise socket.timeout
    return left


def _kind(error: OSError) -> ErrorKind:
    """What a lost connection is: after TLS stands, an alert can end it (no certificate of ours)."""
    is_tls = getattr(error, "library", None) == "SSL" and "unexpected eof" not in str(error)
    return "tls" if is_tls else "disconnect"


def reason_of(error: Exception) -> str:
    """Say in words what the system or OpenSSL says.

    Of OpenSSL's errors these are the words in the text: Python's own names for them are those of
    another OpenSSL, on Python 3.7.
    """
    words = getattr(error, "verify_message", None)
    if not words and type(error).__module__ == "ssl":
        words = re.sub(r"^\[[^]]*\] | \(_ssl\.c:\d+\)$", "", str(error))
    if words:
        return str(words).replace("_", " ").lower()
    number = getattr(error, "errno", None)
    return os.strerror(number) if number else str(error)
