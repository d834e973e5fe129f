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
    comparison = report.comparison
    if comparison is not None:
        yield f',\n  "comparison": {json.dumps(_comparison_document(comparison))}'
    yield from _list("causes", map(cause_document, report.causes.found))
    yield f',\n  "unexplained": {json.dumps(unexplained_document(report.causes))}'
    yield from _list("cells", _cells(report))
    yield "\n}\n"


def _list(name: str, documents: Iterable[dict[str, t.Any]]) -> Iterator[str]:
    """Yield a list of the document with each item on a line of its own."""
    yield f',\n  "{name}": ['
    between = "\n"
    for document in documents:
        yield f"{between}    {json.dumps(document)}"
        between = ",\n"
    yield "\n  ]"


def _cells(report: Report) -> Iterator[dict[str, t.Any]]:
    for cell in report.cells:
        document = cell_document(cell, report.cause_numbers.get(cell.key))
        if report.comparison is not None:
            report.comparison.widen_ranges(document)
        yield document


def _comparison_document(comparison: Comparison) -> dict[str, t.Any]:
    return {
        "since": comparison.since,
        "causes_new": comparison.causes_new,
        "causes_gone": comparison.causes_gone,
        "changes": [dataclasses.asdict(change) for change in comparison.changes],
    }
