# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a diagnosis is made of: evidence, findings, and the conclusion. No I/O."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from ..advice.model import Advice

    # How sure a cause is. `proven`: one change changed the answer. `consistent`: the facts fit the
    # cause, and no fact contradicts it. `open`: the facts do not decide between several causes.
    Certainty = t.Literal["proven", "consistent", "open"]
else:
    Certainty = str  # Python 3.7 has no Literal


class Evidence(t.NamedTuple):
    """A fact, its value, and a sentence that says what the value means."""

    fact: str
    value: str
    says: str


class Conclusion(t.NamedTuple):
    """A cause that a finding speaks for. `cause` is the id of a piece of advice."""

    cause: str
    certainty: Certainty


class Finding(t.NamedTuple):
    """The result of an experiment: evidence, and what follows from it.

    `excludes` are the ids of the causes that the evidence contradicts.
    """

    evidence: Evidence
    conclusion: Conclusion | None = None
    excludes: tuple[str, ...] = ()


class Diagnosis(t.NamedTuple):
    """The cause of a failure, how sure it is, and what speaks for it.

    `advice` begins with the advice on the cause, and `evidence` with what speaks for it. `unasked`
    says which experiments were not made, and why.
    """

    certainty: Certainty
    advice: tuple[Advice, ...]
    evidence: tuple[Evidence, ...]
    unasked: tuple[str, ...] = ()

    @property
    def cause(self) -> Advice:
        """The cause itself: the most likely one, if the facts leave it open."""
        return self.advice[0]
