# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Choose the logs of servers that say more about the causes of a report. No I/O.

The user names the inventory host that has the log of a server. Of each cause, the log of each such
server is asked about one failed dialogue. Other than a diagnosis, this makes no connection to the
server, so it is done after a reply 421, too.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Iterator, Mapping

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import STAGES

from ..causes.model import Causes
from ..model.cells import Cell
from ..model.matrix import Matrix
from .whom_to_ask import INVESTIGATED, MAX_HOSTS, first_failed

# Limit on the dialogues that one log is asked about.
MAX_DIALOGUES = 5

# Kinds of failure of which no server knows, since no host has come to it, or none was refused.
_UNKNOWN_TO_SERVERS = ("resolve", "local", "internal", "expectation")


class LogQuestion(t.NamedTuple):
    """A failed dialogue: its host, its target and its result by their positions, and its cause."""

    host: str
    target: int
    dialogue: int
    cause: int


def logs_to_read(
    matrix: Matrix, causes: Causes, logs: Mapping[str, str]
) -> dict[str, list[LogQuestion]]:
    """Return the questions to each host with a log, the largest causes first.

    `logs` are the hosts with the logs, by the names of servers: as in the matrix, as the user named
    them, or their addresses with or without a port.
    """
    found: dict[str, list[LogQuestion]] = {}
    if not logs:
        return found
    for number, cause in enumerate(causes.found, 1):
        if cause.where not in INVESTIGATED or cause.stage not in STAGES:
            continue
        if cause.kind in _UNKNOWN_TO_SERVERS:
            continue
        asked: set[str] = set()
        for host, server in cause.cells:
            if server in asked:
                continue
            asked.add(server)
            cell = matrix.by_host[host][server]
            log = next((logs[name] for name in _names(cell) if name in logs), None)
            questions = found.get(log, []) if log is not None else None
            if questions is None or len(questions) >= MAX_DIALOGUES:
                continue
            if questions or len(found) < MAX_HOSTS:
                target, dialogue = first_failed(matrix.by_host[host], server)
                found.setdefault(t.cast(str, log), questions).append(
                    LogQuestion(host, target, dialogue, number)
                )
    return found


def unknown_servers(matrix: Matrix, logs: Iterable[str]) -> list[str]:
    """Return the names of logs that are no server of a report, so that they are never read.

    Servers of hosts that are still to run are not known.
    """
    if not logs or matrix.counts["not_run"]:
        return []
    rows = [matrix.by_host[host] for host in matrix.hosts]
    cells = (next(row[server] for row in rows if server in row) for server in matrix.servers)
    known = {name for cell in cells for name in _names(cell)}
    return [name for name in logs if name not in known]


def _names(cell: Cell) -> Iterator[str]:
    """Yield the names by which the user may mean the server of a cell."""
    yield cell.server
    yield cell.label
    yield cell.place
    yield cell.place.rpartition(":")[0].strip("[]")
