# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up the server of a dialogue, and the name of this host.

The look-ups precede the dialogue. So many dialogues share the name of this host, and the runner
knows which dialogues are with the same server.
"""

from __future__ import annotations

import socket
import time
import typing as t

from ..._net.addresses import Address, numeric_addresses
from ..._net.errors import ProbeError
from ..session.lookup import ServerLookup

if t.TYPE_CHECKING:
    from ..._net.tls.dane import NextHop, TlsaAnswer
    from ..options.plan import Endpoint, Plan
    from ..session.lookup import OwnName


def look_up_own_name() -> OwnName | None:
    """Start to look up the name of this host. Return None if no thread can be started for it."""
    from ..._net.resolver import BackgroundCall, own_name  # not needed with the option helo

    try:
        return BackgroundCall(own_name)
    except RuntimeError:
        return None


def resolve_server(
    plan: Plan,
    own: OwnName | None = None,
    next_hop: NextHop | None = None,
    seconds: float | None = None,
) -> ServerLookup:
    """Look up the addresses of a server, and its TLSA records if the plan asks for DANE.

    All look-ups together take at most `seconds`, which is `look_up_seconds(plan)` by default. `own`
    is the look-up of the name of this host, if it has begun. `next_hop` is the mail domain if the
    server is one of its mail exchangers. ProbeError is not raised, but returned as `error`.
    """
    if own is None and plan.client.helo is None:
        own = look_up_own_name()
    if plan.endpoint.socket is not None:
        return ServerLookup((Address(socket.AF_UNIX, plan.endpoint.socket),), own_name=own)
    server = plan.endpoint
    started = time.monotonic()
    deadline = started + (look_up_seconds(plan) if seconds is None else seconds)
    addresses: tuple[Address, ...] = ()
    error = tlsa = None
    try:
        addresses = _addresses(server, max(deadline - time.monotonic(), 0.0))
    except ProbeError as resolve_error:
        error = resolve_error
    else:
        if plan.tls.dane:
            tlsa = look_up_tlsa(plan, deadline - time.monotonic())._replace(next_hop=next_hop)
    return ServerLookup(addresses, error, time.monotonic() - started, tlsa, own)


def _addresses(server: Endpoint, seconds: float) -> tuple[Address, ...]:
    where = server.host or "", server.port, server.address_family
    numeric = numeric_addresses(*where)
    if numeric:
        return tuple(numeric)
    from ..._net.resolver import resolve  # only a name needs it

    return tuple(resolve(*where, seconds))


def look_up_seconds(plan: Plan) -> float:
    """Return how many seconds all look-ups for a plan may take together."""
    return min(plan.limits.timeout, plan.limits.deadline)


def look_up_tlsa(plan: Plan, seconds: float) -> TlsaAnswer:
    """Return the TLSA records of a server. This needs dnspython."""
    from ..._net.tls.tlsa import look_up  # it imports dnspython

    return look_up(plan.tls_name, plan.endpoint.port, max(seconds, 0.0))
