# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions to a DNS server, and what it may answer."""

from __future__ import annotations

import dns.rcode
import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.dns import (
    NoAnswer,
    NoSuchName,
    query,
)
from ansible_collections.mailops.smtp.tests.unit import dns_server

SECONDS = 5.0


def test_records_come_with_the_name_that_has_them():
    with dns_server.asked({"example.com": ["MX 10 a.example.com.", "MX 20 b.example.com."]}):
        answer = query("example.com", "MX", SECONDS)
    assert answer.name == "example.com"
    assert sorted(str(record) for record in answer.records) == [
        "10 a.example.com.",
        "20 b.example.com.",
    ]
    assert not answer.secure


def test_an_alias_leads_to_the_name_that_has_them():
    with dns_server.asked({"www.example.com": ["CNAME web.example.net.", "A 192.0.2.1"]}):
        answer = query("www.example.com", "A", SECONDS)
    assert (answer.name, len(answer.records)) == ("web.example.net", 1)


def test_the_resolver_says_whether_dnssec_vouches_for_it():
    with dns_server.asked({"example.com": ["A 192.0.2.1"]}, secure=["example.com"]):
        assert query("example.com", "A", SECONDS).secure


def test_a_name_may_have_no_record_of_the_kind():
    with dns_server.asked({"example.com": ["A 192.0.2.1"]}):
        assert query("example.com", "MX", SECONDS).records == ()


def test_a_name_may_not_exist():
    with dns_server.asked({}), pytest.raises(NoSuchName, match=r"gone\.example\.com"):
        query("gone.example.com", "MX", SECONDS)


def test_a_server_that_cannot_answer_gives_no_answer():
    broken = {"example.com": dns.rcode.SERVFAIL}
    with dns_server.asked(broken), pytest.raises(NoAnswer, match="SERVFAIL"):
        query("example.com", "MX", SECONDS)


@pytest.mark.parametrize("name", ["a" * 64 + ".example.com", "a..b", "a." * 200])
def test_a_name_that_cannot_be_asked_for_is_not_asked_for(name):
    with dns_server.asked({}) as server, pytest.raises(NoAnswer):
        query(name, "MX", SECONDS)
    assert server.asked == []
