# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compose the message, and send it with DATA, or in one chunk with BDAT (RFC 3030)."""

from __future__ import annotations

import typing as t

from ..wire import commands
from .ending import end_of, end_with, judge

if t.TYPE_CHECKING:
    from ..options.plan import Plan
    from ..session.session import Session


def has_message(_session: Session, plan: Plan) -> bool:
    """Return whether the plan has a message. The dialogue may end before the message is sent."""
    return plan.envelope.message is not None


def compose_message(session: Session, plan: Plan) -> None:
    """Compose the message with the encoding that this server supports."""
    envelope, record = plan.envelope, session.record
    if envelope.message is None:
        return
    from ..wire.message import MessageContext, compose  # only a message needs it

    context = MessageContext(
        sender=envelope.mail_from or "",
        recipients=envelope.rcpt_to,
        helo=record.helo or "",
        eight_bit=record.capabilities.offers("8BITMIME")
        and "BODY=7BIT" not in map(str.upper, envelope.mail_parameters),
        utf8=envelope.utf8,
    )
    session.message = compose(envelope.message, context)


def sends_message(_session: Session, plan: Plan) -> bool:
    """Return whether the message is to be sent."""
    return plan.sends_message


def sends_data(session: Session, plan: Plan) -> bool:
    """Return whether the message is to be sent with DATA."""
    return plan.sends_message and not _in_chunk(session, plan)


def data(session: Session, plan: Plan) -> None:
    """Send DATA."""
    judge("data", session.request_data("data"), plan)


def message(session: Session, plan: Plan) -> None:
    """Send the message. With LMTP there is a reply for each recipient (RFC 2033 section 4.2)."""
    sent = session.record.message = session.message
    if sent is None:
        return
    if _in_chunk(session, plan):
        command = commands.bdat(len(sent.data))
        session.send_chunk(command, sent.data)
    else:
        from ..wire.message import dot_stuffed

        command = commands.END_OF_DATA
        session.send_message(dot_stuffed(sent.data))
    ends = (
        end_of("message", session.read_reply("message", command, recipient), plan, recipient)
        for recipient in plan.message_recipients
    )
    end_with(ends, session.record.transcript.event)


def _in_chunk(session: Session, plan: Plan) -> bool:
    """Return whether the message is sent with BDAT."""
    return plan.steps.chunking and session.record.capabilities.offers("CHUNKING")
