# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hundreds of dialogues with servers that behave at random are compared with an oracle.

A failure names its seed: `make fuzz SEED=...` repeats it and shows all that went over the wire.
`make fuzz TARGET=dialogues DIALOGUES=10000` holds more dialogues.
"""

from __future__ import annotations

import collections

import pytest
from ansible_collections.mailops.smtp.tests.unit.random_dialogue import Outcome, is_right
from ansible_collections.mailops.smtp.tests.unit.random_run import hold_all

DIALOGUES = 600


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    """Hold all dialogues."""
    return list(hold_all(range(DIALOGUES), tmp_path_factory.mktemp("ca")))


def test_each_result_is_as_the_oracle_predicts(outcomes: list[Outcome]) -> None:
    wrong = [outcome for outcome in outcomes if outcome.faults]
    assert not wrong, "\n\n".join(map(str, wrong))


def test_the_oracle_predicts_most_results(outcomes: list[Outcome]) -> None:
    verdicts = collections.Counter(outcome.verdict.passes for outcome in outcomes)
    assert verdicts[True] > DIALOGUES / 4
    assert verdicts[False] > DIALOGUES / 4
    assert verdicts[None] < DIALOGUES / 4


def test_a_correct_server_never_fails(outcomes: list[Outcome]) -> None:
    right = [outcome for outcome in outcomes if is_right(outcome.seed)]
    assert len(right) > DIALOGUES / 5
    refused = [str(outcome) for outcome in right if not outcome.verdict.passes]
    assert not refused, "\n\n".join(refused)
