# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log in (RFC 4954)."""

from __future__ import annotations

import typing as t

from ..._net.errors import ProbeError
from .ending import judge

if t.TYPE_CHECKING:
    from ..options.plan import Plan
    from ..session.session import Session


def has_login(_session: Session, plan: Plan) -> bool:
    """Return whether the plan has a login."""
    return plan.login is not None


def auth(session: Session, plan: Plan) -> None:
    """Log in with the chosen mechanism, or the strongest one that is possible.

    The record contains neither responses, which contain the secret, nor challenges.
    """
    from ..._net.sasl import mechanisms as sasl  # only a login needs it

    record, login, server = session.record, plan.login, plan.endpoint
    if login is None:
        return
    offered = record.capabilities.get("AUTH", [])
    mechanism = sasl.choose(login.mechanism, offered, record.tls is not None, login.allow_plaintext)
    credentials = sasl.Credentials(login.user, login.password, server.host, server.port)
    exchange = sasl.SaslExchange(mechanism, credentials, record.transcript.event)
    reply = session.secret_command("auth", exchange.command(), f"AUTH {mechanism}")
    while reply.code == 334:
        try:
            response = exchange.answer(reply.text)
        except ProbeError:
            _cancel(session, sasl.CANCEL)
            raise
        reply = session.secret_command("auth", response, "")
    judge("auth", reply, plan)
    exchange.accepted()


def _cancel(session: Session, line: str) -> None:
    """Cancel the exchange. What the server makes of that does not change why it was cancelled."""
    try:
        session.command("auth", line)
    except ProbeError as error:
        session.record.transcript.event(error.text)
