# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The network that a dialogue uses: how to connect, and a clock.

`SYSTEM` is the kernel's sockets and the monotonic clock. A test hands in a server in memory, and a
clock that moves only when the dialogue waits.
"""

from __future__ import annotations

import time
import typing as t

from .errors import ProbeError
from .stream import SocketStream

if t.TYPE_CHECKING:
    import socket
    import ssl

    from .addresses import Address

    class Stream(t.Protocol):
        """A connection to one address. Each method raises ProbeError, as SocketStream does.

        `until` is a time of the network's clock.
        """

        @property
        def address(self) -> Address:
            """The other end."""

        @property
        def local(self) -> tuple[str, int]:
            """This end: IP address and port, empty and 0 on a UNIX socket."""

        def send(self, data: bytes, until: float) -> None:
            """Send all bytes."""

        def receive(self, until: float) -> bytes:
            """Return the bytes that have arrived; wait until there are any."""

        def receive_waiting(self) -> bytes:
            """Return the bytes that have arrived, without waiting."""

        def start_tls(self, wrap: t.Callable[[socket.socket], ssl.SSLSocket], until: float) -> None:
            """Start TLS."""

        def round_trip(self) -> float | None:
            """Return the shortest round trip in seconds, or None if it is not known."""

        def close(self) -> None:
            """Close the connection."""

    class Network(t.Protocol):
        """How to connect to an address, and what time it is."""

        def now(self) -> float:
            """Return the time of a clock that is never set, in seconds."""

        def connect(self, address: Address, source_address: str | None, until: float) -> Stream:
            """Connect to one address. Raises ProbeError, as SocketStream.open does."""


class SystemNetwork:
    """The sockets and the clock of this host."""

    now = staticmethod(time.monotonic)

    @staticmethod
    def connect(address: Address, source_address: str | None, until: float) -> Stream:
        """Connect to one address."""
        return SocketStream.open(address, source_address, until)


SYSTEM = SystemNetwork()

# A longer look-up counts as time lost before connecting. An IP address takes microseconds.
_SPENT_SECONDS = 0.1


def open_first(
    addresses: list[Address],
    source_address: str | None,
    timeout: float,
    deadline: float,
    on_event: t.Callable[[str], None],
    spent: float = 0.0,
    network: Network = SYSTEM,
) -> Stream:
    """Connect to the first address that accepts, and report each attempt to `on_event`.

    `timeout` is the limit in seconds for one address. `deadline` is a time of the network's clock
    for all of them, and `spent` the seconds that were used before. Raises ProbeError with the
    reason of each address, and with all other values of the last one that is not `local`.
    """
    failures: dict[Address, ProbeError] = {}
    for address in addresses:
        on_event(f"connecting to {address}")
        now = network.now()
        # A time-out proves nothing if earlier addresses have left too little time.
        cut_short = now + timeout > deadline and (bool(failures) or spent > _SPENT_SECONDS)
        try:
            stream = network.connect(address, source_address, min(now + timeout, deadline))
        except ProbeError as broken:
            broken.seconds = network.now() - now
            if cut_short and broken.kind == "timeout":
                broken.inconclusive = f"the deadline left no time for {address}"
            on_event(f"{address}: {broken.text}")
            failures[address] = broken
        else:
            on_event(
                "connected" + ("" if address.is_path else " from {} port {}".format(*stream.local))
            )
            return stream
    telling = [broken for broken in failures.values() if broken.kind != "local"]
    causes = telling or list(failures.values())
    last = causes[-1]
    reasons = (f"{address}: {broken.text}" for address, broken in failures.items())
    raise ProbeError(
        last.kind,
        "; ".join(reasons),
        causes=causes,
        errno=last.errno,
        tcp_info=last.tcp_info,
        seconds=last.seconds,
    )
