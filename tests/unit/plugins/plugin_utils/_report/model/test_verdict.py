# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdicts are the four words of the schema, each with its word for people."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.verdict import (
    VERDICT_WORDS,
    VERDICTS,
)
from ansible_collections.mailops.smtp.tests.unit.schema import SCHEMA


def test_verdicts_are_those_of_the_published_schema() -> None:
    assert tuple(SCHEMA["$defs"]["verdict"]["enum"]) == VERDICTS


def test_each_verdict_has_a_word_for_people() -> None:
    assert tuple(VERDICT_WORDS) == VERDICTS
