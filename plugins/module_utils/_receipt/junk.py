# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which mailboxes are for junk. No I/O."""

from __future__ import annotations

import re

# The names that servers and mail programs give, without what INBOX or [Gmail] they may lie under.
NAMES = ("Junk", "Spam", "Junk E-mail", "Junk Email", "Junk Mail", "Bulk Mail")

_USUAL = re.compile(
    r"(?:(?:INBOX|\[[^\]]*\])[./])?(?:" + "|".join(map(re.escape, NAMES)) + ")", re.IGNORECASE
)


def is_junk_name(name: str) -> bool:
    """Whether a mailbox has a name that is usual for junk.

    >>> is_usual("INBOX.Junk E-mail")
    True
    """
    return _USUAL.fullmatch(name) is not None
