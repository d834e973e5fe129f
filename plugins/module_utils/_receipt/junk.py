# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The usual names of mailboxes for junk. No I/O."""

from __future__ import annotations

import re

# The names that servers and mail programs use, without a prefix such as INBOX or [Gmail].
NAMES = ("Junk", "Spam", "Junk E-mail", "Junk Email", "Junk Mail", "Bulk Mail")

_USUAL = re.compile(
    r"(?:(?:INBOX|\[[^\]]*\])[./])?(?:" + "|".join(map(re.escape, NAMES)) + ")", re.IGNORECASE
)


def is_junk_name(name: str) -> bool:
    """Return whether a mailbox has a usual name for junk.

    >>> is_junk_name("INBOX.Junk E-mail")
    True
    """
    return _USUAL.fullmatch(name) is not None
