# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scores on all planted causes, those of the network included. They only get better."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.interop.score import Trial, lines, score_of

# Fewer than these are only a part of the tests, which says nothing of the whole.
PLANTED = 200

# In percent. When the scores are better, these are to be raised. A failure of the network says too
# little for advice to know the cause, so it counts for the diagnosis only.
ADVICE_PERCENT = 88.0
DIAGNOSIS_PERCENT = 97.0
WRONGLY_PROVEN = 0


def test_the_scores_are_no_worse_than_they_were(trials: list[Trial]) -> None:
    score = score_of(trials)
    if score.planted < PLANTED:
        pytest.skip(f"only {score.planted} of the planted causes were tried")
    report = "\n".join(lines(trials))
    servers = score_of([trial for trial in trials if not trial.name.startswith("network: ")])
    assert 100 * servers.well_advised >= ADVICE_PERCENT * servers.planted, report
    assert 100 * score.well_diagnosed >= DIAGNOSIS_PERCENT * score.planted, report
    assert score.wrongly_proven <= WRONGLY_PROVEN, report


def test_a_trial_is_right_or_not_by_the_cause_that_was_planted() -> None:
    right = Trial("a", ("greylist",), "greylist", "greylist", "proven")
    late = right._replace(name="b", advised="helo-name", certainty="consistent")
    missed = right._replace(name="c", diagnosed="helo-name", certainty="open")
    wrong = missed._replace(name="d", certainty="proven")
    assert score_of([right, late, missed, wrong]) == (4, 3, 2, 2, 1)
    assert lines([right, late, missed, wrong])[-3:] == [
        "  b: found by the diagnosis, advised was helo-name",
        "  c: helo-name (missed, open), planted was greylist",
        "  d: helo-name (WRONGLY PROVEN), planted was greylist",
    ]
