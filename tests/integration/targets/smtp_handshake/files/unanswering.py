# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listen on loopback so that nobody is answered. The port is in FILE; without FILE this ends.

The queue of connections to be accepted is as short as can be, filled from this side and never
emptied: the kernel then drops the SYN of everybody else.
"""

from __future__ import annotations

import os
import socket
import sys
import time

LONGEST = 50


def main(path):
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    waiting = []
    for _number in range(4):
        sock = socket.socket()
        sock.setblocking(False)
        sock.connect_ex(listener.getsockname())
        waiting.append(sock)
    with open(path, "w", encoding="ascii") as file:
        file.write(f"{listener.getsockname()[1]}\n")
    end = time.monotonic() + LONGEST
    while os.path.exists(path) and time.monotonic() < end:
        time.sleep(0.1)


if __name__ == "__main__":
    main(sys.argv[1])
