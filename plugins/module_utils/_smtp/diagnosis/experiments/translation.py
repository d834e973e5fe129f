# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does the server see another address than this host has? Then a device on the way changes it."""

from __future__ import annotations

import typing as t

from ..model import Conclusion, Evidence, Finding
from ._change import is_first
from ._seen import seen_by_server

if t.TYPE_CHECKING:
    from ..investigation import Investigation

# The causes for which the address of the client decides.
ABOUT_ADDRESS = (
    "address-translated",
    "relay-for-address",
    "client-denied",
    "reverse-dns",
    "address-in-blocklist",
    "address-in-spf",
    "local-domains",
)


def translated_address(investigation: Investigation) -> t.Iterator[Finding]:
    """Compare the address of this host with the one that the server says it sees."""
    control = investigation.control
    seen, own = seen_by_server(control), control.local[0]
    presented = investigation.plan.client.proxy or investigation.plan.client.xclient
    if not seen or not own or presented:
        return
    if seen == own:
        yield Finding(
            Evidence("the address that the server sees", seen, "it is the address of this host"),
            excludes=("address-translated",),
        )
        return
    says = f"this host has {own}: an address translation (NAT) is on the way"
    fits = is_first(investigation, ABOUT_ADDRESS)
    yield Finding(
        Evidence("the address that the server sees", seen, says),
        Conclusion("address-translated", "consistent") if fits else None,
    )
