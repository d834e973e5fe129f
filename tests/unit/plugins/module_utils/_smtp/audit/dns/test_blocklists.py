# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocklists, each asked after its own health test."""

from __future__ import annotations

import typing as t

import dns.rcode
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.dns.blocklists import (
    Answer,
    judge,
)
from ansible_collections.mailops.smtp.tests.unit.dns_checks import IP, ask, verdict_of

ZONE = "bl.example.org"
HEALTHY = {f"2.0.0.127.{ZONE}": ["A 127.0.0.2"]}
LISTED = {f"25.100.51.198.{ZONE}": ["A 127.0.0.4"]}


def listed(records: dict[str, t.Any], *zones: str) -> str:
    return verdict_of("blocklists", records, blocklists=zones or (ZONE,))


def test_no_list_is_asked_unless_the_user_names_it() -> None:
    assert verdict_of("blocklists") == "not_applicable"


def test_an_address_that_is_not_in_a_healthy_list_is_sound() -> None:
    assert listed(HEALTHY) == "sound"


def test_an_address_in_the_list_is_a_finding() -> None:
    verdict = ask("blocklists", {**HEALTHY, **LISTED}, blocklists=(ZONE,))

    assert (verdict.name, verdict.evidence) == ("finding", f"{ZONE} lists {IP} (127.0.0.4)")


def test_a_list_that_has_everything_or_nothing_says_nothing() -> None:
    everything = {**HEALTHY, **LISTED, f"1.0.0.127.{ZONE}": ["A 127.0.0.2"]}

    assert listed({}) == "undecided"
    assert listed(LISTED) == "undecided"
    assert listed(everything) == "undecided"


def test_a_list_that_refuses_to_answer_says_nothing() -> None:
    refused = {f"2.0.0.127.{ZONE}": ["A 127.255.255.254"]}
    late = {**HEALTHY, f"25.100.51.198.{ZONE}": ["A 127.255.255.255"]}

    assert listed(refused) == "undecided"
    assert listed(late) == "undecided"


def test_an_address_that_is_no_code_of_a_list_is_not_believed() -> None:
    """A resolver that sends its users to a page for every name would list the whole world."""
    assert listed({**HEALTHY, f"25.100.51.198.{ZONE}": ["A 203.0.113.9"]}) == "undecided"


def test_a_list_that_fails_does_not_hide_what_another_has() -> None:
    down: dict[str, t.Any] = {"2.0.0.127.down.example.org": dns.rcode.SERVFAIL}

    assert listed({**HEALTHY, **down}, "down.example.org", ZONE) == "undecided"
    assert listed({**HEALTHY, **LISTED, **down}, "down.example.org", ZONE) == "finding"


def test_an_answer_of_one_list_is_judged_alone() -> None:
    assert judge([Answer("z", ["127.0.0.2"], [], {IP: []})]).name == "sound"
