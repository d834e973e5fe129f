# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules in few words."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._server_log.servers._rules import (
    certain,
    rule,
)


def test_upper_and_lower_case_are_the_same() -> None:
    assert rule("refusal", "User Unknown", None, "No user.").pattern.search("x: user unknown")


def test_only_some_rules_name_the_cause_itself() -> None:
    assert not rule("end", "lost", None, "Lost.").certain
    assert certain("end", "timeout", "where-time-went", "Too slow.").certain
