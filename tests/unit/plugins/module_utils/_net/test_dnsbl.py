# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names by which blocklists have addresses."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.dnsbl import query_name

ZONE = "bl.example.org"
REVERSED = f"1.{'0.' * 23}8.b.d.0.1.0.0.2.{ZONE}"


@pytest.mark.parametrize(
    ("ip", "name"),
    [
        ("192.0.2.1", f"1.2.0.192.{ZONE}"),
        ("2001:db8::1", REVERSED),
        ("2001:db8::1%eth0", REVERSED),
    ],
)
def test_a_list_has_an_address_by_its_reversed_parts(ip: str, name: str) -> None:
    assert query_name(ip, ZONE) == name
