# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is the client in the blocklist that the reply names? Ask this list, after its own health test."""

from __future__ import annotations

import re
import typing as t

from ...._net.dnsbl import ALWAYS, NEVER, REFUSES, query_name
from ..model import Conclusion, Evidence, Finding
from ._names import addresses_of
from ._seen import address_of_client

if t.TYPE_CHECKING:
    from ..investigation import Investigation

# "blocked using zen.spamhaus.org", "listed at bl.spamcop.net", "rejected by RBL dnsbl.example.org".
_ZONE = re.compile(
    r"\b(?:using|at|by|in|on|rbl|dnsbl|list)[ :]+"
    r"((?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24})\b(?![/@])",
    re.IGNORECASE,
)


def zone_in(text: str) -> str | None:
    """Return the zone of the blocklist that a text names, or None."""
    match = _ZONE.search(text[:1000])
    return match.group(1).lower() if match else None


def named_blocklist(investigation: Investigation) -> t.Iterator[Finding]:
    """Ask the blocklist that the reply names about the address that the server sees."""
    zone, ip = zone_in(investigation.failure.text), address_of_client(investigation.control)
    if zone is None or not ip:
        return
    budget = investigation.budget
    always = addresses_of(query_name(ALWAYS, zone), budget)
    never = addresses_of(query_name(NEVER, zone), budget)
    test_entries = ", ".join(always + never) or "none"
    if REFUSES in test_entries:
        says = "it refuses to answer this resolver"
        yield Finding(
            Evidence(f"the test entries of {zone}", test_entries, says),
            Conclusion("blocklist-refused-query", "consistent"),
        )
        return
    if not always or never:
        says = "it lists everything, or nothing, so its answers mean nothing"
        yield Finding(Evidence(f"the test entries of {zone}", test_entries, says))
        return
    listed = addresses_of(query_name(ip, zone), budget)
    fact = f"{ip} in {zone}"
    if any(one.startswith(REFUSES) for one in listed):
        says = "it refuses to answer this resolver"
        yield Finding(
            Evidence(fact, ", ".join(listed), says),
            Conclusion("blocklist-refused-query", "consistent"),
        )
    elif listed:
        yield Finding(
            Evidence(fact, ", ".join(listed), "the address is in the list"),
            Conclusion("address-in-blocklist", "consistent"),
        )
    else:
        says = "the address is not in the list, as this host's resolver sees it"
        yield Finding(
            Evidence(fact, "not listed", says), Conclusion("blocklist-refused-query", "open")
        )
