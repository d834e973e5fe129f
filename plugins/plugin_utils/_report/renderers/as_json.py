# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The `json` report: a document for programs, and the baseline of a later run. No I/O.

The causes come before the cells, so that a program which reads the document as a stream has them
first. Each cause and each cell is on a line of its own.
"""

from __future__ import annotations

import dataclasses
import json
import typing as t
from collections.abc import Iterable, Iterator

from ..document.causes import cause_document, unexplained_document
from ..document.cells import FORMAT, cell_document
from ..document.diagnoses import diagnoses_documents
from ..document.plan import plan_document
from ..document.shards import shards_document

if t.TYPE_CHECKING:
    from ..compare.compare import Comparison
    from ..report import Report


def render(report: Report) -> Iterator[str]:
    """Yield the document in parts. Only the line of a cell begins with CELL_BEGINS."""
    head = {
        "format": FORMAT,
        "created": report.created,
        "made_by": report.made_by,
        "counts": report.counts,
        "hosts": report.hosts,
        "servers": report.servers,
    }
    yield json.dumps(head, indent=2)[: -len("\n}")]
    yield f',\n  "plan": {json.dumps(plan_document(report.plan, report.hosts, report.groups))}'
    if report.shards is not None:
        yield f',\n  "shards": {json.dumps(shards_document(report.shards))}'
    comparison = report.comparison
    if comparison is not None:
        yield f',\n  "comparison": {json.dumps(_comparison_document(comparison))}'
    yield from _list("causes", map(_written, map(cause_document, report.causes.found)))
    yield f',\n  "unexplained": {json.dumps(unexplained_document(report.causes))}'
    if report.diagnoses:
        found = diagnoses_documents(report.diagnoses, report.hosts, report.servers)
        yield from _list("diagnoses", map(_written, found))
    yield from _list("cells", _cells(report))
    yield "\n}\n"


def _list(name: str, items: Iterable[str]) -> Iterator[str]:
    """Yield a list of the document with each item on a line of its own."""
    yield f',\n  "{name}": ['
    between = "\n"
    for item in items:
        yield f"{between}{item}"
        between = ",\n"
    yield "\n  ]"


def _written(document: dict[str, t.Any]) -> str:
    return f"    {json.dumps(document)}"


def _cells(report: Report) -> Iterator[str]:
    for cell in report.cells:
        # A cell that passed has no cause, so its line in another report is the same here.
        if cell.line is not None and report.comparison is None:
            yield cell.line()
            continue
        document = cell_document(cell, report.cause_numbers.get(cell.key))
        if report.comparison is not None:
            report.comparison.widen_ranges(document)
        yield _written(document)


def _comparison_document(comparison: Comparison) -> dict[str, t.Any]:
    return {
        "since": comparison.since,
        "causes_new": comparison.causes_new,
        "causes_gone": comparison.causes_gone,
        "changes": [dataclasses.asdict(change) for change in comparison.changes],
    }
