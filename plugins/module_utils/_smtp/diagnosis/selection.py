# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which experiments tell the causes of a failure apart, the most decisive one first."""

from __future__ import annotations

import typing as t

from .experiments.control import same_dialogue

if t.TYPE_CHECKING:
    from ..model import Kind, Stage
    from .investigation import Investigation
    from .model import Finding

    Experiment = t.Callable[[Investigation], t.Iterator[Finding]]


class Question(t.NamedTuple):
    """Failures, and the experiments that tell their causes apart. An empty column always holds."""

    experiments: tuple[Experiment, ...]
    stages: str = ""
    kinds: str = ""
    codes: str = ""

    def holds(self, stage: Stage, kind: Kind, code: int | None) -> bool:
        """Return whether the question is about such a failure."""
        return _has(self.stages, stage) and _has(self.kinds, kind) and _has(self.codes, str(code))


def _has(column: str, word: str) -> bool:
    return not column or word in column.split()


QUESTIONS: tuple[Question, ...] = (Question((same_dialogue,)),)


def experiments_for(investigation: Investigation) -> list[Experiment]:
    """Return the experiments for a failure, each once."""
    failure = investigation.failure
    found = [
        experiment
        for question in QUESTIONS
        if question.holds(failure.stage, failure.kind, failure.code)
        for experiment in question.experiments
    ]
    return list(dict.fromkeys(found))
