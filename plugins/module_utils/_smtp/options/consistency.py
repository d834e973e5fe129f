# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check whether the options of a plan fit together. No I/O."""

from __future__ import annotations

import typing as t

from ..._net.addresses import family_of
from ..._net.errors import BadOption
from ..model import STOP_STAGES

if t.TYPE_CHECKING:
    from .plan import Plan


def check_plan(plan: Plan) -> None:
    """Raise BadOption if an option contradicts another one, or needs another one.

    The error names the option that must be changed or added.
    """
    _check_endpoint(plan)
    _check_protocol(plan)
    _check_envelope(plan)
    _check_stop_after(plan)
    _check_certificate(plan)
    _check_capabilities(plan)
    _check_message(plan)


def _check_endpoint(plan: Plan) -> None:
    """Refuse contradictions about the server and the connection to it."""
    if (plan.endpoint.host is None) == (plan.endpoint.socket is None):
        raise BadOption("host", "exactly one of host, socket and mx is required")
    if plan.endpoint.socket is not None:
        for option in ("source_address", "proxy"):
            if getattr(plan.client, option):
                raise BadOption(option, "cannot be used with a UNIX socket")
        if plan.tls.judges and plan.tls.tls_server_name is None:
            raise BadOption("tls_server_name", "is required with a UNIX socket and validate_certs")
    if plan.tls.dane:
        _check_dane(plan)


def _check_dane(plan: Plan) -> None:
    """Refuse DANE without TLS, or without a name and a port, as TLSA records belong to these."""
    if not plan.tls.required:
        raise BadOption("dane", f"needs tls required or implicit, not {plan.tls.tls}")
    if plan.endpoint.socket is not None:
        raise BadOption("dane", "cannot be used with a UNIX socket, which has no TLSA records")
    try:
        family_of(plan.tls_name)
    except ValueError:
        return  # a name, not an address
    raise BadOption("tls_server_name", "is required with dane where host is an IP address")


def _check_protocol(plan: Plan) -> None:
    """Refuse options that need an extension, if the protocol is SMTP without extensions."""
    if plan.steps.protocol != "smtp":
        return
    if plan.tls.tls == "required":
        raise BadOption("tls", "HELO offers no STARTTLS; use protocol esmtp")
    if plan.login is not None:
        raise BadOption("login_user", "HELO offers no AUTH; use protocol esmtp")
    if plan.client.xclient:
        raise BadOption("xclient", "HELO offers no XCLIENT; use protocol esmtp")


def _check_envelope(plan: Plan) -> None:
    """Refuse an envelope without the sender or the recipients that another option needs."""
    envelope = plan.envelope
    if envelope.rcpt_to and envelope.mail_from is None:
        raise BadOption("mail_from", "is required with rcpt_to; write '' for the null sender")
    if envelope.message is not None and not envelope.rcpt_to:
        raise BadOption("rcpt_to", "is required with message")
    if envelope.mail_parameters and envelope.mail_from is None:
        raise BadOption("mail_parameters", "has no effect without mail_from")
    if envelope.rcpt_parameters and not envelope.rcpt_to:
        raise BadOption("rcpt_parameters", "has no effect without rcpt_to")


def _check_stop_after(plan: Plan) -> None:
    """Refuse a value of stop_after that the dialogue does not reach with the other options."""
    stage = plan.steps.stop_after
    if stage == "mail_from" and plan.envelope.mail_from is None:
        raise BadOption("stop_after", "mail_from is never reached without the option mail_from")
    if stage == "rcpt_to" and not plan.envelope.rcpt_to:
        raise BadOption("stop_after", "rcpt_to is never reached without the option rcpt_to")
    if stage == "starttls" and plan.tls.tls in ("never", "implicit"):
        raise BadOption("stop_after", f"starttls is never reached with tls {plan.tls.tls}")
    if stage == "xclient" and not plan.client.xclient:
        raise BadOption("stop_after", "xclient is never reached without the option xclient")
    if stage == "auth" and plan.login is None:
        raise BadOption("stop_after", "auth is never reached without login_user")


def _check_certificate(plan: Plan) -> None:
    """Refuse expectations of a certificate that stop_after prevents from being judged."""
    stage = plan.steps.stop_after
    first = "connect" if plan.tls.tls == "implicit" else "starttls"
    for option in ("cert_min_days", "dane"):
        if getattr(plan.tls, option) and stage in STOP_STAGES[: STOP_STAGES.index(first)]:
            raise BadOption(option, f"is never judged with stop_after {stage}")


def _check_capabilities(plan: Plan) -> None:
    """Refuse expectations of capabilities that the dialogue does not judge."""
    before = STOP_STAGES[: STOP_STAGES.index("helo")]
    for option in ("expect_capabilities", "forbid_capabilities"):
        if not getattr(plan.expectations, option):
            continue
        if plan.steps.protocol == "smtp":
            raise BadOption(option, "HELO names no capabilities; use protocol esmtp")
        stage = plan.steps.stop_after
        # The capabilities are judged after the second EHLO, which follows STARTTLS.
        if stage in before or stage == "starttls":
            raise BadOption(option, f"is never judged with stop_after {stage}")


def _check_message(plan: Plan) -> None:
    """Compose the message once, so that a bad part of it is found before the module connects."""
    envelope = plan.envelope
    if envelope.message is None:
        return
    from ..wire.message import CannotCompose, MessageContext, compose  # only a message needs it

    trial = MessageContext(
        sender=envelope.mail_from or "",
        recipients=envelope.rcpt_to,
        helo=plan.client.helo or "x" * 255,  # the longest host name possible
        eight_bit=False,
        utf8=envelope.utf8,
    )
    try:
        compose(envelope.message, trial)
    except CannotCompose as error:
        raise BadOption(f"message.{error.option}", error) from error
    # The email package raises these for a header or a charset that it cannot use.
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BadOption("message", f"cannot be composed: {error}") from error
