# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mail exchangers of a domain; tests/interop/test_mx.py asks a real resolver."""

from __future__ import annotations

import dns.rcode
import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import ProbeError
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.dane import NextHop
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.mx import (
    Exchanger,
    look_up_exchangers,
)
from ansible_collections.mailops.smtp.tests.unit import dns_server

SECONDS = 5.0


def failure(answers):
    """Return the error that a look-up ends with."""
    with dns_server.asked(answers), pytest.raises(ProbeError) as caught:
        look_up_exchangers("example.com", SECONDS)
    assert caught.value.kind == "resolve"
    return caught.value


def test_the_lowest_preference_comes_first():
    records = ["MX 20 a.example.com.", "MX 5 z.example.com."]
    with dns_server.asked({"example.com": records}):
        found = look_up_exchangers("example.com", SECONDS)
    assert found.exchangers == (
        Exchanger("z.example.com", 5),
        Exchanger("a.example.com", 20),
    )


def test_a_domain_without_any_is_its_own():
    with dns_server.asked({"example.com": []}, secure=["example.com"]):
        found = look_up_exchangers("example.com", SECONDS)
    assert found.exchangers == (Exchanger("example.com", 0),)
    assert found.next_hop == NextHop("example.com", "example.com", True)


def test_an_alias_is_told():
    with dns_server.asked({"example.com": ["CNAME example.net.", "MX 10 mx.example.net."]}):
        found = look_up_exchangers("example.com", SECONDS)
    assert found.next_hop == NextHop("example.com", "example.net", False)


def test_a_null_mx_accepts_no_mail():
    assert "accepts no mail" in failure({"example.com": ["MX 0 ."]}).text


def test_a_domain_that_does_not_exist_is_no_time_out():
    error = failure({})
    assert error.text == "there is no domain example.com"
    assert error.inconclusive is None


def test_a_resolver_that_cannot_answer_proves_nothing():
    error = failure({"example.com": dns.rcode.SERVFAIL})
    assert "cannot be looked up" in error.text
    assert error.inconclusive == "the resolver has not answered"
