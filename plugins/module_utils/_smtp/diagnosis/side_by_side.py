# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Diagnose several failures side by side, each within its own budget."""

from __future__ import annotations

import typing as t

from ..._net.errors import ProbeError
from ..._net.resolver import map_concurrently
from ..run.lookup import resolve_server
from ..session.lookup import ServerLookup
from .budget import SECONDS
from .diagnose import diagnose
from .investigation import Investigation
from .result import result_of

if t.TYPE_CHECKING:
    from .request import Request

# Limit on the diagnoses at once. Each needs a thread and a few sockets.
_AT_ONCE = 10

# Limit on the look-up of a server before its investigation begins.
_LOOKUP_SECONDS = SECONDS / 4


def diagnose_all(requests: t.Sequence[Request]) -> list[dict[str, t.Any]]:
    """Return the result of each request, in order."""
    return list(map_concurrently(diagnose_one, requests, _AT_ONCE))


def diagnose_one(request: Request) -> dict[str, t.Any]:
    """Return the result of one request."""
    target = request.target
    if target.lack is None:
        lookup = resolve_server(target.plan, seconds=_LOOKUP_SECONDS)
    else:
        lookup = ServerLookup(error=ProbeError("local", str(target.lack)))
    investigation = Investigation(target.plan, request.failure, lookup, logs_in=request.logs_in)
    return result_of(diagnose(investigation), investigation)
