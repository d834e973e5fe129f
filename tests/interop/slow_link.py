# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A link between two network namespaces that delivers each packet late, as a satellite does.

Each end is a network device (TUN). A process reads packets from one, and writes them into the
other. Not every kernel has netem, which does the same.
"""

from __future__ import annotations

import collections
import contextlib
import fcntl
import os
import select
import struct
import subprocess
import sys
import time
import typing as t
from pathlib import Path

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.tests.interop.routers import Routers

DEVICES = Path("/dev/net/tun")

# <linux/if_tun.h>
_TUNSETIFF = 0x400454CA
_IFF_TUN, _IFF_NO_PI = 0x0001, 0x1000

_PACKET_BYTES = 65536


@contextlib.contextmanager
def slow_link(network: Routers, ends: t.Mapping[str, str], seconds: float) -> t.Iterator[None]:
    """Lay a link. `ends` are two nodes with their addresses, such as "10.0.7.1/24"."""
    devices = []
    for node, address in ends.items():
        with network.inside(node):
            devices.append(_device(address))
    command = [sys.executable, __file__, str(seconds), *map(str, devices)]
    with subprocess.Popen(command, pass_fds=devices) as process:
        for device in devices:
            os.close(device)
        try:
            yield
        finally:
            process.kill()


def _device(address: str) -> int:
    """Make a device in the namespace of this thread."""
    device = os.open(DEVICES, os.O_RDWR)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", b"slow", _IFF_TUN | _IFF_NO_PI))
    for command in (f"ip address add {address} dev slow", "ip link set slow up"):
        subprocess.run(command.split(), check=True)
    return device


def relay(seconds: float, one: int, other: int) -> None:
    """Write each packet from a device into the other one, some seconds later."""
    late: collections.deque[tuple[float, int, bytes]] = collections.deque()
    while True:
        wait = max(late[0][0] - time.monotonic(), 0) if late else None
        for source in select.select([one, other], [], [], wait)[0]:
            packet = os.read(source, _PACKET_BYTES)
            late.append((time.monotonic() + seconds, other if source == one else one, packet))
        while late and late[0][0] <= time.monotonic():
            _due, target, packet = late.popleft()
            os.write(target, packet)


if __name__ == "__main__":
    relay(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
