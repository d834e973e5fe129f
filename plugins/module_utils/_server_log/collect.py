# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A request in, the result of the module out: what the server says of one dialogue.

What cannot be read is a reason in `not_read`, and never a failure. All reading ends at one
deadline.
"""

from __future__ import annotations

import collections
import heapq
import itertools
import os
import time
import typing as t

from .._net.text import escape
from . import disk, journal, limits, listeners, log_files
from .commands import Unreadable
from .deciding import Chosen, choose
from .model import Decision, LogLine, Request
from .sessions import Collector
from .shown import shown

# How long all of it may take, and the part of it that is kept for what is no log.
MAX_SECONDS = 5.0
_SECONDS_FOR_REST = 1.5

# A process may have said long before its session that it cannot read a key, and keeps that to
# itself from then on.
_SECONDS_BEFORE = 300.0

# A log of these is not one of syslog, and so is never in the journal, too.
_OWN_FILES = (
    "/var/log/exim4/mainlog",
    "/var/log/exim4/rejectlog",
    "/var/log/exim4/paniclog",
    "/var/log/exim/mainlog",
    "/var/log/exim/rejectlog",
    "/var/log/exim/paniclog",
    "/var/log/exim/main.log",
    "/var/log/exim/reject.log",
    "/var/log/exim/panic.log",
    "/var/log/dovecot.log",
    "/var/log/haraka.log",
    "/var/log/haraka/haraka.log",
)
_SYSLOG_FILES = ("/var/log/mail.log", "/var/log/maillog", "/var/log/mail")

_MAX_NOT_READ = 20


class Logs:
    """The lines of all logs in the order of their time, and what could not be read of them."""

    def __init__(self, request: Request, now: float, deadline: float) -> None:
        self._request = request
        self._window = log_files.Window(
            since=request.since - request.slack - _SECONDS_BEFORE,
            until=request.until + request.slack + 1,
            now=now,
            deadline=deadline,
        )
        self.read: list[str] = []
        self.not_read: list[str] = []

    def lines(self) -> t.Iterator[LogLine]:
        """Yield the lines; a line that Exim writes to two of its logs once."""
        recent: collections.deque[str] = collections.deque(maxlen=100)
        for line in heapq.merge(*self._sources(), key=lambda line: line.time):
            if line.server == "exim":
                if line.whole in recent:
                    continue
                recent.append(line.whole)
            yield line

    def _sources(self) -> list[t.Iterator[LogLine]]:
        if self._request.paths:
            return [self._of_file(path) for path in self._request.paths]
        of_journal = self._of_journal()
        first = next(of_journal, None)
        paths = [path for path in _OWN_FILES if os.path.exists(path)]
        sources: list[t.Iterator[LogLine]] = []
        if first is None:
            paths += [path for path in _SYSLOG_FILES if os.path.exists(path)]
        else:
            sources.append(itertools.chain([first], of_journal))
        if not paths and first is None:
            self.not_read.append("log files: this host has none at the usual places; set path")
        return [*sources, *map(self._of_file, paths)]

    def _of_journal(self) -> t.Iterator[LogLine]:
        window = self._window
        # Files are still to be read where the journal takes long.
        deadline = (time.monotonic() + window.deadline) / 2
        return self._noted("journal", journal.lines(window.since, window.until, deadline))

    def _of_file(self, path: str) -> t.Iterator[LogLine]:
        return self._noted(path, log_files.lines(path, self._window))

    def _noted(self, name: str, lines: t.Iterator[LogLine]) -> t.Iterator[LogLine]:
        """Yield the lines of a log, and note whether it could be read."""
        name = escape(name)
        try:
            for line in lines:
                if name not in self.read:
                    self.read.append(name)
                yield line
        except Unreadable as error:
            self.not_read.append(f"{name}: {error}")


def collect(request: Request) -> dict[str, t.Any]:
    """Return the documented values of the module."""
    now, deadline = time.time(), time.monotonic() + MAX_SECONDS
    logs = Logs(request, now, deadline - _SECONDS_FOR_REST)
    chosen = chosen_of(logs, request)
    servers = _servers_of(chosen, request)
    found_listeners, problem = listeners.read(deadline)
    found_limits, problems = limits.read(request.server, deadline)
    space, no_space = disk.read(disk.path_of_queue([*servers, *found_limits], found_limits))
    reasons = [
        *logs.not_read,
        *([f"listeners: {problem}"] if problem else []),
        *(f"limits: {one}" for one in problems),
        *([f"disk: {no_space}"] if no_space else []),
    ]
    lines, number = _lines_of(chosen, request)
    return {
        "lines": lines,
        "lines_found": number,
        "sessions": len(chosen.sessions),
        "matched_by": list(chosen.matched_by) if chosen.sessions else [],
        "deciding": deciding_of(chosen.decision),
        "listeners": found_listeners,
        "limits": found_limits,
        "disk": space,
        "clock": round(now, 3),
        "read": logs.read,
        "not_read": [shown(reason) for reason in reasons[:_MAX_NOT_READ]],
    }


def chosen_of(logs: Logs, request: Request) -> Chosen:
    """Return the sessions that fit the request best, and the line that decides."""
    collector = Collector(request)
    for line in logs.lines():
        collector.add(line)
    return choose(collector.found(), request)


def _servers_of(chosen: Chosen, request: Request) -> list[str]:
    """Return the servers that wrote the lines, or the one that was asked for."""
    written = [line.server for session in chosen.sessions for line in session.lines]
    return list(dict.fromkeys([*filter(None, [request.server]), *written]))


def _lines_of(chosen: Chosen, request: Request) -> tuple[list[str], int]:
    """Return the last lines of the sessions, with the deciding one, and the number of all."""
    lines = sorted(
        (line for session in chosen.sessions for line in session.lines), key=lambda line: line.time
    )
    if chosen.decision is not None and not lines:
        lines = [chosen.decision.line]
    kept = lines[-request.lines :]
    deciding = chosen.decision.line if chosen.decision else None
    if deciding is not None and deciding not in kept:
        kept = [deciding, *kept[1:]]
    return [shown(line.whole) for line in kept], len(lines)


def deciding_of(decision: Decision | None) -> dict[str, t.Any] | None:
    """Return the documented value of the deciding line."""
    if decision is None:
        return None
    return {
        "line": shown(decision.line.whole),
        "server": decision.line.server,
        "time": round(decision.line.time, 3),
        "kind": decision.rule.kind,
        "cause": decision.rule.cause,
        "cause_id": decision.rule.cause_id,
        "certain": decision.rule.certain,
        "exact": decision.exact,
    }
