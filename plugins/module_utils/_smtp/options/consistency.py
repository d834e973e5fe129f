# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Can a plan be carried out? What one option alone cannot show is found here, without I/O."""

from __future__ import annotations

import typing as t

from ..._net.addresses import family_of
from ..._net.errors import BadOption
from ..model import STOPS
from ..wire.message import CannotCompose, MessageContext, compose

if t.TYPE_CHECKING:
    from .plan import Plan

# A time-out beyond a day is a mistake, and far beyond it one that the socket refuses.
_MAX_SECONDS = 86400.0


def check_plan(plan: Plan) -> None:
    """Raise BadOption where options contradict each other, or lack what they need."""
    _check_numbers(plan)
    _check_doors(plan)
    _check_hello(plan)
    _check_steps(plan)
    _check_message(plan)


def _check_numbers(plan: Plan) -> None:
    if not 0 < plan.port <= 65535:
        raise BadOption("port", f"{plan.port} is not between 1 and 65535")
    for option in ("connect_timeout", "timeout", "deadline", "max_seconds"):
        seconds = getattr(plan, option)
        # Written so that "not a number" fails it too.
        if seconds is not None and not 0 < seconds <= _MAX_SECONDS:
            raise BadOption(
                option, f"{seconds:g} is not more than 0 and at most {_MAX_SECONDS:g} seconds"
            )
    if not 0 <= plan.retry_delay <= _MAX_SECONDS:
        raise BadOption(
            "retry_delay", f"{plan.retry_delay:g} is not between 0 and {_MAX_SECONDS:g} seconds"
        )
    if plan.retries < 0:
        raise BadOption("retries", f"{plan.retries} is less than 0")


def _check_doors(plan: Plan) -> None:
    """Refuse what contradicts itself in how to get to the server, and in."""
    if (plan.host is None) == (plan.socket is None):
        raise BadOption("host", "exactly one of host, socket and mx is required")
    if plan.socket is not None:
        for option in ("source_address", "proxy"):
            if getattr(plan, option):
                raise BadOption(option, "cannot be used with a UNIX socket")
        if plan.tls.judges and plan.tls.tls_server_name is None:
            raise BadOption("tls_server_name", "is required with a UNIX socket and validate_certs")
    if plan.tls.dane:
        _check_dane(plan)


def _check_hello(plan: Plan) -> None:
    """Refuse what HELO cannot have: it names no extensions."""
    if plan.protocol == "smtp":
        if plan.tls.tls == "required":
            raise BadOption("tls", "HELO offers no STARTTLS; use protocol esmtp")
        if plan.login is not None:
            raise BadOption("login_user", "HELO offers no AUTH; use protocol esmtp")
        if plan.xclient:
            raise BadOption("xclient", "HELO offers no XCLIENT; use protocol esmtp")


def _check_dane(plan: Plan) -> None:
    """Refuse DANE where it would be silently no use: TLSA records stand under a name and a port."""
    if not plan.tls.required:
        raise BadOption("dane", f"needs tls required or implicit, and tls is {plan.tls.tls}")
    if plan.socket is not None:
        raise BadOption("dane", "cannot be used with a UNIX socket, which has no TLSA records")
    try:
        family_of(plan.tls_name)
    except ValueError:
        return  # a name, not an address
    raise BadOption("tls_server_name", "is required with dane where host is an IP address")


def _check_steps(plan: Plan) -> None:
    """Refuse a step that has not what it needs from the steps before it."""
    if plan.rcpt_to and plan.mail_from is None:
        raise BadOption("mail_from", "is required with rcpt_to; write '' for the null sender")
    if plan.message is not None and not plan.rcpt_to:
        raise BadOption("rcpt_to", "is required with message")
    if plan.mail_parameters and plan.mail_from is None:
        raise BadOption("mail_parameters", "has no effect without mail_from")
    if plan.rcpt_parameters and not plan.rcpt_to:
        raise BadOption("rcpt_parameters", "has no effect without rcpt_to")
    _check_stops(plan)
    for option in ("expect_capabilities", "forbid_capabilities"):
        if getattr(plan, option) and plan.protocol == "smtp":
            raise BadOption(option, "HELO names no capabilities; use protocol esmtp")
        if getattr(plan, option) and plan.stop_after in STOPS[: STOPS.index("helo")]:
            raise BadOption(option, f"no capabilities are known after {plan.stop_after}")


def _check_stops(plan: Plan) -> None:
    """Refuse a stage to stop at that the other options rule out."""
    if plan.stop_after == "mail_from" and plan.mail_from is None:
        raise BadOption("stop_after", "mail_from is never reached without the option mail_from")
    if plan.stop_after == "rcpt_to" and not plan.rcpt_to:
        raise BadOption("stop_after", "rcpt_to is never reached without the option rcpt_to")
    if plan.stop_after == "starttls" and plan.tls.tls in ("never", "implicit"):
        raise BadOption("stop_after", f"starttls is never reached with tls {plan.tls.tls}")
    if plan.stop_after == "xclient" and not plan.xclient:
        raise BadOption("stop_after", "xclient is never reached without the option xclient")
    if plan.stop_after == "auth" and plan.login is None:
        raise BadOption("stop_after", "auth is never reached without login_user")


def _check_message(plan: Plan) -> None:
    """Compose the message once for trial, so that a bad part of it is found before connecting."""
    if plan.message is None:
        return
    trial = MessageContext(
        sender=plan.mail_from or "",
        recipients=plan.rcpt_to,
        helo=plan.helo or "x" * 255,  # no host name is longer
        eight_bit=False,
        utf8=plan.utf8,
    )
    try:
        compose(plan.message, trial)
    except CannotCompose as error:
        raise BadOption(f"message.{error.option}", error) from error
    # What the email package raises on a header or a charset that it cannot make sense of.
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BadOption("message", f"cannot be composed: {error}") from error
