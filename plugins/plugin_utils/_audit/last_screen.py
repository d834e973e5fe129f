# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say again below the recap what an audit has found. No I/O.

A report of audits has several lines for each finding, and is shown before its hosts fail.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import first_few, quantity

from .._check.last_screen import shortened, where

# Limits on the findings, on hosts without one that fail, and on the hosts of a finding.
_MAX_FINDINGS = 8
_MAX_HOSTS = 3
_MAX_NAMED = 3


def last_screen(report: Mapping[str, t.Any]) -> Iterator[str]:
    """Yield the lines. `report` is the result of smtp_audit_report."""
    yield from report["lines"][:1]
    findings, total = report["findings"], report["findings_total"]
    for number, finding in enumerate(findings[:_MAX_FINDINGS], 1):
        title = f"{finding['check']} at {finding['server']}"
        yield shortened(f"{number}. {title}: {finding['finding']} [from {_hosts(finding['seen'])}]")
    if total > _MAX_FINDINGS:
        yield f"... and {total - _MAX_FINDINGS:,} more"
    others = [one["message"] for one in report["verdicts"].values() if not one["findings"]]
    yield from map(shortened, others[:_MAX_HOSTS])
    if len(others) > _MAX_HOSTS:
        yield f"... and {quantity(len(others) - _MAX_HOSTS, 'more host')} without a finding failed"
    comparison = report["comparison"]
    if comparison is not None:
        worse, better = len(comparison["worse"]), len(comparison["better"])
        yield f"Since {comparison['since']}: {worse:,} worse, {better:,} better"
    yield where(report, "smtp_audit_report_dir")


def _hosts(seen: list[Mapping[str, t.Any]]) -> str:
    names = list(dict.fromkeys(one["host"] for one in seen))
    return first_few(names, _MAX_NAMED)
