# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A connected socket that sends and receives bytes with a deadline. It knows nothing of SMTP.

Each call takes `until`, a time of the monotonic clock. A duration would start again with each byte
of a server that sends its bytes one by one.
"""

from __future__ import annotations

import errno
import math
import os
import re
import select
import socket
import stat
import time
import typing as t

from .errors import ProbeError

if t.TYPE_CHECKING:
    import ssl

    from .addresses import Address
    from .errors import ErrorKind
    from .tcp_info import TcpInfo

CHUNK_BYTES = 64 * 1024

# A time-out is rounded up to a multiple of this, which a socket stores exactly. So it is seldom
# another one than is set already.
_SLACK_SECONDS = 1 / 128

# The error numbers of a connect() that is in progress.
_UNDER_WAY = (errno.EINPROGRESS, errno.EWOULDBLOCK)

# The results that the server or its network can cause. Any other immediate error is caused by this
# host: no route, no descriptor, no port, its own packet filter, no such UNIX socket.
_ANSWERS = (0, errno.ECONNREFUSED, errno.ECONNRESET, errno.ETIMEDOUT)

# An "unreachable" after this time does not come from a router: the kernel has asked three times, a
# second apart, for the neighbour that would take the packet, and got no answer.
_UNREACHABLE = (errno.EHOSTUNREACH, errno.ENETUNREACH)
_NEIGHBOUR_SECONDS = 1.0

# How often to try again while the queue of a UNIX socket is full: connect() has no time-out there.
_QUEUE_SECONDS = 0.02


class SocketStream:
    """A connection to one address. Its methods raise ProbeError: `timeout` or `disconnect`."""

    def __init__(
        self, sock: socket.socket, address: Address, handshake_seconds: float | None = None
    ) -> None:
        self._socket = sock
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)
        self.address = address
        self._handshake_seconds = handshake_seconds  # of TCP; None on a UNIX socket
        self._alert: OSError | None = None  # of TLS; OpenSSL reports it once
        name = sock.getsockname()
        # IP address and port of this end; an empty text and 0 on a UNIX socket.
        self.local: tuple[str, int] = ("", 0) if address.is_path else name[:2]

    @classmethod
    def open(cls, address: Address, source_address: str | None, until: float) -> SocketStream:
        """Connect to an address.

        Raises ProbeError: `timeout` if nothing answers, `connect` if the connection is refused,
        `disconnect` if it is reset at once, and `local` if this host cannot connect at all.
        """
        sock = None
        try:
            sock = socket.socket(address.family, socket.SOCK_STREAM)
            if source_address:
                sock.bind((source_address, 0))
            seconds = _connect(sock, address, until)
            return cls(sock, address, None if address.is_path else seconds)
        except BaseException as error:
            if sock is not None:
                sock.close()
            if isinstance(error, OSError):
                text, number = reason_of(error), errno_name(error)
                raise ProbeError("local", text, errno=number) from error
            raise

    def send(self, data: bytes, until: float) -> None:
        """Send all bytes."""
        try:
            self._wait_until(until)
            self._socket.sendall(data)
        except socket.timeout as error:
            raise self._failed("timeout", "the server did not take what was sent", error) from error
        except OSError as error:
            raise self._lost(error) from error

    def receive(self, until: float) -> bytes:
        """Return the bytes that have arrived; wait until there are any."""
        if self._alert is not None:
            raise self._lost(self._alert)
        try:
            self._wait_until(until)
            data = self._socket.recv(CHUNK_BYTES)
        except socket.timeout as error:
            raise self._failed("timeout", "the server did not answer", error) from error
        except OSError as error:
            raise self._lost(error) from error
        if not data:
            raise self._failed("disconnect", "the server closed the connection")
        return data

    def receive_waiting(self) -> bytes:
        """Return the bytes that have arrived, without waiting; b"" at the end of the connection.

        An error of the connection is left for `receive` to raise.
        """
        pending = getattr(
            self._socket, "pending", None
        )  # bytes that TLS has read and not returned yet
        if not (pending and pending()):
            events = self._poll.poll(0)
            if not events or events[0][1] & (select.POLLERR | select.POLLNVAL):
                return b""
        self._socket.setblocking(False)
        try:
            return self._socket.recv(CHUNK_BYTES)
        except OSError as error:  # with TLS, a record may contain no data
            self._alert = error if _kind(error) == "tls" else None
            return b""

    def start_tls(self, wrap: t.Callable[[socket.socket], ssl.SSLSocket], until: float) -> None:
        """Start TLS. `wrap` makes a TLS socket of the socket, without a handshake.

        Raises ProbeError: `timeout`, or `tls` with OpenSSL's reason.
        """
        try:
            self._socket.settimeout(_left(until))
            tls_socket = wrap(self._socket)
            self._socket = tls_socket
            tls_socket.do_handshake()
        except socket.timeout as error:
            failed = self._failed("timeout", "no answer to the TLS handshake", error)
            failed.inconclusive = "the server took the connection"
            raise failed from error
        except (OSError, ValueError) as error:
            text = f"the TLS handshake failed: {reason_of(error)}"
            raise self._failed("tls", text, error) from error

    def round_trip(self) -> float | None:
        """Return the shortest round trip to the server in seconds, or None on a UNIX socket."""
        from .tcp_info import round_trip  # only a failure needs it

        return round_trip(self._tcp_info(), self._handshake_seconds)

    def _tcp_info(self) -> TcpInfo | None:
        from .tcp_info import tcp_info_of  # only a failure needs it

        return tcp_info_of(self._socket)

    def _lost(self, error: OSError) -> ProbeError:
        """Return the error to raise for a connection that was lost."""
        return self._failed(_kind(error), f"the connection was lost: {reason_of(error)}", error)

    def _failed(self, kind: ErrorKind, text: str, error: Exception | None = None) -> ProbeError:
        """Return an error with the state of the connection, which is lost once it is closed."""
        return ProbeError(kind, text, errno=errno_name(error), tcp_info=self._tcp_info())

    def _wait_until(self, until: float) -> None:
        """Set the time-out of the socket, which may end up to _SLACK_SECONDS after `until`."""
        seconds = math.ceil(_left(until) / _SLACK_SECONDS) * _SLACK_SECONDS
        # Setting it is a system call, and costs much where many threads compete for the GIL.
        if self._socket.gettimeout() != seconds:
            self._socket.settimeout(seconds)

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


def _connect(sock: socket.socket, address: Address, until: float) -> float:
    """Connect a socket, and return the seconds it took. Raises ProbeError, as `open` does."""
    started = time.monotonic()
    sock.setblocking(False)
    number: int | None = sock.connect_ex(address.sockaddr)
    while number == errno.EAGAIN and address.is_path and time.monotonic() < until:
        time.sleep(_QUEUE_SECONDS)
        number = sock.connect_ex(address.sockaddr)
    begun = number in _UNDER_WAY and not address.is_path
    if begun:
        number = _result_of_connecting(sock, until)
    waited = time.monotonic() - started
    if number == 0:
        return waited
    if address.is_path and number == errno.ECONNREFUSED and not _is_socket(address.ip):
        raise ProbeError("local", "not a socket")
    raise _failure_to_connect(sock, number, begun, waited)


def _is_socket(path: str) -> bool:
    """Return whether a path may be that of a UNIX socket. Connecting to any other is refused."""
    try:
        return stat.S_ISSOCK(os.stat(path).st_mode)
    except OSError:
        return True


def _failure_to_connect(
    sock: socket.socket, number: int | None, begun: bool, waited: float
) -> ProbeError:
    """Return the error to raise for the error number of connect(), or for None, a time-out.

    `begun` is whether connect() was in progress, which takes the server or its network.
    """
    from .tcp_info import tcp_info_of  # only a failure needs it

    name = None if number is None else errno.errorcode.get(number)
    # The kernel may give up before the deadline, with an error number of its own.
    if number is None or number in (errno.ETIMEDOUT, errno.EAGAIN):
        text = f"no answer within {waited:.1f} s"
        return ProbeError("timeout", text, errno=name, tcp_info=tcp_info_of(sock))
    reason = os.strerror(number)
    if not begun and number not in _ANSWERS:
        return ProbeError("local", reason, errno=name)
    if number in _UNREACHABLE and waited >= _NEIGHBOUR_SECONDS:
        doubt = "no router refused it: no neighbour took the packets"
        return ProbeError("connect", reason, doubt, errno=name)
    if number == errno.ECONNRESET:
        return ProbeError("disconnect", reason, errno=name, tcp_info=tcp_info_of(sock))
    return ProbeError("connect", reason, errno=name)


def _result_of_connecting(sock: socket.socket, until: float) -> int | None:
    """Wait for a connect() in progress. Return its error number, 0 for success, None if late."""
    poll = select.poll()
    poll.register(sock, select.POLLOUT)
    left = until - time.monotonic()
    if left <= 0 or not poll.poll(math.ceil(left * 1000)):
        return None
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)


def _left(until: float) -> float:
    """Return the seconds left. Raises socket.timeout for none, since 0 means "do not wait"."""
    left = until - time.monotonic()
    if left <= 0:
        raise socket.timeout
    return left


def _kind(error: OSError) -> ErrorKind:
    """Return the kind of a lost connection: a TLS alert after the handshake is `tls`."""
    is_tls = getattr(error, "library", None) == "SSL" and "eof" not in reason_of(error)
    return "tls" if is_tls else "disconnect"


def hung_up(error: BaseException) -> bool:
    """Return whether the server ended the connection without an alert of TLS.

    `error` is a ProbeError, also one that sums up another.
    """
    cause: BaseException | None = error
    while isinstance(cause, ProbeError):
        cause = cause.__cause__
    is_late = isinstance(cause, socket.timeout)
    return isinstance(cause, OSError) and not is_late and _kind(cause) == "disconnect"


def errno_name(error: Exception | None) -> str | None:
    """Return the name of the error number of the system, such as "ECONNRESET", or None.

    The numbers of the ssl module are those of OpenSSL, and have other meanings.
    """
    if not isinstance(error, OSError) or type(error).__module__ == "ssl" or error.errno is None:
        return None
    return errno.errorcode.get(error.errno)


def reason_of(error: Exception) -> str:
    """Return the reason of an error in the words of the system or of OpenSSL.

    For an error of OpenSSL they are taken from its text: on Python 3.7, the error's own `reason` is
    that of another version of OpenSSL.
    """
    words = getattr(error, "verify_message", None)
    if not words and type(error).__module__ == "ssl":
        # The text of an error without a number is that of a tuple: ('No cipher can be selected.',).
        text = str(error.args[0]) if len(error.args) == 1 else str(error)
        words = re.sub(r"^\[[^]]*\] | \(_ssl\.c:\d+\)$", "", text)
    if words:
        return str(words).replace("_", " ").lower()
    number = getattr(error, "errno", None)
    return os.strerror(number) if number else str(error)
