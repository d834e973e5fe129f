# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up the server and audit it."""

from __future__ import annotations

import contextlib
import typing as t

from ..run.lookup import resolve_server
from ..session.lookup import OWN_NAME_SECONDS
from .auditor import Auditor
from .result import result_of
from .values import Values

if t.TYPE_CHECKING:
    from ..options.plan import Plan
    from ..session.lookup import ServerLookup
    from .request import Request


def audit_server(request: Request) -> dict[str, t.Any]:
    """Return the result of an audit. No exception is raised for a server or a network."""
    lookup = resolve_server(request.plan)
    plan = with_name_of_host(request.plan, lookup)
    auditor = Auditor(
        plan,
        lookup,
        Values(request.variables),
        request.claimed,
        max_risk=request.max_risk,
        connections=request.connections,
        seconds=request.seconds,
    )
    return result_of(auditor.audit(request.checks), plan)


def with_name_of_host(plan: Plan, lookup: ServerLookup) -> Plan:
    """Return the plan with the name of this host, as its look-up is too slow for each check."""
    name = plan.client.helo
    if name is None and lookup.own_name is not None:
        with contextlib.suppress(TimeoutError, OSError, UnicodeError):
            name = lookup.own_name.wait(OWN_NAME_SECONDS)
    return plan._replace(client=plan.client._replace(helo=name))
