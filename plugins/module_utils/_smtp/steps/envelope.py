# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identify the sender and the recipients (RFC 5321 sections 4.1.1.2 and 4.1.1.3)."""

from __future__ import annotations

import typing as t

from ..._net.errors import ProbeError
from ..session import verdict
from ..wire import commands
from ..wire.capabilities import Capabilities, extension_of
from .ending import EndOfDialogue, end_of, end_with, judge

if t.TYPE_CHECKING:
    from ..options.plan import Envelope, Plan
    from ..session.session import Session
    from ..wire.message import Message


def has_sender(_session: Session, plan: Plan) -> bool:
    """Return whether MAIL is to be sent."""
    return plan.envelope.mail_from is not None


def mail_from(session: Session, plan: Plan) -> None:
    """Send MAIL. With pipelining, send it together with all RCPT commands (RFC 2920)."""
    envelope, offered = plan.envelope, session.record.capabilities
    parameters = _mail_parameters(envelope, session.message)
    _check_offered(parameters, offered)
    _check_size(session.message, offered)
    command = commands.mail_from(envelope.mail_from or "", parameters)
    if plan.steps.pipelining and offered.offers("PIPELINING"):
        session.pipeline([command, *_commands_after_mail(plan, offered)])
    judge("mail_from", session.command("mail_from", command), plan)


def has_recipients(_session: Session, plan: Plan) -> bool:
    """Return whether RCPT is to be sent."""
    return bool(plan.envelope.rcpt_to)


def rcpt_to(session: Session, plan: Plan) -> None:
    """Send RCPT for every recipient, even if an earlier recipient was refused.

    A reply 421 is the exception, as the server then closes the connection (RFC 5321 section 3.8).
    """
    _check_offered(plan.envelope.rcpt_parameters, session.record.capabilities)
    end_with(_ends_of_recipients(session, plan), session.record.transcript.event)


def _ends_of_recipients(session: Session, plan: Plan) -> t.Iterator[EndOfDialogue | None]:
    recipients = plan.envelope.rcpt_to
    for sent, (command, recipient) in enumerate(zip(rcpt_commands(plan.envelope), recipients), 1):
        reply = session.command("rcpt_to", command, recipient)
        yield end_of("rcpt_to", reply, plan, recipient)
        if reply.code == 421:
            unsent = verdict.judge_421_to_recipient(sent, reply, plan)
            yield None if unsent is None else EndOfDialogue(unsent)
            return


def rcpt_commands(envelope: Envelope) -> list[str]:
    """Return the RCPT command for each recipient."""
    return [commands.rcpt_to(one, envelope.rcpt_parameters) for one in envelope.rcpt_to]


def _mail_parameters(envelope: Envelope, message: Message | None) -> tuple[str, ...]:
    """Return the parameters of MAIL: those of the user, and those that the message requires."""
    parameters = envelope.mail_parameters
    if envelope.utf8:
        parameters = _with_parameter(parameters, "SMTPUTF8")
    if message is not None and message.eight_bit:
        parameters = _with_parameter(parameters, "BODY=8BITMIME")
    return parameters


def _with_parameter(parameters: tuple[str, ...], needed: str) -> tuple[str, ...]:
    """Return the parameters with `needed`, unless the user gave its keyword another value."""
    keyword = needed.partition("=")[0]
    given = (parameter.upper().partition("=")[0] for parameter in parameters)
    return parameters if keyword in given else (*parameters, needed)


def _commands_after_mail(plan: Plan, offered: Capabilities) -> list[str]:
    """Return the commands to send together with MAIL.

    DATA is not among them, since no message is sent if a recipient is refused.
    """
    envelope = plan.envelope
    refused = any(_lacks(offered, parameter) for parameter in envelope.rcpt_parameters)
    return [] if refused or plan.steps.stop_after == "mail_from" else rcpt_commands(envelope)


def _check_size(message: Message | None, offered: Capabilities) -> None:
    """Raise ProbeError if the message is larger than the SIZE that the server offers (RFC 1870)."""
    limit = "".join(offered.get("SIZE", [])[:1])
    if message is not None and limit.isdecimal() and 0 < int(limit[:20]) < len(message.data):
        raise ProbeError(
            "unsupported",
            f"the message has {len(message.data)} bytes, and the server accepts at most"
            f" {limit[:20]} bytes",
        )


def _check_offered(parameters: t.Iterable[str], offered: Capabilities) -> None:
    """Raise ProbeError if the server does not offer the extension of a parameter."""
    for parameter in parameters:
        if _lacks(offered, parameter):
            extension = extension_of(parameter)
            raise ProbeError(
                "unsupported",
                f"the server does not offer {extension}, which the parameter {parameter} needs",
            )


def _lacks(offered: Capabilities, parameter: str) -> bool:
    return not offered.offers(extension_of(parameter))
