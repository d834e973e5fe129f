# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say again what is broken, below the recap of a run with many failed hosts. No I/O.

The report is shown before its hosts fail. With 200 failed hosts and a recap of 200 lines, it is far
above the last screen.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import quantity

# Limits on the causes, and on the characters of each sentence.
_MAX_CAUSES = 8
_MAX_SENTENCE = 200

# With more causes, there is no room for what hosts have found out about each.
_MAX_WITH_FINDING = 4
_FOUND = {"proven": "proven", "consistent": "likely"}


def last_screen(report: Mapping[str, t.Any], failed: int) -> Iterator[str]:
    """Yield the lines. `report` is the result of smtp_report, `failed` the number of hosts."""
    counts, causes = report["summary"], report["causes"]
    broken = counts["total"] - counts["passed"]
    verb = "has" if failed == 1 else "have"
    of_all = f"{broken:,} of {counts['total']:,} cells are broken:"
    yield f"{quantity(failed, 'host')} {verb} failed. {of_all}"
    for number, cause in enumerate(causes[:_MAX_CAUSES], 1):
        yield f"{number}. {shortened(cause['sentence'])} [{quantity(cause['cells'], 'cell')}]"
        if len(causes) <= _MAX_WITH_FINDING:
            yield from _finding(cause)
    more = len(causes) - _MAX_CAUSES
    if more > 0:
        yield f"... and {more:,} more"
    if report["unexplained"]:
        yield f"{quantity(report['unexplained'], 'cell')} without a common cause"
    yield where(report, "smtp_check_report_dir")


def _finding(cause: Mapping[str, t.Any]) -> Iterator[str]:
    """Yield what a host has found out about a cause, unless that is only a guess."""
    found = cause.get("diagnosis") or {}
    if found.get("cause") and found["certainty"] in _FOUND:
        yield f"   {_FOUND[found['certainty']]}: {shortened(found['cause'])}"


def shortened(sentence: str) -> str:
    """Return a sentence, cut if it is long."""
    cut = len(sentence) > _MAX_SENTENCE
    return f"{sentence[: _MAX_SENTENCE - 3]}..." if cut else sentence


def where(report: Mapping[str, t.Any], variable: str) -> str:
    """Return where the report is, for people first. `variable` has the folder for its files."""
    if report["not_written"]:
        return f"Not written: {report['not_written']}"
    files: list[str] = report["files"]
    if not files:
        return f"The report is above. With {variable} it is also a file."
    return "Report: " + next((one for one in files if one.endswith((".html", ".md"))), files[0])
