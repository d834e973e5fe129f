# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What experiments share that change one thing: whether the change has changed the answer."""

from __future__ import annotations

import typing as t

from ...advice.engine import advise
from ...model import STAGES
from ..model import Conclusion, Evidence, Finding
from ._outcome import outcome_of

if t.TYPE_CHECKING:
    from ...options.plan import Plan
    from ...session.record import Record
    from ..investigation import Investigation

# More advice than is shown, to find the one on a certain subject.
_MOST = 50


class Change(t.NamedTuple):
    """One change to the plan of a dialogue.

    `fact` says what is changed. `cured` and `same` say what it means if the dialogue then gets
    further, and if it still fails alike. `causes` are the ids of the causes that are about the
    changed thing, the usual one first. `others` may be about it, or about another thing.
    """

    fact: str
    plan: Plan
    causes: tuple[str, ...]
    cured: str
    same: str
    others: tuple[str, ...] = ()


def try_change(investigation: Investigation, change: Change) -> t.Iterator[Finding]:
    """Hold the dialogue with one change, and yield a finding.

    If the unchanged dialogue still fails and the changed one does not, the change proves that it is
    the changed thing. If that has several causes, the facts of the failure must speak for one of
    them first of all. A change without effect excludes its causes.
    """
    if not investigation.is_repeatable or not investigation.reproduced:
        return
    record = investigation.hold(change.fact, change.plan)
    value = outcome_of(record)
    if gets_further(investigation, record):
        evidence = Evidence(change.fact, value, change.cured)
        causes = (*change.causes, *change.others)
        yield Finding(evidence, conclusion_of(investigation, causes))
    elif record.failure is not None and record.failure.code == investigation.failure.code:
        yield Finding(Evidence(change.fact, value, change.same), excludes=change.causes)
    else:
        yield Finding(Evidence(change.fact, value, "it fails in another way"))


def conclusion_of(investigation: Investigation, causes: t.Sequence[str]) -> Conclusion:
    """Return what follows once it is certain that one of some causes holds, the usual one first.

    Which of them it is, is certain only if there is one, or if the facts speak for it first of all.
    """
    cause = causes[0] if len(causes) == 1 else likely(investigation, causes)
    certain = len(causes) == 1 or is_first(investigation, causes)
    return Conclusion(cause or causes[0], "proven" if certain else "consistent")


def gets_further(investigation: Investigation, record: Record) -> bool:
    """Return whether a dialogue passes the stage at which the first dialogue failed."""
    failure = record.failure
    if failure is None:
        return True
    return STAGES.index(failure.stage) > STAGES.index(investigation.failure.stage)


def likely(investigation: Investigation, causes: t.Collection[str]) -> str | None:
    """Return the most likely of some causes by the facts of the failure, or None."""
    ids = [advice.id for advice in advise(investigation.facts, _MOST)]
    return next((one for one in ids if one in causes), None)


def is_first(investigation: Investigation, causes: t.Collection[str]) -> bool:
    """Return whether the facts of the failure speak for one of these causes first of all."""
    first = advise(investigation.facts, 1)[0]
    return first.id in causes
