# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the reply to EHLO shows: STARTTLS that was made unreadable, and mechanisms of AUTH."""

from __future__ import annotations

import re
import typing as t

from ..model import Conclusion, Evidence, Finding
from ._change import is_first

if t.TYPE_CHECKING:
    from ..investigation import Investigation

# Some firewalls write over the keywords that they do not let through. The length is kept.
_OVERWRITTEN = re.compile("X{6,}[A-Z]?|X{6,}")

_NEEDS_LOGIN = ("log-in", "log-in-over-tls", "auth-on", "relay-for-address")


def offered_extensions(investigation: Investigation) -> t.Iterator[Finding]:
    """Look at the capabilities of the control."""
    capabilities = investigation.control.capabilities
    mangled = [one for one in capabilities if _OVERWRITTEN.fullmatch(one)]
    if mangled and "STARTTLS" not in capabilities:
        says = "a device on the way writes over what it does not let through"
        yield Finding(
            Evidence("keywords in the reply to EHLO", mangled[0], says),
            Conclusion("starttls-stripped", "consistent"),
            ("starttls-on",),
        )
    if is_first(investigation, _NEEDS_LOGIN):
        mechanisms = " ".join(capabilities.get("AUTH", [])) or "not offered"
        says = "a login is possible here" if "AUTH" in capabilities else "no login is possible here"
        yield Finding(Evidence("AUTH", mechanisms, says))
