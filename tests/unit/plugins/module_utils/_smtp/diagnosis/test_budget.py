# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A diagnosis makes few connections, and ends soon."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.budget import (
    Budget,
    OutOfBudget,
)


class TestBudget:
    def test_connections_are_counted_up_to_the_limit(self) -> None:
        budget = Budget(lambda: 0.0, connections=2)

        budget.spend_connection()
        budget.spend_connection()

        assert budget.connections == 2
        with pytest.raises(OutOfBudget, match="at most 2 connections"):
            budget.spend_connection()

    def test_connections_to_further_addresses_count_too(self) -> None:
        budget = Budget(lambda: 0.0, connections=4)

        budget.spend_connection()
        budget.spend_more(2)
        assert budget.connections == 3

        budget.spend_more(9)
        assert budget.connections == 4

    def test_no_connection_is_made_when_the_time_is_up(self) -> None:
        times = iter([100.0, 109.9, 110.0])
        budget = Budget(lambda: next(times), seconds=10.0)

        budget.spend_connection()

        with pytest.raises(OutOfBudget, match="at most 10 s"):
            budget.spend_connection()
        assert budget.connections == 1
