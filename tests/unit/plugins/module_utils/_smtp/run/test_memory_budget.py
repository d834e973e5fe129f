# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many dialogues share the room of one task, as many as there turn out to be."""

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
def test_a_few_dialogues_have_all_that_one_may_take(dialogues: int) -> None:
    room = MemoryBudget(dialogues)
    assert [room.allot() for _dialogue in range(dialogues)] == [BUDGET_BYTES] * dialogues


@pytest.mark.parametrize("dialogues", [17, 100, 500])
def test_many_dialogues_have_the_same_share_of_all_there_is(dialogues: int) -> None:
    room = MemoryBudget(dialogues)
    shares = [room.allot() for _dialogue in range(dialogues)]
    assert max(shares) - min(shares) <= 1
    assert TOTAL_BYTES - dialogues < sum(shares) <= TOTAL_BYTES


def test_even_of_thousands_each_has_room_for_an_ordinary_dialogue() -> None:
    room = MemoryBudget(5000)
    assert [room.allot() for _dialogue in range(5000)] == [MIN_BYTES] * 5000


def test_dialogues_that_nobody_knew_of_at_first_do_not_take_more_than_there_is() -> None:
    room = MemoryBudget(1)
    shares = [room.allot()]
    for _dialogue in range(999):
        room.expect_another()
        shares.append(room.allot())
    assert shares[0] == BUDGET_BYTES
    assert shares[-1] == MIN_BYTES
    assert sum(shares) < TOTAL_BYTES + len(shares) * MIN_BYTES
