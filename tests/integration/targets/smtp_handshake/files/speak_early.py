# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Do what a client must not: say EHLO to HOST PORT, from SOURCE, before it has greeted."""

from __future__ import annotations

import socket
import sys


def main(host, port, source):
    with socket.create_connection((host, int(port)), 10, (source, 0)) as sock:
        sock.sendall(b"EHLO early.bakery.example\r\n")
        with sock.makefile("rb") as lines:
            while not lines.readline().startswith(b"250 "):
                pass
        sock.sendall(b"QUIT\r\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
