# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print, as JSON, a free TCP port for each name that is given, and whether there is an ::1.

The ports lie below the range from which the kernel takes the ports of outgoing connections, so
that none of them is taken by accident between this look and the start of the server.
"""

from __future__ import annotations

import json
import random
import socket
import sys


def bind(family, address, port):
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.bind((address, port))
    except OSError:
        sock.close()
        return None
    return sock


def main(names):
    candidates = random.sample(range(20000, 32000), 500)
    held = {}
    for name in names:
        while name not in held:
            sock = bind(socket.AF_INET, "", candidates.pop())
            if sock:
                held[name] = sock
    ipv6 = bool(socket.has_ipv6 and bind(socket.AF_INET6, "::1", 0))
    ports = {name: sock.getsockname()[1] for name, sock in held.items()}
    print(json.dumps({"ports": ports, "ipv6": ipv6}))


if __name__ == "__main__":
    main(sys.argv[1:])
