# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was looked up of a server, for a dialogue with one of its addresses."""

from __future__ import annotations

import socket

from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.lookup import ServerLookup

FIRST, SECOND = (Address(socket.AF_INET, (f"192.0.2.{number}", 25)) for number in (1, 2))


def test_all_else_is_the_same_at_one_of_the_addresses():
    lookup = ServerLookup((FIRST, SECOND), seconds=0.5, warning="an MX record with an address")
    assert lookup.at(SECOND) == ServerLookup(
        (SECOND,), seconds=0.5, warning="an MX record with an address"
    )
