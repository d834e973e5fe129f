# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a domain asks of receivers of forged mail."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.dns.dmarc import (
    Policies,
    judge,
)
from ansible_collections.mailops.smtp.tests.unit.dns_checks import ask, verdict_of

NAME = "_dmarc.example.com"
PERMIT = "example.com._report._dmarc.reports.example.net"
ELSEWHERE = {NAME: ['TXT "v=DMARC1; p=reject; rua=mailto:a@reports.example.net!10m"']}


def test_a_policy_that_refuses_is_sound() -> None:
    verdict = ask("dmarc")

    assert verdict.evidence == "the DMARC policy of example.com is p=reject"


@pytest.mark.parametrize(
    ("records", "says"),
    [
        ([], "no DMARC record"),
        (['TXT "v=DMARC1; p=none"'], "p=none"),
        (['TXT "v=DMARC1; p=refuse"'], "no valid p"),
        (['TXT "v=DMARC1; rua=mailto:a@example.com"'], "no valid p"),
        (['TXT "v=DMARC1; p=reject"', 'TXT "v=DMARC1; p=none"'], "2 DMARC records"),
        (['TXT "v=spf1 -all"'], "no DMARC record"),
    ],
)
def test_a_policy_that_protects_nothing_is_a_finding(records: list[str], says: str) -> None:
    verdict = ask("dmarc", {NAME: records})

    assert (verdict.name, says in verdict.evidence) == ("finding", True), verdict


def test_reports_to_another_domain_need_its_permission() -> None:
    permitted = {**ELSEWHERE, PERMIT: ['TXT "v=DMARC1;"']}

    assert verdict_of("dmarc", ELSEWHERE) == "finding"
    assert verdict_of("dmarc", permitted) == "sound"


def test_a_domain_below_has_the_policy_of_its_organization() -> None:
    below: dict[str, t.Any] = {"own_domain": "mail.example.com"}
    none_below = {NAME: ['TXT "v=DMARC1; p=reject; sp=none"']}

    assert verdict_of("dmarc", **below) == "sound"
    assert verdict_of("dmarc", none_below, **below) == "finding"


def test_reports_within_the_organization_need_no_permission() -> None:
    sibling = {"_dmarc.a.example.com": ['TXT "v=DMARC1; p=reject; rua=mailto:x@b.example.com"']}
    found = Policies("a.example.com", "a.example.com", ("v=DMARC1; p=quarantine",), {})

    assert verdict_of("dmarc", sibling, own_domain="a.example.com") == "sound"
    assert judge(found).name == "sound"
    assert judge(found._replace(permits={"b.example": False})).name == "finding"
