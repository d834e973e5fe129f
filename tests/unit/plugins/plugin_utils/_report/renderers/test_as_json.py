# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The json report is what is kept: one document, each cell on a line of its own."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import as_json
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import (
    CREATED,
    MADE_BY,
    fleet,
    report,
)

MX1 = {"host": "mx1.example.com"}


def document(given: Report) -> t.Any:
    return json.loads("".join(as_json.render(given)))


def test_a_report_without_a_host_is_a_document_too() -> None:
    assert document(report()) == {
        "format": 1,
        "created": CREATED,
        "made_by": MADE_BY,
        "counts": {"total": 0, "passed": 0, "failed": 0, "error": 0, "not_run": 0},
        "hosts": [],
        "servers": [],
        "cells": [],
    }


def test_each_cell_is_a_piece_and_a_line_of_its_own() -> None:
    given = fleet()
    pieces = list(as_json.render(given))
    assert len(pieces) == len(given.cells) + 3
    assert [json.loads(piece.lstrip(",\n"))["host"] for piece in pieces[2:-1]] == [
        cell.host for cell in given.cells
    ]
    assert all(piece.count("\n") == 1 for piece in pieces[2:-1])
