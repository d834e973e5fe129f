# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several hosts find what one alone cannot: that one of them is told something else."""

from __future__ import annotations

import typing as t

from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.audits import (
    Audit,
    Outcome,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.between_hosts import (
    MIDDLEBOX,
    SPLIT,
    compared,
)
from ansible_collections.mailops.smtp.tests.unit.audit_reports import audit

IP = "192.0.2.25"
MX = {"example.com MX": ["10 mx.example.com"]}
OTHER_MX = {"example.com MX": ["10 old.example.com"]}
ALL = ["8BITMIME", "AUTH", "PIPELINING", "SIZE", "STARTTLS"]
INSPECTED = ["8BITMIME", "SIZE", "XXXXXXXA"]


def told(host: str, answers: t.Mapping[str, list[str]], view: str = "", **changes: t.Any) -> Audit:
    """Return the audit of a host that the DNS has told something."""
    outcome = Outcome(id=SPLIT, verdict="not_applicable", evidence="alone")
    facts = {"addresses": [], "dns_view": view, "dns": answers}
    return audit(host, outcomes=[outcome], facts=facts, **changes)


def offered(
    host: str, keywords: list[str] | None, verdict: str = "sound", ip: str = IP, **changes: t.Any
) -> Audit:
    """Return the audit of a host that a server has offered something."""
    outcome = Outcome(id=MIDDLEBOX, verdict=verdict, evidence="no reply says it")
    address = {"ip": ip, "greeting": "mx", "keywords": keywords, "seen_as": None}
    facts = {"addresses": [address], "dns_view": "", "dns": {}}
    return audit(host, outcomes=[outcome], facts=facts, **changes)


def verdicts(*audits: Audit) -> list[str]:
    return [one.outcomes[0].verdict for one in compared(audits)]


def test_hosts_that_get_different_answers_are_a_finding_for_each() -> None:
    first, second = compared([told("web1", MX), told("web2", OTHER_MX)])

    assert (first.outcomes[0].verdict, second.outcomes[0].verdict) == ("finding", "finding")
    assert first.outcomes[0].evidence == (
        "example.com MX is 10 mx.example.com here, and 10 old.example.com from web2"
    )


def test_hosts_that_get_the_same_answers_are_sound_in_any_order() -> None:
    both = {"example.com MX": ["10 a", "20 b"]}
    turned = {"example.com MX": ["20 b", "10 a"]}

    assert verdicts(told("web1", both), told("web2", turned)) == ["sound", "sound"]


def test_one_host_alone_has_nothing_to_compare() -> None:
    assert verdicts(told("web1", MX)) == ["not_applicable"]
    assert verdicts(told("web1", MX), told("web2", {})) == ["not_applicable"] * 2
    assert verdicts(told("web1", MX), told("web2", OTHER_MX, server="b")) == ["not_applicable"] * 2
    assert verdicts(told("web1", MX), told("web2", {"b MX": []})) == ["not_applicable"] * 2


def test_a_difference_that_is_declared_is_none() -> None:
    inside = [told(host, OTHER_MX, "inside") for host in ("app1", "app2")]

    assert verdicts(told("web1", MX), *inside) == ["not_applicable", "sound", "sound"]


def test_many_hosts_are_named_in_short() -> None:
    (first, *_others) = compared([told("web0", MX), *(told(f"w{n}", OTHER_MX) for n in range(9))])

    assert first.outcomes[0].evidence.endswith("from w0, w1, w2 and 6 more")


def test_a_host_that_is_offered_less_than_others_is_behind_something() -> None:
    first, second = compared([offered("web1", ALL), offered("web2", INSPECTED)])

    assert (first.outcomes[0].verdict, second.outcomes[0].verdict) == ("sound", "finding")
    assert second.outcomes[0].evidence.startswith(
        f"{IP} offers STARTTLS, PIPELINING to web1, and not to this host"
    )


def test_what_a_server_offers_to_some_clients_only_does_not_count() -> None:
    few = [one for one in ALL if one != "AUTH"]

    assert verdicts(offered("web1", [*ALL, "XCLIENT"]), offered("web2", few)) == ["sound"] * 2


def test_only_what_can_be_compared_is_compared() -> None:
    lacking = offered("web2", INSPECTED)

    assert verdicts(offered("web1", ALL, claimed="trusted"), lacking) == ["sound"] * 2
    assert verdicts(offered("web1", ALL, ip="192.0.2.26"), lacking) == ["sound"] * 2
    assert verdicts(offered("web1", ALL, server="b"), lacking) == ["sound"] * 2
    assert verdicts(offered("web1", None), lacking) == ["sound"] * 2


def test_a_finding_that_a_host_has_itself_stays() -> None:
    both = [offered("web1", ALL), offered("web2", INSPECTED, "finding")]

    assert compared(both)[1].outcomes[0].evidence == "no reply says it"


def test_audits_without_facts_stay_as_they_are() -> None:
    audits = [audit("web1"), audit("web2", ban_middlebox="sound", dn_split="not_applicable")]

    assert compared(audits) == audits
