# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail server that runs for the tests, and how to hold a dialogue with it."""

from __future__ import annotations

import random
import socket
import struct
import time
import typing as t
from pathlib import Path

# All servers listen here. Tests connect from other addresses of 127.0.0.0/8 to be other clients.
LOOPBACK = "127.0.0.1"

START_SECONDS = 30.0


class Server(t.NamedTuple):
    """A mail server with all its listeners.

    `name` is for the interop table, with the version. `ports` has a port for each listener by name,
    `folder` all that the server writes.
    """

    name: str
    folder: Path
    ports: t.Mapping[str, int]


def free_ports(*names: str) -> dict[str, int]:
    """Return a free TCP port for each name.

    The ports lie below the range from which the kernel takes those of outgoing connections, so that
    none is taken between this look and the start of the server.
    """
    ports: dict[str, int] = {}
    candidates = random.sample(range(20000, 32000), 500)
    while len(ports) < len(names):
        port = candidates.pop()
        with socket.socket() as sock:
            try:
                sock.bind(("", port))
            except OSError:
                continue
        ports[names[len(ports)]] = port
    return ports


def await_listeners(server: Server, address: str | None = None) -> None:
    """Wait until every listener takes connections. Raises TimeoutError with the server's output.

    With an address, only that counts.
    """
    end = time.monotonic() + START_SECONDS
    for name, port in server.ports.items():
        while not listens(port, address):
            if time.monotonic() > end:
                output = (server.folder / "output.txt").read_text(errors="replace")
                raise TimeoutError(f"{server.name} does not listen for {name}: {output}")
            time.sleep(0.05)


def listens(port: int, address: str | None) -> bool:
    """Whether a TCP port is in the kernel's table of listeners: connecting would be a dialogue."""
    for line in Path("/proc/thread-self/net/tcp").read_text().splitlines()[1:]:
        _number, local, _remote, state, *_rest = line.split()
        ip, _colon, number = local.rpartition(":")
        right_address = address is None or ip == _as_the_kernel_writes(address)
        if state == "0A" and int(number, 16) == port and right_address:
            return True
    return False


def _as_the_kernel_writes(address: str) -> str:
    """Return an IPv4 address as it is in the table: a number in this machine's byte order."""
    return f"{struct.unpack('=I', socket.inet_aton(address))[0]:08X}"
