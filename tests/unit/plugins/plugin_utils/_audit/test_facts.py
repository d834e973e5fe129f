# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts that a probing host has returned, which may be anything."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.facts import facts_in

EMPTY = {"addresses": [], "dns_view": "", "dns": {}}


def test_what_is_documented_comes_back() -> None:
    facts = {
        "addresses": [{"ip": "192.0.2.1", "greeting": "mx", "keywords": ["SIZE"], "seen_as": None}],
        "dns_view": "inside",
        "dns": {"example.com MX": ["10 mx.example.com"]},
    }

    assert facts_in({**facts, "more": 1}) == facts


@pytest.mark.parametrize("returned", [None, [], "x", {"addresses": 5, "dns": [], "dns_view": {}}])
def test_anything_else_is_empty(returned: t.Any) -> None:
    assert facts_in(returned) == EMPTY


def test_a_hostile_host_is_bounded_and_escaped() -> None:
    address = {"ip": ["x"], "greeting": "\x1b" * 999, "keywords": "SIZE", "seen_as": 5}
    returned = {
        "addresses": [address] * 999,
        "dns": {f"{number}\x1b": [number, "\x1b" * 999] for number in range(999)},
    }

    facts = facts_in(returned)

    assert facts["addresses"][0]["ip"] == ""
    assert facts["addresses"][0]["keywords"] == []
    assert len(facts["dns"]) == 12
    assert "\x1b" not in str(facts["dns"]) + facts["addresses"][0]["greeting"]
    assert len(str(facts)) < 100_000
