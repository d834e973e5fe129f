# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a blocklist in the DNS is asked for an address, and what its answers mean. No I/O."""

from __future__ import annotations

import ipaddress

# A blocklist has the first address always, and the second never (RFC 5782 section 5).
ALWAYS, NEVER = "127.0.0.2", "127.0.0.1"

# How the answers of a list begin that refuses to answer this resolver.
REFUSES = "127.255.255."


def query_name(ip: str, zone: str) -> str:
    """Return the name by which a list has an address (RFC 5782 sections 2.1 and 2.4).

    >>> query_name("192.0.2.1", "bl.example.org")
    '1.2.0.192.bl.example.org'
    """
    pointer = ipaddress.ip_address(ip.partition("%")[0]).reverse_pointer
    return f"{pointer.rsplit('.', 2)[0]}.{zone}"
