# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The TCP listeners of this host, with the use and the limit of their accept queues."""

from __future__ import annotations

import socket
import typing as t

from . import commands
from .commands import Unreadable

_MAX_BYTES = 1024 * 1024
_MAX_LISTENERS = 200
_LISTEN = "0A"  # the state in /proc/net/tcp

TABLES = ("/proc/net/tcp", "/proc/net/tcp6")


def read(until: float) -> tuple[list[dict[str, t.Any]], str | None]:
    """Return the listeners, and what kept them from being read in full, or None."""
    try:
        return parse_ss(commands.output_of(["ss", "-ltn"], until, _MAX_BYTES)), None
    except Unreadable as error:
        problem = str(error)
    tables = [table for table in map(_read_table, TABLES) if table is not None]
    if not tables:
        return [], problem
    found = [listener for table in tables for listener in parse_table(table)]
    return found[:_MAX_LISTENERS], f"{problem}, so the limits of accept queues are not known"


def parse_ss(output: str) -> list[dict[str, t.Any]]:
    """Return the listeners that `ss -ltn` prints."""
    found = []
    for line in output.splitlines():
        words = line.split()
        if len(words) < 5 or words[0] != "LISTEN":
            continue
        address, _colon, port = words[3].rpartition(":")
        if not port.isdigit() or not words[1].isdigit() or not words[2].isdigit():
            continue
        address = address.strip("[]")
        found.append(_listener(address, int(port[:5]), int(words[1][:9]), int(words[2][:9])))
    return found[:_MAX_LISTENERS]


def parse_table(table: str) -> list[dict[str, t.Any]]:
    """Return the listeners of the kernel's table, in which queues have no limit."""
    found = []
    for line in table.splitlines()[1:]:
        words = line.split()
        if len(words) < 5 or words[3] != _LISTEN:
            continue
        try:
            address, _colon, port = words[1].partition(":")
            used = int(words[4].partition(":")[2], 16)
            found.append(_listener(_ip(address), int(port, 16), used, None))
        except (ValueError, OSError):
            continue
    return found


def _listener(address: str, port: int, used: int, limit: int | None) -> dict[str, t.Any]:
    return {"address": address, "port": port, "queued": used, "queue_limit": limit}


def _ip(hexadecimal: str) -> str:
    """Return the address that the kernel writes as words of the host's byte order."""
    raw = bytes.fromhex(hexadecimal)
    words = [raw[start : start + 4][::-1] for start in range(0, len(raw), 4)]
    family = socket.AF_INET if len(raw) == 4 else socket.AF_INET6
    # The words are reversed where the host is little-endian, as nearly all are.
    return socket.inet_ntop(family, b"".join(words) if _IS_LITTLE_ENDIAN else raw)


def _read_table(path: str) -> str | None:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read(_MAX_BYTES)
    except OSError:
        return None


_IS_LITTLE_ENDIAN = socket.htons(1) != 1
