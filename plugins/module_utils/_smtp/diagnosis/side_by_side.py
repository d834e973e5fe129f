# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Diagnose several failures: servers side by side, and failures of one server one after the other.

A server must not see more connections at once because several dialogues with it have failed, and
after a reply 421 to one diagnosis it is not asked for another.
"""

from __future__ import annotations

import typing as t

from ..._net.errors import ProbeError
from ..._net.resolver import map_concurrently
from ..run.lookup import resolve_server
from ..session.lookup import ServerLookup
from .budget import SECONDS
from .diagnose import diagnose
from .investigation import GO_AWAY, Investigation
from .result import result_of

if t.TYPE_CHECKING:
    from .request import Request

# Limit on the servers at once. Each needs a thread and a few sockets.
_AT_ONCE = 10

# Limit on the look-up of a server before its investigation begins.
LOOKUP_SECONDS = SECONDS / 4

# Limit on all diagnoses of one server. Most take less than a second.
SERVER_SECONDS = 3 * SECONDS


class _Case(t.NamedTuple):
    """A request, its position, and the addresses of its server."""

    position: int
    request: Request
    lookup: ServerLookup


def diagnose_all(requests: t.Sequence[Request]) -> list[dict[str, t.Any]]:
    """Return the result of each request, in order."""
    lookups = map_concurrently(_look_up, requests, _AT_ONCE)
    cases = [_Case(*one) for one in zip(range(len(requests)), requests, lookups)]
    servers: dict[t.Any, list[_Case]] = {}
    for case in cases:
        # A server without an address is asked nothing, so that it is a server of its own.
        server = case.lookup.addresses[0] if case.lookup.addresses else case.position
        servers.setdefault(server, []).append(case)
    found: dict[int, dict[str, t.Any]] = {}
    for results in map_concurrently(_diagnose_server, list(servers.values()), _AT_ONCE):
        found.update(results)
    return [found[case.position] for case in cases]


def diagnose_one(request: Request) -> dict[str, t.Any]:
    """Return the result of one request."""
    return diagnose_all([request])[0]


def _look_up(request: Request) -> ServerLookup:
    target = request.target
    if target.lack is not None:
        return ServerLookup(error=ProbeError("local", str(target.lack)))
    return resolve_server(target.plan, seconds=LOOKUP_SECONDS)


def _diagnose_server(cases: t.Sequence[_Case]) -> dict[int, dict[str, t.Any]]:
    """Return the results of all requests about one server, by their positions."""
    found: dict[int, dict[str, t.Any]] = {}
    seconds, told_to_go_away = SERVER_SECONDS, False
    for position, request, lookup in cases:
        investigation = Investigation(
            request.target.plan,
            request.failure,
            lookup,
            logs_in=request.logs_in,
            seconds=max(min(SECONDS, seconds), 0.0),
        )
        if told_to_go_away:
            investigation.note_codes([GO_AWAY])
        found[position] = result_of(diagnose(investigation), investigation)
        seconds -= investigation.budget.seconds
        told_to_go_away = investigation.told_to_go_away
    return found
