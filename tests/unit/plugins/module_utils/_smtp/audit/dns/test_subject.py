# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server sends from."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.dns.subject import (
    is_private,
    no_senders,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.observed import Observed
from ansible_collections.mailops.smtp.tests.unit.dns_checks import IP, SUBJECT


@pytest.mark.parametrize(
    ("ip", "private"),
    [
        ("10.1.2.3", True),
        ("172.31.0.1", True),
        ("172.32.0.1", False),
        ("100.64.0.1", True),
        ("127.0.0.1", True),
        ("fe80::1%eth0", True),
        ("fd12::1", True),
        ("2001:db8::1", False),
        ("/run/socket", True),
        (IP, False),
    ],
)
def test_an_address_of_private_use_is_known(ip: str, private: bool) -> None:
    assert is_private(ip) is private


def test_a_server_sends_from_its_public_addresses_unless_the_user_says_otherwise() -> None:
    both = SUBJECT._replace(addresses=("10.0.0.1", IP))

    assert both.senders == (IP,)
    assert both._replace(sends_from=("10.0.0.2",)).senders == ("10.0.0.2",)
    assert no_senders(both) is None
    assert no_senders(SUBJECT._replace(addresses=("10.0.0.1",))) is not None


def test_the_server_is_called_what_it_says_first() -> None:
    observed = {"a": Observed(), "b": Observed(server_name="MX.Example.com.")}

    assert SUBJECT._replace(observed=observed).server_name == "mx.example.com"
    assert SUBJECT.server_name == ""
