# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SPF records as domains publish them, and what they say of an address."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.spf import NotEvaluated, Spf

TEXTS = {
    "direct.example": ["v=spf1 ip4:192.0.2.0/24 -all", "verification=1"],
    "soft.example": ["v=spf1 ~all"],
    "open.example": ["V=SPF1 ?all"],
    "silent.example": ["v=spf1 ip4:192.0.2.0/24"],
    "several.example": ["v=spf1 -all", "v=spf1 +all"],
    "included.example": ["v=spf1 include:direct.example include:soft.example -all"],
    "redirected.example": ["v=spf1 redirect=direct.example"],
    "named.example": ["v=spf1 a:host.example/24 mx -all"],
    "own.example": ["v=spf1 a mx//64 -all"],
    "loop.example": ["v=spf1 include:loop.example -all"],
    "macro.example": ["v=spf1 include:%{i}.example -all"],
    "exists.example": ["v=spf1 exists:host.example -all"],
    "late.example": ["v=spf1 ip4:198.51.100.7 exists:host.example -all"],
    "wrong.example": ["v=spf1 ip4:192.0.2.x -all"],
    "other.example": ["v=spf10 -all", "spf1"],
}
ADDRESSES = {
    "host.example": ["198.51.100.1"],
    "mx.example": ["203.0.113.9", "2001:db8::9"],
    "own.example": ["198.51.100.7"],
}


class Dns:
    """A DNS with these records. Each domain has one mail exchanger."""

    def texts(self, name: str) -> list[str]:
        return TEXTS.get(name, [])

    def addresses(self, name: str) -> list[str]:
        return ADDRESSES.get(name, [])

    def exchangers(self, name: str) -> list[str]:
        return ["mx.example"] if name in TEXTS else []


@pytest.mark.parametrize(
    ("domain", "ip", "result"),
    [
        ("direct.example", "192.0.2.7", "pass"),
        ("direct.example", "198.51.100.7", "fail"),
        ("direct.example", "2001:db8::1", "fail"),
        ("soft.example", "198.51.100.7", "softfail"),
        ("open.example", "198.51.100.7", "neutral"),
        ("silent.example", "198.51.100.7", "neutral"),
        ("several.example", "198.51.100.7", "permerror"),
        ("absent.example", "198.51.100.7", "none"),
        ("other.example", "198.51.100.7", "none"),
        ("included.example", "192.0.2.7", "pass"),
        ("included.example", "198.51.100.7", "fail"),
        ("redirected.example", "192.0.2.7", "pass"),
        ("named.example", "198.51.100.200", "pass"),
        ("named.example", "203.0.113.9", "pass"),
        ("named.example", "203.0.113.8", "fail"),
        ("own.example", "198.51.100.7", "pass"),
        ("own.example", "2001:db8::1234", "pass"),
        ("own.example", "2001:db8:1::1", "fail"),
        ("late.example", "198.51.100.7", "pass"),
    ],
)
def test_what_a_record_says(domain: str, ip: str, result: str) -> None:
    assert Spf(ip, Dns()).result(domain) == result


@pytest.mark.parametrize("domain", ["macro.example", "exists.example", "wrong.example"])
def test_what_is_not_evaluated_is_no_result(domain: str) -> None:
    with pytest.raises(NotEvaluated):
        Spf("198.51.100.7", Dns()).result(domain)


def test_a_record_that_includes_itself_ends() -> None:
    with pytest.raises(NotEvaluated, match="more than 10 look-ups"):
        Spf("198.51.100.7", Dns()).result("loop.example")
