# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The items of one loop share their time."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._check.diagnosis_loop import (
    SECONDS,
    Loop,
    loop_of,
)


def test_a_loop_is_over_after_its_time() -> None:
    now = [1_000.0]
    loop = Loop(lambda: now[0])
    now[0] += SECONDS - 0.1
    assert not loop.is_over
    now[0] += 0.1
    assert loop.is_over


def test_the_items_of_a_task_share_a_loop_and_other_tasks_have_their_own() -> None:
    loop_of("a task").proven.add(3)
    assert loop_of("a task").proven == {3}
    assert loop_of("another task").proven == set()
