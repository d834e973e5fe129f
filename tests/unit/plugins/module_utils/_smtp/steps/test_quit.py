# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""QUIT ends the session."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.steps import quit as step_7
from ansible_collections.mailops.smtp.tests.unit.dialogues import (
    TO_HELO,
    Hold,
    failed,
)


class TestQuit:
    @pytest.mark.parametrize("end", ["\nC: QUIT\n*: close", "\nC: QUIT\n*: silence"])
    def test_a_server_that_does_not_answer_has_not_failed(
        self, hold: Hold, monkeypatch: pytest.MonkeyPatch, end: str
    ) -> None:
        monkeypatch.setattr(step_7, "QUIT_SECONDS", 0.1)

        assert hold(TO_HELO + end).failure is None

    def test_a_server_that_answers_badly_has(self, hold: Hold) -> None:
        record = hold(f"{TO_HELO}\nC: QUIT\nS: 500 what?")

        assert failed(record) == ("quit", "permanent", 500)

    def test_an_expected_answer_must_come(self, hold: Hold) -> None:
        record = hold(f"{TO_HELO}\nC: QUIT\n*: close", expect={"quit": ["221"]})

        assert failed(record) == ("quit", "disconnect", None)
