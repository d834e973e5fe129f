# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries to a real DNS server on this host."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net import dns
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.budget import (
    Budget,
    OutOfBudget,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    _dns,
)

dnspython = pytest.importorskip("dns.rcode")
if t.TYPE_CHECKING or dnspython:
    from ansible_collections.mailops.smtp.tests.unit import dns_server

RECORDS: dict[str, t.Any] = {
    "example.com": ["MX 20 mx2.example.com.", "MX 10 mx1.example.com."],
    "text.example.com": ['TXT "v=spf1 " "-all"', 'TXT "\\027[2J"'],
    "host.example.com": ["A 192.0.2.1"],
    "null.example.com": ["MX 0 ."],
}


@pytest.fixture
def lookup() -> t.Iterator[_dns.DomainLookup]:
    with dns_server.asked(RECORDS):
        yield _dns.DomainLookup(Budget(lambda: 0.0))


def test_exchangers_are_in_order_of_preference(lookup: _dns.DomainLookup) -> None:
    assert lookup.exchangers("example.com") == ["mx1.example.com", "mx2.example.com"]
    assert lookup.exchangers("null.example.com") == [""]


def test_the_parts_of_a_text_are_joined(lookup: _dns.DomainLookup) -> None:
    assert "v=spf1 -all" in lookup.texts("text.example.com")


def test_a_domain_that_does_not_exist_has_no_records(lookup: _dns.DomainLookup) -> None:
    assert not lookup.exists("absent.example.com")
    assert lookup.exists("host.example.com")
    assert lookup.addresses("absent.example.com") == []
    assert lookup.addresses("host.example.com") == ["192.0.2.1"]


def test_a_server_that_fails_gives_no_answer() -> None:
    with dns_server.asked({"broken.example.com": dnspython.SERVFAIL}):
        lookup = _dns.DomainLookup(Budget(lambda: 0.0))
        with pytest.raises(_dns.NotAsked, match=r"broken\.example\.com"):
            lookup.exchangers("broken.example.com")


def test_without_dnspython_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns, "MISSING", "Traceback")

    with pytest.raises(_dns.NotAsked, match="dnspython is not installed"):
        _dns.DomainLookup(Budget(lambda: 0.0)).texts("example.com")


def test_without_time_nothing_is_asked() -> None:
    times = iter([0.0, 11.0])
    lookup = _dns.DomainLookup(Budget(lambda: next(times, 11.0)))

    with pytest.raises(OutOfBudget):
        lookup.texts("example.com")
