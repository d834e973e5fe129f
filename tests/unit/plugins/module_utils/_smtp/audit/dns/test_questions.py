# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of the DNS of one audit."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net import dns as resolver
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.dns.questions import (
    QUESTIONS,
    DnsChecks,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import DNS_QUESTIONS
from ansible_collections.mailops.smtp.tests.unit import dns_server
from ansible_collections.mailops.smtp.tests.unit.dns_checks import OBSERVED, SOUND, SUBJECT


def test_each_question_that_a_check_may_ask_is_known() -> None:
    assert tuple(QUESTIONS) == DNS_QUESTIONS


def test_all_checks_share_their_answers() -> None:
    with dns_server.asked(SOUND) as server:
        checks = DnsChecks(SUBJECT)
        verdicts = {name: checks.make(name, OBSERVED, 30.0)[0].name for name in QUESTIONS}
        answers = checks.answers()

    assert len(server.asked) == len(set(server.asked))
    assert verdicts == {
        "ptr": "sound",
        "mx": "sound",
        "sts": "not_applicable",
        "tlsrpt": "not_applicable",
        "spf": "sound",
        "dmarc": "sound",
        "dnssec": "not_applicable",
        "tlsa": "not_applicable",
        "blocklists": "not_applicable",
        "split": "not_applicable",
    }
    assert "example.com MX" in answers


def test_nothing_is_asked_to_compare_hosts_unless_a_check_does_so() -> None:
    with dns_server.asked(SOUND) as server:
        checks = DnsChecks(SUBJECT)
        before = checks.answers()
        checks.make("dmarc", OBSERVED, 30.0)
        after = checks.answers()

    assert (before, after, server.asked) == ({}, {}, ["_dmarc.example.com TXT"])


def test_a_host_without_dnspython_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "MISSING", "Traceback")

    verdict, lines = DnsChecks(SUBJECT).make("mx", OBSERVED, 30.0)

    assert verdict.name == "not_applicable"
    assert "Failed to import the required Python library (dnspython)" in verdict.evidence
    assert lines == []


def test_a_check_that_breaks_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: t.Any) -> t.NoReturn:
        raise RecursionError("\x1b[2J")

    monkeypatch.setitem(QUESTIONS, "mx", broken)
    with dns_server.asked(SOUND):
        verdict, _lines = DnsChecks(SUBJECT).make("mx", OBSERVED, 30.0)

    assert verdict == ("undecided", "unexpected RecursionError: \\x1b[2J", None, False)
