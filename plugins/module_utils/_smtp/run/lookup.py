# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a dialogue knows before it begins: where the server is, and what this host is called.

Looked up apart from the dialogue, so that many dialogues share what is the same for all of them,
and so that whoever plans many knows which of them go to the same server.
"""

from __future__ import annotations

import socket
import time
import typing as t

from ..._net.addresses import Address
from ..._net.errors import ProbeError
from ..._net.resolver import BackgroundCall, own_name, resolve
from ..session.lookup import OwnName, ServerLookup

if t.TYPE_CHECKING:
    from ..._net.tls.dane import NextHop, TlsaAnswer
    from ..options.plan import Plan


def look_up_own_name() -> OwnName | None:
    """Begin to look up the name of this host; None where it cannot start a thread for it."""
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
    """Find the server of a plan, which may be a mail exchanger of the next hop.

    All look-ups together take at most `seconds`, by default those that the plan has for a reply. It
    raises nothing: a server that is not found has an `error`.
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
        left = max(deadline - time.monotonic(), 0.0)
        addresses = tuple(resolve(server.host or "", server.port, server.address_family, left))
    except ProbeError as resolve_error:
        error = resolve_error
    else:
        if plan.tls.dane:
            tlsa = _tlsa(plan, deadline - time.monotonic(), next_hop)
    return ServerLookup(addresses, error, time.monotonic() - started, tlsa, own)


def look_up_seconds(plan: Plan) -> float:
    """Return how long all look-ups for a plan may take together."""
    return min(plan.limits.timeout, plan.limits.deadline)


def _tlsa(plan: Plan, seconds: float, next_hop: NextHop | None) -> TlsaAnswer:
    from ..._net.tls.tlsa import look_up  # and with it dnspython

    return look_up(plan.tls_name, plan.endpoint.port, max(seconds, 0.0))._replace(next_hop=next_hop)
