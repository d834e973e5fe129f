# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each failure has the experiments that tell its causes apart."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.selection import (
    Question,
    experiments_for,
)
from ansible_collections.mailops.smtp.tests.unit.investigations import investigation_of


def test_an_empty_column_always_holds() -> None:
    assert Question(()).holds("rcpt_to", "permanent", 550)
    assert Question((), "mail_from rcpt_to", "permanent").holds("rcpt_to", "permanent", 550)
    assert not Question((), "mail_from rcpt_to").holds("data", "permanent", 550)
    assert not Question((), codes="530").holds("rcpt_to", "permanent", 550)


def test_no_experiment_is_made_twice() -> None:
    investigation, _network = investigation_of()

    found = experiments_for(investigation)

    assert found
    assert len(found) == len(set(found))
