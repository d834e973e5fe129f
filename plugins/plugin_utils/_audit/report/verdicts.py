# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why the task of each host fails, in one line. No I/O.

A host fails for what is a finding from it, and for each server that it has proven nothing about.
The user may also have it fail for what is undecided, or only for what became worse.
"""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Iterable

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import quantity

from ..._report.renderers.overview import shorten
from .audits import FINDING, UNDECIDED
from .changes import key_of

if t.TYPE_CHECKING:
    from .audits import Audit
    from .model import AuditReport

# What makes a host fail, beside servers without proof: each finding, what is undecided as well,
# only findings that were none in the baseline, or nothing at all.
FAIL_ON_FINDING, FAIL_ON_UNDECIDED, FAIL_ON_NEW, FAIL_ON_NEVER = (
    "finding",
    "undecided",
    "new",
    "never",
)
FAIL_ON = (FAIL_ON_FINDING, FAIL_ON_UNDECIDED, FAIL_ON_NEW, FAIL_ON_NEVER)

# Limits in characters, of a line and of each of its parts. Then the limit on its parts.
MAX_LINE = 300
_MAX_PART = 100
_MAX_PARTS = 3


@dataclasses.dataclass(frozen=True, slots=True)
class HostVerdict:
    """Why one host fails: the number of what counts, of servers without a result, and a line."""

    findings: int
    undecided: int
    no_result: int
    message: str


class _Counted(t.NamedTuple):
    """What counts against a host, each as a text."""

    findings: list[str]
    undecided: list[str]
    problems: list[str]


def verdicts(report: AuditReport, fail_on: str = FAIL_ON_FINDING) -> dict[str, HostVerdict]:
    """Return the verdict on each host that fails."""
    if fail_on == FAIL_ON_NEVER:
        return {}
    of_hosts: dict[str, list[Audit]] = {}
    for audit in report.audits:
        of_hosts.setdefault(audit.host, []).append(audit)
    found = {}
    for host, audits in of_hosts.items():
        counted = _counted(report, audits, fail_on)
        if any(counted):
            message = _line(host, counted, " since the baseline" if fail_on == FAIL_ON_NEW else "")
            findings, undecided, problems = map(len, counted)
            found[host] = HostVerdict(findings, undecided, problems, message)
    return found


def _counted(report: AuditReport, audits: Iterable[Audit], fail_on: str) -> _Counted:
    """Return what counts. What is undecided in an audit that proves nothing is a part of that."""
    counted = _Counted([], [], [])
    for audit in audits:
        problem = report.problem_of(audit)
        for one in audit.outcomes:
            where = f"{one.id} at {audit.server}"
            if one.verdict == FINDING and _counts(report, audit, fail_on, one.id):
                counted.findings.append(f"{where} ({report.entries[one.id].finding})")
            elif (one.verdict, fail_on, problem) == (UNDECIDED, FAIL_ON_UNDECIDED, None):
                counted.undecided.append(f"{where} ({one.evidence})")
        if problem is not None and _counts(report, audit, fail_on):
            counted.problems.append(f"{audit.server}: {problem}")
    return counted


def _counts(report: AuditReport, audit: Audit, fail_on: str, check: str = "") -> bool:
    if fail_on == FAIL_ON_NEW and report.comparison is not None:
        return key_of(audit, check) in report.comparison.worse
    return True


def _line(host: str, counted: _Counted, since: str) -> str:
    numbers = [
        f"{quantity(len(counted.findings), 'finding')}{since}" if counted.findings else "",
        f"{len(counted.undecided):,} undecided" if counted.undecided else "",
        f"{quantity(len(counted.problems), 'server')} without proof{since}"
        if counted.problems
        else "",
    ]
    parts = [text for texts in counted for text in texts]
    shown = [shorten(one, _MAX_PART) for one in parts[:_MAX_PARTS]]
    more = len(parts) - len(shown)
    end = f", and {more:,} more" if more else ""
    counts = " and ".join(filter(None, numbers))
    return shorten(f"{host}: {counts}: {', '.join(shown)}{end}", MAX_LINE)
