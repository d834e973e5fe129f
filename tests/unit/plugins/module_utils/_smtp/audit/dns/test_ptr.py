# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of the addresses that a server sends from."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.dns.ptr import Reverse, judge
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.observed import Observed
from ansible_collections.mailops.smtp.tests.unit.dns_checks import HOST, IP, ask, verdict_of

REVERSE = "25.100.51.198.in-addr.arpa"
OTHER = {IP: Observed(server_name="other.example.net")}


def test_a_name_that_leads_back_is_sound() -> None:
    verdict = ask("ptr")

    assert (verdict.name, verdict.evidence) == ("sound", f"{IP} is {HOST}, and back")


def test_an_address_without_a_name_is_a_finding() -> None:
    verdict = ask("ptr", {REVERSE: []})

    assert (verdict.name, "no PTR record" in verdict.evidence) == ("finding", True)


def test_a_name_that_leads_elsewhere_is_a_finding() -> None:
    assert ask("ptr", {HOST: ["A 198.51.100.99"]}).evidence == (
        f"{IP} has the name {HOST}, which does not lead back"
    )


def test_one_name_of_several_that_leads_back_is_enough() -> None:
    assert verdict_of("ptr", {REVERSE: ["PTR gone.example.com.", f"PTR {HOST}."]}) == "sound"


def test_a_server_that_calls_itself_otherwise_must_at_least_have_that_address() -> None:
    leads_back = {"other.example.net": [f"A {IP}"]}

    assert verdict_of("ptr", observed=OTHER) == "finding"
    assert verdict_of("ptr", leads_back, observed=OTHER) == "sound"


def test_the_word_of_a_server_that_is_no_domain_says_nothing() -> None:
    assert verdict_of("ptr", observed={IP: Observed(server_name="relay")}) == "sound"


def test_the_addresses_that_the_user_names_take_the_place_of_the_servers_own() -> None:
    assert verdict_of("ptr", sends_from=("198.51.100.7",)) == "finding"


def test_a_private_address_is_not_what_the_world_sees() -> None:
    verdict = ask("ptr", addresses=("10.0.0.25", "fd00::25"))

    assert (verdict.name, "sends_from" in verdict.evidence) == ("not_applicable", True)


def test_an_address_of_ipv6_is_asked_for_by_its_digits() -> None:
    name = f"5.2.{'0.' * 22}8.b.d.0.1.0.0.2.ip6.arpa"
    records = {name: [f"PTR {HOST}."], HOST: ["AAAA 2001:db8::25"]}

    assert verdict_of("ptr", records, addresses=("2001:db8::25",)) == "sound"


def test_each_address_counts() -> None:
    found = [Reverse("192.0.2.1", {"a.example.com": ["192.0.2.1"]}), Reverse("192.0.2.2", {})]

    assert judge(found[:1], "", ()).name == "sound"
    assert judge(found, "", ()).name == "finding"
