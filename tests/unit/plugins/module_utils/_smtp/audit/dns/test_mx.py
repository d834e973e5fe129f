# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mail exchangers of the own domain."""

from __future__ import annotations

import typing as t

import dns.rcode
import pytest
from ansible_collections.mailops.smtp.tests.unit.dns_checks import DOMAIN, HOST, IP, ask

GONE: t.Any = dns.rcode.NXDOMAIN


def test_an_exchanger_with_an_address_is_sound() -> None:
    verdict = ask("mx")

    assert (verdict.name, verdict.evidence) == ("sound", f"{DOMAIN} MX: 10 {HOST}")


def test_a_domain_can_be_its_own_exchanger_even_as_an_alias() -> None:
    assert ask("mx", {DOMAIN: [f"A {IP}"]}).name == "sound"
    assert ask("mx", {DOMAIN: ["CNAME real.example.net.", f"A {IP}"]}).name == "sound"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({DOMAIN: GONE}, "there is no domain example.com"),
        ({DOMAIN: []}, "example.com has no MX, and has no address"),
        ({DOMAIN: ["MX 0 ."]}, "null MX: it says that it takes no mail"),
        ({DOMAIN: ["MX 0 .", f"MX 10 {HOST}."]}, "a null MX beside others"),
        ({DOMAIN: ["MX 10 gone.example.com."]}, "the MX gone.example.com has no address"),
        ({DOMAIN: ["MX 10 192.0.2.1."]}, "the MX 192.0.2.1 has no address"),
        ({HOST: []}, "the MX mx.example.com has no address"),
        (
            {HOST: ["CNAME real.example.net.", f"A {IP}"]},
            "the MX mx.example.com is an alias of real.example.net",
        ),
    ],
)
def test_an_exchanger_that_is_against_a_standard_is_a_finding(
    changes: dict[str, t.Any], says: str
) -> None:
    verdict = ask("mx", changes)

    assert (verdict.name, says in verdict.evidence) == ("finding", True), verdict


def test_a_resolver_that_fails_says_nothing() -> None:
    assert ask("mx", {DOMAIN: dns.rcode.SERVFAIL}).name == "undecided"
