# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether DNSSEC vouches for the way to the mail exchangers."""

from __future__ import annotations

import dns.rcode
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.dns.dnssec import (
    Question,
    judge,
)
from ansible_collections.mailops.smtp.tests.unit.dns_checks import DOMAIN, HOST, ask, verdict_of


def test_an_answer_that_dnssec_vouches_for_is_sound() -> None:
    verdict = ask("dnssec", secure=[DOMAIN, HOST])

    assert verdict.evidence == f"DNSSEC vouches for {DOMAIN} MX, {HOST} A"


def test_a_chain_that_breaks_is_a_finding() -> None:
    verdict = ask("dnssec", secure=[DOMAIN])

    assert (verdict.name, verdict.evidence) == (
        "finding",
        f"DNSSEC does not vouch for {HOST} A",
    )


def test_without_any_signature_there_is_nothing_to_judge() -> None:
    assert verdict_of("dnssec") == "not_applicable"


def test_signatures_that_are_wrong_are_a_finding() -> None:
    verdict = ask("dnssec", bogus=[DOMAIN])

    assert (verdict.name, f"wrong of {DOMAIN} MX" in verdict.evidence) == ("finding", True)
    assert verdict_of("dnssec", secure=[DOMAIN], bogus=[HOST]) == "finding"


def test_a_resolver_that_fails_for_another_reason_says_nothing() -> None:
    assert verdict_of("dnssec", {DOMAIN: dns.rcode.SERVFAIL}) == "undecided"


def test_without_a_domain_it_is_the_address_of_the_server() -> None:
    assert verdict_of("dnssec", own_domain="", secure=[HOST]) == "sound"
    assert verdict_of("dnssec", own_domain="", host="") == "not_applicable"


def test_one_answer_that_is_bogus_is_enough() -> None:
    found = [Question("a", "MX", secure=True), Question("b", "A", secure=False, bogus=True)]

    assert judge(found).name == "finding"


def test_an_exchanger_that_does_not_exist_is_a_matter_of_another_check() -> None:
    gone = {DOMAIN: ["MX 10 gone.example.com."]}

    assert verdict_of("dnssec", gone, secure=[DOMAIN]) == "sound"
    assert verdict_of("dnssec", own_domain="gone.example.com") == "not_applicable"
