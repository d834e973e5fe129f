# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is it a parameter of MAIL or RCPT? Hold the dialogue without them."""

from __future__ import annotations

import typing as t

from ..model import Conclusion, Evidence, Finding
from ._change import Change, is_first, try_change
from ._outcome import outcome_of

if t.TYPE_CHECKING:
    from ..investigation import Investigation

OF_PARAMETERS = ("parameters-one-by-one", "extension-on", "smtputf8-on", "without-extension")
OF_SIZE = ("message-size",)

# The replies of a server to a SIZE that it does not take (RFC 1870 section 6.1).
_TOO_LARGE = (552, 452)


def without_parameters(investigation: Investigation) -> t.Iterator[Finding]:
    """Hold the dialogue without parameters of MAIL and RCPT.

    That a parameter is not sent, as the server does not offer what it needs, is known already.
    """
    plan = investigation.plan
    envelope = plan.envelope
    if not envelope.mail_parameters and not envelope.rcpt_parameters:
        return
    if investigation.failure.kind == "unsupported":
        return
    plain = envelope._replace(mail_parameters=(), rcpt_parameters=())
    shown = " ".join([*envelope.mail_parameters, *envelope.rcpt_parameters])
    yield from try_change(
        investigation,
        Change(
            f"without {shown}",
            plan._replace(envelope=plain),
            OF_SIZE if investigation.failure.code in _TOO_LARGE else OF_PARAMETERS,
            cured="the sender and recipients are accepted, so it is a parameter that is refused",
            same="the same reply, so it is not because of the parameters",
            others=OF_SIZE,
        ),
    )


def without_message_size(investigation: Investigation) -> t.Iterator[Finding]:
    """Say what follows if MAIL was refused with the size of a message, and is accepted without.

    A follow-up has no message, so the control itself is this change.
    """
    failure, control = investigation.failure, investigation.control
    too_large = failure.code in _TOO_LARGE or is_first(investigation, OF_SIZE)
    if failure.stage != "mail_from" or not too_large or control.failure:
        return
    limit = "".join(control.capabilities.get("SIZE", [])[:1])
    value = f"{outcome_of(control)}; the server offers SIZE {limit}".rstrip()
    says = "the sender is accepted, so it is the size of the message that is refused"
    yield Finding(
        Evidence("without the size of the message", value, says),
        Conclusion(*OF_SIZE, "proven"),
    )
