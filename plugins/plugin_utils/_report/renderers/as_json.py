# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The `json` report: a document for programs, and the baseline of a later run. No I/O."""

from __future__ import annotations

import dataclasses
import json
import typing as t
from collections.abc import Iterator

from ..document.cells import FORMAT, cell_document

if t.TYPE_CHECKING:
    from ..compare.compare import Comparison
    from ..report import Report


def render(report: Report) -> Iterator[str]:
    """Yield the document in parts, with each cell on a line that begins with CELL_BEGINS."""
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
    yield ',\n  "cells": ['
    between = "\n"
    for cell in report.cells:
        document = cell_document(cell)
        if comparison is not None:
            comparison.widen_ranges(document)
        yield f"{between}    {json.dumps(document)}"
        between = ",\n"
    yield "\n  ]\n}\n"


def _comparison_document(comparison: Comparison) -> dict[str, t.Any]:
    return {
        "since": comparison.since,
        "changes": [dataclasses.asdict(change) for change in comparison.changes],
    }
