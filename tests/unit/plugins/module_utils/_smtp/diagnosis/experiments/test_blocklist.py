# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The blocklist that a reply names is asked, after its own health test."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    blocklist,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_MAIL
from ansible_collections.mailops.smtp.tests.unit.investigations import Finding, findings_of

TEXT = "5.7.1 Service unavailable; client [198.51.100.7] blocked using bl.example.org; see x"
FAILURE = Failure("rcpt_to", "permanent", TEXT, 554, "5.7.1")
REFUSES = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 554 {TEXT}{END}"
HEALTHY = {"2.0.0.127.bl.example.org": ["127.0.0.2"]}
CLIENT = "7.100.51.198.bl.example.org"


def findings(monkeypatch: pytest.MonkeyPatch, zone: dict[str, list[str]]) -> list[Finding]:
    monkeypatch.setattr(blocklist, "addresses_of", lambda name, _budget: zone.get(name, []))
    return findings_of(blocklist.named_blocklist, REFUSES, failure=FAILURE)


def test_the_client_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = findings(monkeypatch, {**HEALTHY, CLIENT: ["127.0.0.4"]})

    assert finding.evidence == (
        "198.51.100.7 in bl.example.org",
        "127.0.0.4",
        "the address is in the list",
    )
    assert finding.conclusion == ("address-in-blocklist", "consistent")


def test_the_client_is_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = findings(monkeypatch, HEALTHY)

    assert finding.evidence.value == "not listed"


def test_a_list_that_refuses_this_resolver_may_refuse_that_of_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    zone = {"2.0.0.127.bl.example.org": ["127.255.255.254"]}

    (finding,) = findings(monkeypatch, zone)

    assert finding.conclusion == ("blocklist-refused-query", "consistent")


@pytest.mark.parametrize(
    ("zone", "says"),
    [
        ({}, "it lists everything, or nothing, so its answers mean nothing"),
        ({"2.0.0.127.bl.example.org": ["127.255.255.254"]}, "it refuses to answer this resolver"),
        (
            {**HEALTHY, "1.0.0.127.bl.example.org": ["127.0.0.2"]},
            "it lists everything, or nothing, so its answers mean nothing",
        ),
        ({**HEALTHY, CLIENT: ["127.255.255.254"]}, "it refuses to answer this resolver"),
    ],
)
def test_a_list_that_is_not_sound_says_nothing(
    monkeypatch: pytest.MonkeyPatch, zone: dict[str, list[str]], says: str
) -> None:
    (finding,) = findings(monkeypatch, zone)

    assert finding.evidence.says == says


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        (TEXT, "bl.example.org"),
        ("5.7.1 listed at bl.spamcop.net", "bl.spamcop.net"),
        ("Rejected by RBL dnsbl.example.org", "dnsbl.example.org"),
        ("5.7.1 Relaying denied", None),
        ("5.7.26 Unauthenticated email from example.com is not accepted", None),
        ("blocked using " + "a." * 9999, None),
    ],
)
def test_the_list_that_a_text_names(text: str, zone: str | None) -> None:
    assert blocklist.zone_in(text) == zone
