# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scores of audits: how many planted faults they find, and what in servers that are sound."""

from __future__ import annotations

import typing as t


class Trial(t.NamedTuple):
    """What an audit said of a server with one planted fault."""

    name: str
    check: str
    verdict: str
    evidence: str

    @property
    def found(self) -> bool:
        """Whether the check that must find the fault has found it."""
        return self.verdict == "finding"


class Acquittal(t.NamedTuple):
    """The verdicts on a sound server from one vantage: those of checks that were made.

    `undecided` and `false` have the evidence of each check that could not tell, or that found
    something.
    """

    name: str
    sound: int
    undecided: t.Mapping[str, str]
    false: t.Mapping[str, str]

    @property
    def made(self) -> int:
        """The number of checks that have a verdict."""
        return self.sound + len(self.undecided) + len(self.false)


class Audits(t.NamedTuple):
    """All of them."""

    trials: list[Trial]
    acquittals: list[Acquittal]


def lines(trials: t.Sequence[Trial], acquittals: t.Sequence[Acquittal]) -> list[str]:
    """Return the scores as lines of text, with each miss and each false finding by its name."""
    found = sum(trial.found for trial in trials)
    false = sum(len(one.false) for one in acquittals)
    made = sum(one.made for one in acquittals)
    undecided = sum(len(one.undecided) for one in acquittals)
    return [
        f"faults found: {found} of {len(trials)}",
        *(
            f"  missed: {one.name} ({one.check} is {one.verdict}): {one.evidence}"
            for one in trials
            if not one.found
        ),
        f"false findings: {false} of {made} (undecided: {undecided})",
        *(
            f"  false: {one.name}, {check}: {evidence}"
            for one in acquittals
            for check, evidence in one.false.items()
        ),
        *(
            f"  undecided: {one.name}, {check}: {evidence}"
            for one in acquittals
            for check, evidence in one.undecided.items()
        ),
    ]
