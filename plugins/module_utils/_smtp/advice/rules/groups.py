# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of stages, kinds and enhanced codes that many rules ask for."""

from __future__ import annotations

# Codes that say no more than "refused". X.7.0 and X.7.1 stand for any policy (RFC 3463 section
# 3.8). X.0.0, X.1.0 and X.5.0 come from servers that do not distinguish any further.
VAGUE = "- X.0.0 X.1.0 X.5.0 X.7.0 X.7.1"
# Codes whose text may say more: these, and "other or undefined" of every subject.
OPEN = VAGUE + " X.2.0 X.3.0 X.4.0 X.6.0"

# Codes that some servers use for what has a code of its own: what they say in words counts, too.
LOOSE = OPEN + " X.1.2 X.4.0 X.5.1 X.5.4"

REFUSED = "transient permanent"

# The stages at which a server says that it requires TLS or a login first. In a reply to STARTTLS or
# AUTH the same words mean something else.
NOT_YET = "greeting helo xclient mail_from rcpt_to data message quit"

# What servers say when they would have to pass mail on for somebody whom they do not know.
RELAY = (
    r"relay\w{0,3} (access |is )?(denied|not\b|prohibited|disallowed|refused|rejected|forbidden)"
    r"|(to|for|not|open) relay\b|rcpthosts|relay .{0,20}denied|(cannot|unable to|will not) relay"
)


def _microsoft(*ranges: tuple[int, int]) -> str:
    """Return the codes X.7.FIRST to X.7.LAST, for each range."""
    return " ".join(f"X.7.{detail}" for first, last in ranges for detail in range(first, last + 1))


# https://learn.microsoft.com/exchange/mail-flow-best-practices/
# non-delivery-reports-in-exchange-online/non-delivery-reports-in-exchange-online
MICROSOFT = _microsoft((500, 999))
MICROSOFT_DEFERS = _microsoft((500, 699), (850, 899))
MICROSOFT_BANNED = _microsoft((606, 649))
MICROSOFT_TENANT = _microsoft((700, 702), (704, 749))
# These codes say who refuses and roughly why, but do not name a cause. The text may name it.
FAMILIES = (MICROSOFT, MICROSOFT_DEFERS)
