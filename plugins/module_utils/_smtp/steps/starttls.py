# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start TLS with STARTTLS (RFC 3207)."""

from __future__ import annotations

import typing as t

from ..._net.errors import ProbeError
from ..wire import commands
from .ending import judge
from .tls import start_tls

if t.TYPE_CHECKING:
    from ..options.plan import Plan
    from ..session.session import Session


def wants_starttls(session: Session, plan: Plan) -> bool:
    """Return whether STARTTLS is to be sent: TLS is required, or opportunistic and offered."""
    if session.record.tls is not None:
        return False
    offered = session.record.capabilities.offers("STARTTLS")
    return plan.tls.tls == "required" or (plan.tls.tls == "opportunistic" and offered)


def took_starttls(session: Session, plan: Plan) -> bool:
    """Return whether TLS was started with STARTTLS. Then EHLO is sent again (section 4.2)."""
    return session.record.tls is not None and plan.tls.tls != "implicit"


def starttls(session: Session, plan: Plan) -> None:
    """Send STARTTLS and start TLS. After a failure of TLS no command is sent in plain text."""
    if not session.record.capabilities.offers("STARTTLS"):
        raise ProbeError("unsupported", "the server does not offer STARTTLS")
    judge("starttls", session.command("starttls", commands.STARTTLS), plan)
    session.reject_injected_plaintext()
    start_tls(session, plan, "starttls")
