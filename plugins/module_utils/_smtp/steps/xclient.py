# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Present another client to a server that trusts this host (Postfix XCLIENT_README)."""

from __future__ import annotations

import typing as t

from ..._net.errors import ProbeError
from ..wire import commands
from .ending import judge

if t.TYPE_CHECKING:
    from ..options.plan import Plan
    from ..session.session import Session


def has_xclient(_session: Session, plan: Plan) -> bool:
    """Return whether XCLIENT is to be sent."""
    return bool(plan.client.xclient)


def xclient(session: Session, plan: Plan) -> None:
    """Send XCLIENT with the attributes of the other client."""
    attributes, offered = plan.client.xclient, session.record.capabilities
    if "XCLIENT" not in offered:
        raise ProbeError("unsupported", "the server does not offer XCLIENT to this host")
    missing = [name for name in attributes if not offered.offers(f"XCLIENT {name}")]
    if missing:
        raise ProbeError("unsupported", f"XCLIENT is offered without {', '.join(missing)}")
    judge("xclient", session.command("xclient", commands.xclient(attributes)), plan)
