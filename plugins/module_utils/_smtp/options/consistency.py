# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check whether the options of a plan fit together. No I/O."""

from __future__ import annotations

import typing as t

from ..._net.addresses import family_of
from ..._net.errors import BadOption
from ..model import STAGES, STOP_STAGES

if t.TYPE_CHECKING:
    from ..model import Stage
    from .plan import Plan


def check_plan(plan: Plan, own: t.Container[str]) -> None:
    """Raise BadOption if an option contradicts another one, or needs another one.

    The error names the option that must be changed or added. `own` are the options that the target
    does not take from the task. What the task expects of all targets may be impossible for one of
    them, whose dialogue then says so.
    """
    _check_endpoint(plan)
    _check_protocol(plan)
    _check_envelope(plan)
    _check_stop_after(plan)
    if "expect" in own:
        _check_expect(plan)
    _check_certificate(plan)
    _check_capabilities(plan)
    if ("expect_capabilities" in own) == ("forbid_capabilities" in own):
        _check_contradiction(plan)
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
    reason = None if stage is None else _reason_not_reached(plan, stage)
    if reason is not None:
        raise BadOption("stop_after", f"{stage} is never reached {reason}")


def _check_expect(plan: Plan) -> None:
    """Refuse patterns for a stage that the dialogue does not reach with the other options."""
    last = plan.steps.stop_after
    for stage in plan.expectations.expect:
        reason = _reason_not_reached(plan, stage)
        if reason is None and last is not None and _is_after(stage, last):
            reason = f"with stop_after {last}"
        if reason is None and stage != "connect" and plan.expected("connect"):
            reason = "with expect.connect, after which there is no connection"
        if reason is not None:
            raise BadOption(f"expect.{stage}", f"is never judged {reason}")


def _reason_not_reached(plan: Plan, stage: Stage) -> str | None:
    """Return which option rules a stage out, or whose lack does, or None."""
    envelope = plan.envelope
    if stage == "starttls" and plan.tls.tls in ("never", "implicit"):
        return f"with tls {plan.tls.tls}"
    if stage == "starttls" and plan.steps.protocol == "smtp":
        return "with protocol smtp"
    missing: dict[Stage, bool] = {
        "xclient": not plan.client.xclient,
        "auth": plan.login is None,
        "mail_from": envelope.mail_from is None,
        "rcpt_to": not envelope.rcpt_to,
        "data": envelope.message is None,
        "message": envelope.message is None,
    }
    options = {"auth": "login_user", "data": "message"}
    return f"without the option {options.get(stage, stage)}" if missing.get(stage) else None


def _is_after(stage: Stage, last: Stage) -> bool:
    """Return whether a stage does not take place if the dialogue ends after another one."""
    if stage == "quit":
        return last == "connect"  # which closes the connection at once
    return STAGES.index(stage) > STAGES.index(last)


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


def _check_contradiction(plan: Plan) -> None:
    """Refuse a capability that is both expected and forbidden."""
    expected = {one.upper() for one in plan.expectations.expect_capabilities}
    for one in plan.expectations.forbid_capabilities:
        if one.upper() in expected:
            raise BadOption("forbid_capabilities", f"contains {one}, as does expect_capabilities")


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
