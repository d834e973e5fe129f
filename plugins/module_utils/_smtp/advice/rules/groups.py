# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of stages, kinds and enhanced codes that many rules ask for."""

from __future__ import annotations

# Codes that say no more than "refused". X.7.0 and X.7.1 stand for any policy at all (RFC 3463
# section 3.8). X.0.0, X.1.0 and X.5.0 are what servers say that do not distinguish any further.
VAGUE = "- X.0.0 X.1.0 X.5.0 X.7.0 X.7.1"
# All that leave room for a text to say more: of every subject what is "other or undefined".
OPEN = VAGUE + " X.2.0 X.3.0 X.4.0 X.6.0"

REFUSED = "transient permanent"

# Where a server that wants TLS or a login first says so. To STARTTLS and AUTH the same words mean
# something else.
NOT_YET = "greeting helo xclient mail_from rcpt_to data message quit"


def _microsoft(*ranges: tuple[int, int]) -> str:
    """Return the codes X.7.FIRST to X.7.LAST, for each range."""
    return " ".join(f"X.7.{detail}" for first, last in ranges for detail in range(first, last + 1))


# https://learn.microsoft.com/exchange/mail-flow-best-practices/
# non-delivery-reports-in-exchange-online/non-delivery-reports-in-exchange-online
MICROSOFT = _microsoft((500, 999))
MICROSOFT_DEFERS = _microsoft((500, 699), (850, 899))
MICROSOFT_BANNED = _microsoft((606, 649))
MICROSOFT_TENANT = _microsoft((700, 702), (704, 749))
# These say who refuses and roughly why, but name no cause: the text does, or may.
FAMILIES = (MICROSOFT, MICROSOFT_DEFERS)
