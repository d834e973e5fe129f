# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialogues of a task share its memory, even if some of them are announced later."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.memory_budget import (
    MIN_BYTES,
    TOTAL_BYTES,
    MemoryBudget,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.transcript import (
    BUDGET_BYTES,
)


@pytest.mark.parametrize("dialogues", [1, 2, TOTAL_BYTES // BUDGET_BYTES])
def test_each_of_a_few_dialogues_gets_the_largest_share(dialogues: int) -> None:
    budget = MemoryBudget(dialogues)
    assert [budget.allot() for _dialogue in range(dialogues)] == [BUDGET_BYTES] * dialogues


@pytest.mark.parametrize("dialogues", [17, 100, 500])
def test_many_dialogues_get_equal_shares_of_the_total(dialogues: int) -> None:
    budget = MemoryBudget(dialogues)
    shares = [budget.allot() for _dialogue in range(dialogues)]
    assert max(shares) - min(shares) <= 1
    assert TOTAL_BYTES - dialogues < sum(shares) <= TOTAL_BYTES


def test_each_of_thousands_of_dialogues_gets_the_smallest_share() -> None:
    budget = MemoryBudget(5000)
    assert [budget.allot() for _dialogue in range(5000)] == [MIN_BYTES] * 5000


def test_dialogues_that_are_announced_later_stay_within_the_total() -> None:
    budget = MemoryBudget(1)
    shares = [budget.allot()]
    for _dialogue in range(999):
        budget.expect_another()
        shares.append(budget.allot())
    assert shares[0] == BUDGET_BYTES
    assert shares[-1] == MIN_BYTES
    assert sum(shares) < TOTAL_BYTES + len(shares) * MIN_BYTES
