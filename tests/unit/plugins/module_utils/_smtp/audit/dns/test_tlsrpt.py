# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record that says where to report failures of TLS."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.dns.tlsrpt import judge
from ansible_collections.mailops.smtp.tests.unit.dns_checks import ask, verdict_of

NAME = "_smtp._tls.example.com"
GOOD = 'TXT "v=TLSRPTv1; rua=mailto:tls@example.com,https://example.com/tls"'
STS = {"_mta-sts.example.com": ['TXT "v=STSv1; id=1;"']}


def test_a_record_with_targets_is_sound() -> None:
    assert verdict_of("tlsrpt", {NAME: [GOOD]}) == "sound"


def test_no_record_is_missed_where_nothing_would_be_reported() -> None:
    assert verdict_of("tlsrpt") == "not_applicable"
    assert verdict_of("tlsrpt", STS) == "finding"


@pytest.mark.parametrize(
    "records",
    [
        [GOOD, 'TXT "v=TLSRPTv1; rua=mailto:other@example.com"'],
        ['TXT "v=TLSRPTv1; rua=tls@example.com"'],
        ['TXT "v=TLSRPTv1;"'],
        ['TXT "v=TLSRPT1; rua=mailto:tls@example.com"'],
    ],
)
def test_a_record_that_senders_ignore_is_a_finding(records: list[str]) -> None:
    assert verdict_of("tlsrpt", {NAME: records}) == "finding"


def test_what_a_zone_says_is_shown_without_its_control_characters() -> None:
    verdict = ask("tlsrpt", {NAME: ['TXT "v=TLSRPTv1; rua=\\027[2J"']})

    assert (verdict.name, "\\x1b[2J" in verdict.evidence) == ("finding", True)


def test_the_judge_names_the_first_record() -> None:
    texts: t.Sequence[str] = ["v=spf1 -all"]

    assert judge("n", texts, is_missed=False).evidence == "n has no record v=TLSRPTv1: v=spf1 -all"
