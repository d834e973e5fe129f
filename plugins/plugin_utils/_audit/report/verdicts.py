# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why the task of each host fails, in one line. No I/O.

A host fails for what is a finding from it, and for each server that it has proven nothing about.
With a baseline it fails only for what became worse.
"""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Iterator

from ..._report.renderers.overview import shorten
from .audits import FINDING
from .changes import key_of

if t.TYPE_CHECKING:
    from .audits import Audit
    from .model import AuditReport

# Limits in characters, of a line and of each of its parts. Then the limit on its parts.
MAX_LINE = 300
_MAX_PART = 100
_MAX_PARTS = 3


@dataclasses.dataclass(frozen=True, slots=True)
class HostVerdict:
    """Why one host fails: the number of its findings, of servers without a result, and a line."""

    findings: int
    no_result: int
    message: str


def verdicts(report: AuditReport) -> dict[str, HostVerdict]:
    """Return the verdict on each host that fails."""
    of_hosts: dict[str, list[Audit]] = {}
    for audit in report.audits:
        of_hosts.setdefault(audit.host, []).append(audit)
    found = {}
    for host, audits in of_hosts.items():
        findings = [text for audit in audits for text in _findings(report, audit)]
        problems = [text for audit in audits for text in _problems(report, audit)]
        if findings or problems:
            message = _line(report, host, findings, problems)
            found[host] = HostVerdict(len(findings), len(problems), message)
    return found


def _counts(report: AuditReport, audit: Audit, check: str = "") -> bool:
    comparison = report.comparison
    return comparison is None or key_of(audit, check) in comparison.worse


def _findings(report: AuditReport, audit: Audit) -> Iterator[str]:
    for one in audit.outcomes:
        if one.verdict == FINDING and _counts(report, audit, one.id):
            yield f"{one.id} at {audit.server} ({report.entries[one.id].finding})"


def _problems(report: AuditReport, audit: Audit) -> Iterator[str]:
    problem = report.problem_of(audit)
    if problem is not None and _counts(report, audit):
        yield f"{audit.server}: {problem}"


def _line(report: AuditReport, host: str, findings: list[str], problems: list[str]) -> str:
    since = " since the baseline" if report.comparison is not None else ""
    counts = []
    if findings:
        number = len(findings)
        counts.append(f"{number:,} finding{'' if number == 1 else 's'}{since}")
    if problems:
        number = len(problems)
        counts.append(f"{number:,} server{'' if number == 1 else 's'} without proof{since}")
    parts = [*findings, *problems]
    shown = [shorten(one, _MAX_PART) for one in parts[:_MAX_PARTS]]
    more = len(parts) - len(shown)
    end = f", and {more:,} more" if more else ""
    return shorten(f"{host}: {' and '.join(counts)}: {', '.join(shown)}{end}", MAX_LINE)
