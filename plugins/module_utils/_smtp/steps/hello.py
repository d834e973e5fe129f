# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the greeting, and identify this host with EHLO (RFC 5321 sections 3.1 and 3.2)."""

from __future__ import annotations

import contextlib
import typing as t

from ..._net.addresses import address_literal
from ..session import verdict
from ..session.lookup import OWN_NAME_SECONDS
from ..wire import commands
from ..wire.capabilities import Capabilities
from .ending import end_if, judge
from .starttls import took_starttls, wants_starttls

if t.TYPE_CHECKING:
    from ..model import Failure
    from ..options.plan import Plan
    from ..session.session import Session
    from ..wire.reply import Reply

# After these replies to EHLO the client tries HELO: the server does not know EHLO, or does not
# implement it (RFC 5321 section 3.2). A reply 4yz does not say whether the server knows EHLO.
EHLO_NOT_KNOWN = (500, 502, 504)

# The command with which a client identifies itself, by the option `protocol`.
HELLO_COMMANDS = {"esmtp": commands.ehlo, "smtp": commands.helo, "lmtp": commands.lhlo}


def read_greeting(session: Session, plan: Plan) -> None:
    """Read the greeting. A client must wait for it before it sends anything."""
    judge("greeting", session.read_reply("greeting"), plan)


def say_hello(session: Session, plan: Plan) -> None:
    """Send EHLO, HELO or LHLO, and record the capabilities that the server offers."""
    record, protocol = session.record, plan.steps.protocol
    record.capabilities = Capabilities()
    name = record.helo = record.helo or plan.client.helo or _name_of_this_host(session)
    reply = session.command("helo", HELLO_COMMANDS[protocol](name))
    if protocol == "esmtp" and _falls_back(reply, plan):
        reply = session.command("helo", commands.helo(name))
    elif protocol != "smtp" and reply.positive:
        record.capabilities = Capabilities.from_reply(reply)
    judge("helo", reply, plan)
    if not _says_hello_again(session, plan):
        end_if(failure_of_offer(session, plan))


def _says_hello_again(session: Session, plan: Plan) -> bool:
    """Return whether STARTTLS or XCLIENT is to be sent, after which EHLO is sent again."""
    if any(recorded.stage == "xclient" for recorded in session.record.replies):
        return False
    return bool(plan.client.xclient) or wants_starttls(session, plan)


def failure_of_offer(session: Session, plan: Plan) -> Failure | None:
    """Judge the capabilities of the last EHLO, and a dialogue without TLS.

    This may be an earlier EHLO than was planned, or none: the server may refuse STARTTLS, or the
    greeting, as expected. Nothing is judged if it was expected that this host cannot connect.
    """
    if plan.expected("connect"):
        return None
    offered, expectations = _offered(session, plan), plan.expectations
    plain_text = None
    if session.record.tls is None:
        plain_text = verdict.judge_plain_text(plan.tls, offered)
    return plain_text or verdict.judge_capabilities(
        offered, expectations.expect_capabilities, expectations.forbid_capabilities
    )


def _offered(session: Session, plan: Plan) -> Capabilities | None:
    """Return the capabilities to judge, or None if EHLO was never accepted.

    STARTTLS is among them if it was used, although a server must not offer it again under TLS
    (RFC 3207 section 4.2).
    """
    if not any(one.stage == "helo" and one.accepted for one in session.record.replies):
        return None
    offered = session.record.capabilities
    if took_starttls(session, plan) and "STARTTLS" not in offered:
        return Capabilities(offered, STARTTLS=[])
    return offered


def _falls_back(reply: Reply, plan: Plan) -> bool:
    """Return whether to try HELO: the server does not know EHLO, and the user did not expect so."""
    expected = any(pattern.matches_reply(reply) for pattern in plan.expected("helo"))
    return reply.code in EHLO_NOT_KNOWN and not expected


def _name_of_this_host(session: Session) -> str:
    """Return the name of this host, or its address literal (RFC 5321 section 4.1.4)."""
    name = None
    look_up = session.lookup.own_name
    if look_up is not None:
        with contextlib.suppress(TimeoutError, OSError, UnicodeError):
            name = look_up.wait(OWN_NAME_SECONDS)
    return name or address_literal(session.record.local[0])
