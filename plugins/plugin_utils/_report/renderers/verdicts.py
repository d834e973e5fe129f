# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why the task of each host fails, in a few lines. No I/O."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Sequence

from .overview import shorten
from .prose import without_backticks

if t.TYPE_CHECKING:
    from ..model.cells import Cell
    from ..report import Report

# What makes a host fail: any broken cell, or only a cell that broke since the baseline.
FAIL_ON_BROKEN, FAIL_ON_NEW = "broken", "new"
FAIL_ON = (FAIL_ON_BROKEN, FAIL_ON_NEW)

# Limits on the servers that a message names, on the reasons for each, and on the characters of each
# text. Ansible registers all messages for every host.
_MAX_SERVERS = 10
_MAX_REASONS = 5
_MAX_TEXT = 600


@dataclasses.dataclass(frozen=True, slots=True)
class HostVerdict:
    """Why one host fails: the number of its broken cells, and a message of a few lines."""

    broken: int
    total: int
    message: str


def verdicts(report: Report, fail_on: str) -> dict[str, HostVerdict]:
    """Return the verdict on each host that fails."""
    cells: dict[str, list[Cell]] = {}
    for cell in report.cells:
        cells.setdefault(cell.host, []).append(cell)
    found: dict[str, HostVerdict] = {}
    for host, its_cells in cells.items():
        broken = [cell for cell in its_cells if _counts_against_host(report, cell, fail_on)]
        if broken:
            message = "\n".join(_lines(host, broken, len(its_cells), fail_on))
            found[host] = HostVerdict(len(broken), len(its_cells), message)
    return found


def _counts_against_host(report: Report, cell: Cell, fail_on: str) -> bool:
    if fail_on == FAIL_ON_NEW and report.comparison is not None:
        return cell.key in report.comparison.worse
    return not cell.passed


def _lines(host: str, broken: Sequence[Cell], total: int, fail_on: str) -> list[str]:
    since = " since the baseline" if fail_on == FAIL_ON_NEW else ""
    first = broken[0]
    if first.missing is not None:  # then no cell of the host has a dialogue
        return [f"{host} asked none of {total} servers: {shorten(first.missing.reason, _MAX_TEXT)}"]
    lines = [f"{host} found {len(broken)} of {total} servers broken{since}:"]
    for cell in broken[:_MAX_SERVERS]:
        reasons, server = cell.reasons, shorten(cell.server, _MAX_TEXT)
        lines += [f"- {server}: {shorten(reason, _MAX_TEXT)}" for reason in reasons[:_MAX_REASONS]]
        if len(reasons) > _MAX_REASONS:
            lines.append("  (and more of its dialogues)")
        lines += [
            f"  check next: {shorten(without_backticks(advice), _MAX_TEXT)}"
            for advice in cell.advice[:1]
        ]
    if len(broken) > _MAX_SERVERS:
        lines.append(f"- and {len(broken) - _MAX_SERVERS} more")
    return lines
