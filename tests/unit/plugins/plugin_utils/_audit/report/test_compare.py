# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became worse since an earlier audit, and what became better."""

from __future__ import annotations

import json

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.changes import Change
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.compare import (
    BadBaseline,
    read_baseline,
)
from ansible_collections.mailops.smtp.tests.unit.audit_reports import (
    audit,
    baseline_of,
    lost,
    outcome,
    report_of,
)


def change(before: str, after: str) -> list[tuple[str, str]]:
    """Return the changes of a check, and of which audit."""
    since = baseline_of(audit(relay_02=before))
    comparison = report_of(audit(relay_02=after), since=since).comparison
    assert comparison is not None
    return [(one.what, one.check) for one in comparison.changes]


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("sound", "finding", "worse"),
        ("undecided", "finding", "worse"),
        ("not_applicable", "finding", "worse"),
        ("sound", "undecided", "worse"),
        ("finding", "sound", "better"),
        ("finding", "undecided", "better"),
        ("undecided", "sound", "better"),
    ],
)
def test_a_verdict_becomes_worse_or_better(before: str, after: str, what: str) -> None:
    assert change(before, after) == [(what, "relay-02")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sound", "sound"),
        ("finding", "finding"),
        ("finding", "not_applicable"),  # it was not asked again, so it is not mended
        ("not_applicable", "sound"),
        ("not_applicable", "undecided"),
    ],
)
def test_any_other_verdict_is_no_change(before: str, after: str) -> None:
    assert change(before, after) == []


def test_a_new_check_that_is_a_finding_is_worse() -> None:
    since = baseline_of(audit())
    comparison = report_of(audit(helo_01="finding"), since=since).comparison

    assert comparison is not None
    assert comparison.changes == (
        Change("worse", "web1", "untrusted", "relay:25", "helo-01", "not made", "finding"),
    )


def test_a_new_host_is_compared_with_the_others_of_its_vantage() -> None:
    since = baseline_of(audit("web1", relay_02="finding"), audit("web2"))
    same = report_of(audit("web3", relay_02="finding"), since=since).comparison
    other = report_of(audit("app1", claimed="trusted", relay_02="finding"), since=since).comparison

    assert same is not None
    assert other is not None
    assert same.changes == ()
    assert [one.what for one in other.changes] == ["worse"]


def test_a_server_that_answers_no_more_is_worse_and_one_that_does_again_better() -> None:
    worse = report_of(lost("web1"), since=baseline_of(audit())).comparison
    better = report_of(audit(), since=baseline_of(lost("web1"))).comparison

    assert worse is not None
    assert better is not None
    assert [(one.what, one.check) for one in worse.changes] == [("worse", "")]
    assert ("better", "") in [(one.what, one.check) for one in better.changes]


def test_what_proved_nothing_before_is_not_worse_now() -> None:
    nothing = audit(outcomes=[outcome("relay-02", "undecided")])
    comparison = report_of(nothing, since=baseline_of(nothing)).comparison

    assert comparison is not None
    assert comparison.changes == ()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("x", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("{}", "it is no json report of smtp_audit"),
        ('{"format": 1, "cells": []}', "it is no json report of smtp_audit"),
        ('{"format": 2, "report": "smtp_audit"}', "its format is not 1"),
    ],
)
def test_a_file_of_another_kind_is_refused(content: str, problem: str) -> None:
    with pytest.raises(BadBaseline, match=problem):
        read_baseline(content)


def test_a_baseline_of_wrong_types_is_read_as_far_as_it_goes() -> None:
    audits = [None, {"host": 1, "checks": [7, {"id": [], "verdict": {}}]}, {"checks": "x"}]
    document = {"format": 1, "report": "smtp_audit", "created": 5, "audits": audits}

    assert read_baseline(json.dumps(document)).created == "unknown"
