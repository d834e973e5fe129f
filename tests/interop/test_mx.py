# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mail exchangers of a domain, as a real resolver tells of them.

Their own names are looked up where all names are, so here they are names that every host knows.
"""

from __future__ import annotations

import typing as t

import dns.resolver
import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import ProbeError
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.dane import NextHop
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.targets import targets_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.mx import (
    Exchanger,
    look_up_exchangers,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.runner import (
    MAX_DIALOGUES,
    run_dialogues,
)
from ansible_collections.mailops.smtp.tests.interop import room, unbound
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS
from ansible_collections.mailops.smtp.tests.unit.scripted import closed_port

RECORDS = [
    "two IN MX 20 no-such-host.invalid.",
    "two IN MX 10 localhost.",
    "null IN MX 0 .",
    "alone IN A 127.0.0.1",
    "alias-of-two IN CNAME two",
    *(f"many IN MX {number} 127.0.1.{number}." for number in range(1, 121)),
]

SECONDS = 5.0


@pytest.fixture(scope="module", autouse=True)
def resolver(folder: t.Any) -> t.Iterator[dns.resolver.Resolver]:
    """Have this process ask an Unbound that knows the records."""
    lack = room.missing()
    if lack is not None:
        pytest.skip(lack)
    with unbound.asked(folder / "unbound-mx", RECORDS) as resolver:
        yield resolver


@pytest.mark.parametrize("domain", ["two.example.test", "alias-of-two.example.test"])
def test_they_come_in_the_order_of_their_preference(domain: str) -> None:
    assert look_up_exchangers(domain, SECONDS).exchangers == (
        Exchanger("localhost", 10),
        Exchanger("no-such-host.invalid", 20),
    )


def test_a_domain_without_any_is_its_own() -> None:
    found = look_up_exchangers("alone.example.test", SECONDS)
    assert found.exchangers == (Exchanger("alone.example.test", 0),)


@pytest.mark.parametrize("name", ["two", "alone"])
def test_dnssec_vouches_for_those_of_a_signed_zone_and_for_there_being_none(name: str) -> None:
    for zone, secure in [(unbound.SIGNED, True), (unbound.UNSIGNED, False)]:
        domain = f"{name}.{zone}"
        assert look_up_exchangers(domain, SECONDS).next_hop == NextHop(domain, domain, secure)


def test_what_a_domain_is_an_alias_of_is_told() -> None:
    domain, target = f"alias-of-two.{unbound.SIGNED}", f"two.{unbound.SIGNED}"
    assert look_up_exchangers(domain, SECONDS).next_hop == NextHop(domain, target, True)


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        ("null.example.test", "accepts no mail: it has a null MX record"),
        ("no-such-domain.example.test", "there is no domain no-such-domain.example.test"),
        ("two.bogus.test", "answered SERVFAIL"),
        ("x" * 70 + ".example.test", "cannot be looked up"),
    ],
)
def test_a_domain_that_gets_no_mail_is_told_why(domain: str, words: str) -> None:
    with pytest.raises(ProbeError) as broken:
        look_up_exchangers(domain, SECONDS)
    assert broken.value.kind == "resolve"
    assert words in broken.value.text


def test_each_is_a_dialogue_and_its_result_names_it() -> None:
    options = {
        **DEFAULTS,
        "host": None,
        "mx": "two.example.test",
        "port": closed_port(),
        "helo": "client.example.test",
        "address_family": "ipv4",
    }

    outcomes = run_dialogues(targets_from(options), 20, 2)

    assert [outcome.item for outcome in outcomes] == [
        {"mx": "two.example.test", "host": "localhost"},
        {"mx": "two.example.test", "host": "no-such-host.invalid"},
    ]
    assert [outcome.kind for outcome in outcomes] == ["connect", "resolve"]
    assert [outcome.result["server"]["mx_preference"] for outcome in outcomes] == [10, 20]


def test_a_domain_without_a_mail_exchanger_is_one_result() -> None:
    options = {**DEFAULTS, "host": None, "mx": "null.example.test"}

    (outcome,) = run_dialogues(targets_from(options), 20, 2)

    assert outcome.kind == "resolve"
    assert outcome.result["server"]["host"] == "null.example.test"


def test_of_very_many_the_preferred_are_asked_and_a_result_tells_of_all_others() -> None:
    options = {
        **DEFAULTS,
        "host": None,
        "mx": "many.example.test",
        "port": closed_port(),
        "helo": "client.example.test",
    }

    *asked, left_out = run_dialogues(targets_from(options), 20, 2)

    assert [outcome.item["host"] for outcome in asked] == [
        f"127.0.1.{number}" for number in range(1, MAX_DIALOGUES + 1)
    ]
    assert {outcome.kind for outcome in asked} == {"connect"}
    assert left_out.item == {"mx": "many.example.test"}
    assert left_out.kind == "resolve"
    assert left_out.result["failure"]["text"] == (
        "many.example.test stands for more than 100 dialogues: the first 100 were held,"
        " and those from 127.0.1.101 on were not; name the other servers as targets of their own"
    )
