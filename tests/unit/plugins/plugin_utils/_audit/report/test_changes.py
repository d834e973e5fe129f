# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes are sorted into those to the worse and those to the better."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.changes import (
    Change,
    Comparison,
    Key,
    key_of,
)
from ansible_collections.mailops.smtp.tests.unit.audit_reports import audit

WORSE = Change("worse", "web1", "untrusted", "relay:25", "relay-02", "sound", "finding")
BETTER = WORSE._replace(what="better", check="helo-01")
COMPARISON = Comparison("2026-11-28T12:00:00Z", (BETTER, WORSE))


def test_what_became_worse_is_found_by_its_key() -> None:
    assert COMPARISON.worse == {key_of(audit(), "relay-02")}


def test_changes_are_listed_by_what_they_are() -> None:
    assert (COMPARISON.of("worse"), COMPARISON.of("better")) == ([WORSE], [BETTER])


def test_an_audit_as_a_whole_has_a_key_without_a_check() -> None:
    assert key_of(audit("app1", claimed="trusted")) == Key("app1", "trusted", "relay:25", "")
