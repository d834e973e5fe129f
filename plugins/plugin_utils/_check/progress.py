# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the controller knows of a task while it runs: the hosts at work, and since when. No I/O.

A module returns only at its end, so no one on the controller knows how far a host has come.
"""

from __future__ import annotations

# Limit on the hosts that a line names: those that work longest.
_MAX_NAMED = 3


class Progress:
    """The hosts of one task. One thread tells what they do, another asks for the line."""

    def __init__(self, total: int, now: float) -> None:
        self._total = total
        self._began = now
        self._started: dict[str, float] = {}
        self._finished: set[str] = set()

    def start(self, host: str, now: float) -> None:
        """Note that a host begins."""
        self._started.setdefault(host, now)

    def finish(self, host: str) -> None:
        """Note that a host has returned, or is lost."""
        self._finished.add(host)

    def line(self, now: float) -> str | None:
        """Return what to tell; None if no host is at work."""
        finished = self._finished.copy()
        working = [item for item in list(self._started.items()) if item[0] not in finished]
        if not working:
            return None
        total = max(self._total, len(finished) + len(working))
        named = [f"{host} for {now - since:.0f} s" for host, since in working[:_MAX_NAMED]]
        if len(working) > _MAX_NAMED:
            named.append(f"{len(working) - _MAX_NAMED:,} more")
        waiting = total - len(finished) - len(working)
        tail = f"; {waiting:,} not started" if waiting else ""
        done = f"{len(finished):,} of {total:,} hosts finished after {now - self._began:.0f} s"
        return f"{done}; at work: {', '.join(named)}{tail}"
