# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look-ups of names with a time limit.

Neither `socket.getaddrinfo` nor `socket.getfqdn` takes a time-out, and where the resolver is
unreachable they can block for minutes. So each look-up runs in a thread of its own.
"""

from __future__ import annotations

import re
import socket
import threading
import time
import typing as t

from .addresses import addresses_of, numeric_addresses
from .errors import ProbeError

if t.TYPE_CHECKING:
    from .addresses import Address

T = t.TypeVar("T")
U = t.TypeVar("U")

# The errors of the resolver that mean: the name does not exist, or has no address of this family.
_NO_SUCH_NAME = tuple(
    getattr(socket, name)
    for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY")
    if hasattr(socket, name)
)

_DOMAIN = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]*[a-z][a-z0-9-]*",
    re.ASCII | re.IGNORECASE,
)
# Names that every host may have. A server expects a name that resolves (RFC 5321 section 4.1.1.1).
_SHARED_NAMES = re.compile(
    r"localhost[46]?\..*|.*\.(?:localhost|localdomain[46]?|arpa)", re.IGNORECASE
)


class BackgroundCall(t.Generic[T]):
    """A call in a thread of its own, which is abandoned when it takes too long.

    Raises RuntimeError if this host cannot start another thread.
    """

    def __init__(self, function: t.Callable[[], T]) -> None:
        self._function = function
        self._answer: list[T] = []
        self._error: Exception | None = None
        self._started = time.monotonic()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._answer.append(self._function())
        except Exception as error:  # noqa: BLE001 - it is raised again in the thread that waits
            self._error = error

    def wait(self, seconds: float | None = None) -> T:
        """Return the result of the call, or raise the exception that it raised.

        Raises TimeoutError if the call takes more than `seconds` from its start.
        """
        left = None if seconds is None else max(self._started + seconds - time.monotonic(), 0)
        self._thread.join(left)
        if self._thread.is_alive():
            raise TimeoutError
        if self._error is not None:
            raise self._error
        return self._answer[0]


def map_concurrently(
    function: t.Callable[[U], T], values: t.Sequence[U], most: int
) -> t.Iterator[T]:
    """Call a function with each value, at most `most` at once, and yield the results in order."""
    for start in range(0, len(values), most):
        begun = [_begin(function, value) for value in values[start : start + most]]
        for wait in begun:
            yield wait()


def _begin(function: t.Callable[[U], T], value: U) -> t.Callable[[], T]:
    """Start a call in a thread; without a thread, make the call when its result is needed."""
    try:
        look_up = BackgroundCall(lambda: function(value))
    except RuntimeError:  # this host cannot start another thread
        return lambda: function(value)
    return look_up.wait


def resolve(host: str, port: int, family: str, seconds: float) -> list[Address]:
    """Return the addresses of a host, in the resolver's order.

    Raises ProbeError: kind `resolve` if there is no such name or no such address, or if the
    resolver does not answer within `seconds`, which is inconclusive; kind `local` if this host
    cannot ask.
    """
    numeric = numeric_addresses(host, port, family)
    if numeric:
        return numeric
    try:
        return BackgroundCall(lambda: addresses_of(host, port, family)).wait(seconds)
    except TimeoutError:
        text = f"the resolver gave no answer for {host} within {seconds:g} s"
        raise ProbeError("resolve", text, "the resolver has not answered") from None
    except UnicodeError:
        raise ProbeError(
            "resolve", f"{host} is not a valid host name", "nobody was asked"
        ) from None
    except socket.gaierror as error:
        raise _not_resolved(host, error) from error
    except (OSError, RuntimeError) as error:
        raise ProbeError("local", f"this host cannot look up {host}: {error}") from error


def _not_resolved(host: str, error: socket.gaierror) -> ProbeError:
    """Return the error for a name that does not exist, or for a resolver that failed."""
    text = f"{host}: {error.strerror or error}"
    if error.errno in (socket.EAI_SYSTEM, socket.EAI_MEMORY) or not _can_open():
        return ProbeError("local", text)
    if error.errno in _NO_SUCH_NAME:
        return ProbeError("resolve", text)
    return ProbeError("resolve", text, "the resolver did not say that there is no such name")


def _can_open() -> bool:
    """Whether this host has a file descriptor left. Without one, the C library finds no name."""
    try:
        socket.socket().close()
    except OSError:
        return False
    return True


def own_name() -> str | None:
    """Return the fully qualified name of this host, or None if a server would not accept it."""
    for look_up in (socket.gethostname, socket.getfqdn):
        name = look_up().rstrip(".")
        if _DOMAIN.fullmatch(name) and not _SHARED_NAMES.fullmatch(name):
            return name
    return None
