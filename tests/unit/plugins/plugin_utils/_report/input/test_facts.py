# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fact that would take the place of a variable of the role is found, whatever else there is."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input import facts

AUDIT = ["smtp_audit_fail", "__smtp_audit_no_log"]


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ({"ansible_facts": {"smtp_check_fail": False, "os_family": "x"}}, ["smtp_check_fail"]),
        ({"ansible_facts": {"__smtp_check_task": 1}}, ["__smtp_check_task"]),
        ({"ansible_facts": {"smtp_audit_fail": 1, "__smtp_audit_no_log": 1}}, AUDIT),
        ({"ansible_facts": {"smtp_checked": 1, 5: 1, None: 2}}, []),
        ({"smtp_check_fail": True}, []),  # no fact, but a variable of the user's
        ({"ansible_facts": ["smtp_check_fail"]}, []),
        ({}, []),
        (None, []),
    ],
)
def test_facts_that_would_be_settings(known: t.Any, found: list[str]) -> None:
    assert facts.shadowing_facts(known) == found


def test_one_is_named_and_the_others_are_counted() -> None:
    assert facts.sentence(["smtp_check_a" + "\x1b" * 1_000, "smtp_check_b"]).startswith(
        "has returned the fact smtp_check_a\\x1b"
    )
    assert " and 1 more, which would take the place" in facts.sentence(
        ["smtp_check_a", "smtp_check_b"]
    )
    assert len(facts.sentence(["smtp_check_" + "x" * 10_000])) < 200
