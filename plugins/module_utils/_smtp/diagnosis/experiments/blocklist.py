# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is the client in the blocklist that the reply names? Ask this list, after its own health test."""

from __future__ import annotations

import ipaddress
import re
import typing as t

from ..model import Conclusion, Evidence, Finding
from ._names import addresses_of
from ._seen import address_of_client

if t.TYPE_CHECKING:
    from ..investigation import Investigation

# "blocked using zen.spamhaus.org", "listed at bl.spamcop.net", "rejected by RBL dnsbl.example.org".
_ZONE = re.compile(
    r"\b(?:using|at|by|in|on|from|rbl|dnsbl|list)[ :]+"
    r"((?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24})\b(?![/@])",
    re.IGNORECASE,
)
# A blocklist has this address always, and that one never (RFC 5782 section 5).
_ALWAYS, _NEVER = "127.0.0.2", "127.0.0.1"
# The answers of a list that refuses to answer this resolver.
_REFUSES = "127.255.255."


def zone_in(text: str) -> str | None:
    """Return the zone of the blocklist that a text names, or None."""
    match = _ZONE.search(text[:1000])
    return match.group(1).lower() if match else None


def query_name(ip: str, zone: str) -> str:
    """Return the name by which a blocklist has an address (RFC 5782 section 2).

    >>> query_name("192.0.2.1", "bl.example.org")
    '1.2.0.192.bl.example.org'
    """
    reverse = ipaddress.ip_address(ip.partition("%")[0]).reverse_pointer
    return reverse.replace("in-addr.arpa", zone).replace("ip6.arpa", zone)


def named_blocklist(investigation: Investigation) -> t.Iterator[Finding]:
    """Ask the blocklist that the reply names about the address that the server sees."""
    zone, ip = zone_in(investigation.failure.text), address_of_client(investigation.control)
    if zone is None or not ip:
        return
    budget = investigation.budget
    always = addresses_of(query_name(_ALWAYS, zone), budget)
    never = addresses_of(query_name(_NEVER, zone), budget)
    test_entries = ", ".join(always + never) or "none"
    if _REFUSES in test_entries:
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
    if any(one.startswith(_REFUSES) for one in listed):
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
