# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Diagnose a failed dialogue: ask the server again, changing one thing at a time.

Theory of operation
-------------------

A failure has several possible causes. `selection` chooses the *experiments* that tell them apart,
the most decisive one first. An experiment asks the server, the DNS or this host, and yields
findings. A finding is evidence, and it may support a cause or exclude one.

The diagnosis ends when a cause is proven, or when the budget is spent. The cause is, in this order:

1. the one that a finding has proven,
2. the one that most findings speak for,
3. the first advice on the failure. It stays open.

A cause that some finding excludes is none of these.

Nothing here sends a message or a password, or connects after a reply 421.
"""

from __future__ import annotations

import typing as t

from ..._net.errors import ProbeError
from ..._net.text import escape
from ..advice.catalogue.index import look_up
from ..advice.engine import advise
from .budget import OutOfBudget
from .model import Diagnosis
from .selection import experiments_for

if t.TYPE_CHECKING:
    from ..advice.model import Advice, Facts
    from .investigation import Investigation
    from .model import Certainty, Conclusion, Finding

# Limits on what is returned. All texts of a server are bounded, too.
MOST_ADVICE = 5
MOST_EVIDENCE = 20


def diagnose(investigation: Investigation) -> Diagnosis:
    """Find the cause of a failure.

    No exception is raised for a server, a network or a resolver that does not answer.
    """
    findings: list[Finding] = []
    unasked: list[str] = []
    for experiment in experiments_for(investigation):
        name = experiment.__name__.replace("_", " ")
        try:
            for finding in experiment(investigation):
                findings.append(finding)
        except OutOfBudget as limit:
            unasked.append(f"{name}: {limit}")
        except (ProbeError, OSError) as error:
            unasked.append(f"{name}: {escape(str(error))}")
        if any(_is_proof(finding) for finding in findings):
            break
    return conclude(findings, investigation.facts, unasked)


def conclude(
    findings: t.Sequence[Finding], facts: Facts, unasked: t.Sequence[str] = ()
) -> Diagnosis:
    """Return the diagnosis that follows from the findings and the facts."""
    excluded = {cause for finding in findings for cause in finding.excludes}
    certainty, ids = _ranked(findings, excluded)
    likely: list[Advice] = [one for one in advise(facts) if one.id not in excluded]
    advice = [*look_up(ids), *(one for one in likely if one.id not in ids)]
    advice = advice[:MOST_ADVICE] or advise(facts, 1)
    telling = sorted(findings, key=lambda finding: not _speaks_for(finding, advice[0].id))
    evidence = tuple(finding.evidence for finding in telling[:MOST_EVIDENCE])
    return Diagnosis(certainty, tuple(advice), evidence, tuple(unasked))


def _speaks_for(finding: Finding, cause: str) -> bool:
    return finding.conclusion is not None and finding.conclusion.cause == cause


def _ranked(findings: t.Sequence[Finding], excluded: set[str]) -> tuple[Certainty, list[str]]:
    """Return the certainty, and the ids of the causes that findings speak for, the best first."""
    conclusions = [one.conclusion for one in findings if one.conclusion is not None]
    supported = [one for one in conclusions if one.cause not in excluded]
    proven = [one.cause for one in supported if one.certainty == "proven"]
    if proven:
        return "proven", list(dict.fromkeys(proven))
    ids = sorted(dict.fromkeys(one.cause for one in supported), key=_support_of(supported))
    consistent = any(one.certainty == "consistent" for one in supported)
    return ("consistent" if consistent else "open"), ids


def _support_of(conclusions: t.Sequence[Conclusion]) -> t.Callable[[str], tuple[bool, int]]:
    """Return a sort key: consistent causes first, then those that more findings speak for."""

    def key(cause: str) -> tuple[bool, int]:
        found = [one for one in conclusions if one.cause == cause]
        return all(one.certainty == "open" for one in found), -len(found)

    return key


def _is_proof(finding: Finding) -> bool:
    return finding.conclusion is not None and finding.conclusion.certainty == "proven"
