# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is it the sender? The null sender is accepted by every server (RFC 5321 section 4.5.5)."""

from __future__ import annotations

import typing as t

from ._change import Change, try_change

if t.TYPE_CHECKING:
    from ..investigation import Investigation
    from ..model import Finding

# The causes that are about the sender.
CAUSES = (
    "sender-denied",
    "sender-rights",
    "sender-callout",
    "sender-rate",
    "sender-domain",
    "own-domain-from-outside",
    "address-in-spf",
    "aligned-domain",
    "domain-reputation",
    "verified-sender",
    "microsoft-sender-domain",
    "account-quota",
)

# The causes that may be about the sender as well as about the recipient or the server.
OTHERS = ("address-syntax", "null-mx", "server-look-ups", "log-in")


def another_sender(investigation: Investigation) -> t.Iterator[Finding]:
    """Hold the dialogue with the null sender."""
    plan = investigation.plan
    if not plan.envelope.mail_from:
        return
    envelope = plan.envelope._replace(mail_from="")
    yield from try_change(
        investigation,
        Change(
            "the null sender instead",
            plan._replace(envelope=envelope),
            CAUSES,
            cured="another sender is accepted, so it is the sender that is refused",
            same="the same reply, so it is not because of the sender",
            others=OTHERS,
        ),
    )
