# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change over to TLS by STARTTLS (RFC 3207)."""

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
    """Whether TLS is still to be started: it must be, or it can be and is taken."""
    if session.record.tls is not None:
        return False
    offered = session.record.capabilities.offers("STARTTLS")
    return plan.tls.tls == "required" or (plan.tls.tls == "opportunistic" and offered)


def took_starttls(session: Session, plan: Plan) -> bool:
    """Whether TLS was started by STARTTLS: what was offered before is forgotten (section 4.2)."""
    return session.record.tls is not None and plan.tls.tls != "implicit"


def starttls(session: Session, plan: Plan) -> None:
    """Ask for TLS. After that there is no way back to plain text."""
    if not session.record.capabilities.offers("STARTTLS"):
        raise ProbeError("unsupported", "the server does not offer STARTTLS")
    judge("starttls", session.command("starttls", commands.STARTTLS), plan)
    session.reject_injected_plaintext()
    start_tls(session, plan, "starttls")
