# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the greeting, and identify this host (RFC 5321 section 3.1 and 3.2)."""

from __future__ import annotations

import contextlib
import typing as t

from ..._net.addresses import address_literal
from ..._net.resolver import OWN_NAME_SECONDS
from ..session import verdict
from ..wire import commands
from ..wire.capabilities import Capabilities
from .ending import end_if, judge
from .starttls import wants_starttls

if t.TYPE_CHECKING:
    from ..options.plan import Plan
    from ..session.record import Record
    from ..session.session import Session
    from ..wire.reply import Reply

# Replies to EHLO after which HELO is worth a try: the command is not known, or not implemented
# (RFC 5321 section 3.2). A 4yz does not tell whether the server knows EHLO.
_EHLO_NOT_KNOWN = (500, 502, 504)

_HELLO = {"esmtp": commands.ehlo, "smtp": commands.helo, "lmtp": commands.lhlo}


def read_greeting(session: Session, plan: Plan) -> None:
    """Read the greeting, before which a client may not send anything."""
    judge("greeting", session.read_reply("greeting"), plan)


def say_hello(session: Session, plan: Plan) -> None:
    """Identify this host, and learn what the server offers."""
    record, protocol = session.record, plan.steps.protocol
    record.capabilities = Capabilities()
    name = record.helo = record.helo or plan.client.helo or _name_of_this_host(session)
    reply = session.command("helo", _HELLO[protocol](name))
    if protocol == "esmtp" and _falls_back(reply, plan):
        reply = session.command("helo", commands.helo(name))
    elif protocol != "smtp" and reply.positive:
        record.capabilities = Capabilities.from_reply(reply)
    judge("helo", reply, plan)
    if plan.steps.stop_after == "helo" or not wants_starttls(session, plan):
        _judge_offer(record, plan)


def _judge_offer(record: Record, plan: Plan) -> None:
    """Judge what the server offers, where it will not be asked again after STARTTLS."""
    if record.tls is None:
        end_if(verdict.judge_plain_text(plan.tls))
    expectations = plan.expectations
    end_if(
        verdict.judge_capabilities(
            _offered(record), expectations.expect_capabilities, expectations.forbid_capabilities
        )
    )


def _offered(record: Record) -> Capabilities:
    """Return what counts as offered: STARTTLS too, which is no more once it was taken."""
    offered = Capabilities(record.capabilities)
    if any(recorded.stage == "starttls" for recorded in record.replies):
        offered.setdefault("STARTTLS", [])
    return offered


def _falls_back(reply: Reply, plan: Plan) -> bool:
    """Whether to try HELO: EHLO is not known, and the user does not expect that."""
    expected = any(pattern.matches_reply(reply) for pattern in plan.expected("helo"))
    return reply.code in _EHLO_NOT_KNOWN and not expected


def _name_of_this_host(session: Session) -> str:
    """Return the host's own name. Without one, RFC 5321 section 4.1.4 has it give its address."""
    name = None
    look_up = session.lookup.own_name
    if look_up is not None:
        with contextlib.suppress(TimeoutError, OSError, UnicodeError):
            name = look_up.wait(OWN_NAME_SECONDS)
    return name or address_literal(session.record.local[0])
