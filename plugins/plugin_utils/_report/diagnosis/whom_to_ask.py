# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Choose the hosts that find out more about the causes of a report. No I/O.

One or two hosts ask for each cause, not one for each cell: a diagnosis makes connections that the
server sees, and takes seconds. A host that shows several causes is asked about all of them.
"""

from __future__ import annotations

import collections
import itertools
import typing as t
from collections.abc import Collection, Iterator, Mapping

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import KINDS, STAGES

from ..causes.model import Cause, Causes
from ..model.cells import Cell, CellKey
from ..model.matrix import Matrix

# Limits on the hosts that are asked, on the questions to each, and on the hosts for one cause.
MAX_HOSTS = 12
MAX_QUESTIONS = 10
MAX_WITNESSES = 2

# Where a cause lies that a host can investigate. Nobody needs to ask a server about a wrong option.
INVESTIGATED = ("server", "host", "path", "policy", "mixed")

# What the user expected, and a bug of the module, are no behaviour of a server or a network.
_NOT_INVESTIGATED = ("expectation", "internal")

# The server refuses because of too many connections, or is about to stop (RFC 5321 section 3.8).
_CLOSING = 421


class Question(t.NamedTuple):
    """A failed dialogue to diagnose: its target and its result, by their positions, and its cause.

    Positions count from 0 within the host, the number of the cause from 1.
    """

    target: int
    dialogue: int
    cause: int


def whom_to_ask(
    matrix: Matrix, causes: Causes, diagnosed: Collection[CellKey] = ()
) -> dict[str, list[Question]]:
    """Return the questions to each host, the largest causes first.

    A cause with a cell in `diagnosed` is not asked about again.
    """
    cells_of = {
        number: _first_servers(cause)
        for number, cause in enumerate(causes.found, 1)
        if _is_investigated(cause) and not any(key in diagnosed for key in cause.cells)
    }
    shown = collections.Counter(itertools.chain.from_iterable(cells_of.values()))
    servers: dict[str, dict[str, int]] = {}
    for _witness in range(MAX_WITNESSES):
        for number, cells in cells_of.items():
            host = _next_host(cells, shown, servers)
            if host is not None:
                servers.setdefault(host, {})[cells.pop(host)] = number
    return {host: list(_questions(matrix.by_host[host], its)) for host, its in servers.items()}


def _first_servers(cause: Cause) -> dict[str, str]:
    """Return for each host of a cause the first server."""
    found: dict[str, str] = {}
    for host, server in cause.cells:
        found.setdefault(host, server)
    return found


def _is_investigated(cause: Cause) -> bool:
    return (
        cause.where in INVESTIGATED
        and cause.stage in STAGES
        and cause.kind in KINDS
        and cause.kind not in _NOT_INVESTIGATED
        and cause.code != _CLOSING
    )


def _next_host(
    cells: Mapping[str, str], shown: Mapping[str, int], asked: Mapping[str, Collection[str]]
) -> str | None:
    """Return the host to ask about a cause: one that is asked anyway, or one that shows most."""
    room = len(asked) < MAX_HOSTS
    possible = [host for host in cells if len(asked.get(host, ())) < MAX_QUESTIONS]
    if not room:
        possible = [host for host in possible if host in asked]
    return max(possible, key=lambda host: (host in asked, shown[host]), default=None)


def _questions(cells: Mapping[str, Cell], servers: Mapping[str, int]) -> Iterator[Question]:
    """Yield a question about each of some servers, in the order of the host's cells."""
    for server in cells:
        if server in servers:
            yield Question(*first_failed(cells, server), servers[server])


def first_failed(cells: Mapping[str, Cell], server: str) -> tuple[int, int]:
    """Return the positions of a server, and of the first failed dialogue with it, within a host."""
    position = list(cells).index(server)
    before = sum(len(cell.dialogues) for cell in itertools.islice(cells.values(), position))
    failed = [one.passed for one in cells[server].dialogues].index(False)
    return position, before + failed
