# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is it this port? Port 587 is for clients that log in, port 25 for other servers (RFC 6409)."""

from __future__ import annotations

import typing as t

from ...options.plan import Envelope
from ..model import Evidence, Finding
from ._change import is_first
from ._outcome import outcome_of

if t.TYPE_CHECKING:
    from ..investigation import Investigation

_RELAY, _SUBMISSION = 25, 587

# The causes for which another port of the server may be the remedy.
CAUSES = (
    "log-in",
    "log-in-over-tls",
    "auth-on",
    "relay-for-address",
    "starttls-on",
    "starttls-stripped",
    "client-denied",
    "closed-on-purpose",
    "port-of-service",
)


def other_port(investigation: Investigation) -> t.Iterator[Finding]:
    """Say hello at the port for submission, or at the one for relaying."""
    plan = investigation.plan
    if plan.endpoint.socket is not None or not is_first(investigation, CAUSES):
        return
    port = _RELAY if plan.endpoint.port == _SUBMISSION else _SUBMISSION
    address = investigation.address
    moved = address._replace(sockaddr=(address.sockaddr[0], port, *address.sockaddr[2:]))
    hello = plan._replace(
        endpoint=plan.endpoint._replace(port=port),
        client=plan.client._replace(proxy=None, xclient={}),
        tls=plan.tls._replace(
            tls="never" if plan.tls.tls == "never" else "opportunistic", dane=False
        ),
        envelope=Envelope(),
    )
    record = investigation.hold(f"at port {port}", hello, investigation.lookup.at(moved))
    if record.failure is None:
        offered = [one for one in ("STARTTLS", "AUTH") if one in record.capabilities]
        if record.tls is not None:
            offered.insert(0, "STARTTLS")
        value = (
            f"open, offers {' and '.join(dict.fromkeys(offered)) or 'neither STARTTLS nor AUTH'}"
        )
        says = "a client can log in there" if "AUTH" in offered else "it is another listener"
    else:
        value, says = outcome_of(record), "that port is no way out"
    yield Finding(Evidence(f"port {port} of the server", value, says))
