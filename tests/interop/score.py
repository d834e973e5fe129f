# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scores of advice and diagnosis on causes that were planted: how often they name the cause."""

from __future__ import annotations

import typing as t


class Trial(t.NamedTuple):
    """A planted cause, and what was said of the failure that it led to.

    `causes` are the ids of the advice that states the planted cause. `advised` is the id of the
    first advice on the failure, `diagnosed` that of the diagnosis, and `certainty` how sure it was.
    """

    name: str
    causes: tuple[str, ...]
    advised: str
    diagnosed: str
    certainty: str

    @property
    def well_advised(self) -> bool:
        """Whether the first advice on the failure states the planted cause."""
        return self.advised in self.causes

    @property
    def well_diagnosed(self) -> bool:
        """Whether the diagnosis states the planted cause."""
        return self.diagnosed in self.causes

    @property
    def wrongly_proven(self) -> bool:
        """Whether a cause is said to be proven that was not planted."""
        return self.certainty == "proven" and not self.well_diagnosed


class Score(t.NamedTuple):
    """How many causes were planted, and of how many the first advice and the diagnosis are right.

    `proven` is the number of causes that are said to be proven, and `wrongly_proven` the number of
    these that were not planted.
    """

    planted: int
    well_advised: int
    well_diagnosed: int
    proven: int
    wrongly_proven: int


def score_of(trials: t.Sequence[Trial]) -> Score:
    """Count."""
    return Score(
        len(trials),
        sum(trial.well_advised for trial in trials),
        sum(trial.well_diagnosed for trial in trials),
        sum(trial.certainty == "proven" for trial in trials),
        sum(trial.wrongly_proven for trial in trials),
    )


def lines(trials: t.Sequence[Trial]) -> list[str]:
    """Return the scores as lines of text, and each cause that was missed by its name."""
    score = score_of(trials)
    written = [
        f"planted causes: {score.planted}",
        f"the first advice is the cause: {_share(score.well_advised, score.planted)}",
        f"the diagnosis is the cause: {_share(score.well_diagnosed, score.planted)}",
        f"proven: {score.proven}, of these wrong: {score.wrongly_proven}",
    ]
    for trial in sorted(trials):
        if not trial.well_diagnosed:
            word = "WRONGLY PROVEN" if trial.wrongly_proven else f"missed, {trial.certainty}"
            planted = " or ".join(trial.causes)
            written.append(f"  {trial.name}: {trial.diagnosed} ({word}), planted was {planted}")
        elif not trial.well_advised:
            written.append(f"  {trial.name}: found by the diagnosis, advised was {trial.advised}")
    return written


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.1f} %)" if whole else "0 of 0"
