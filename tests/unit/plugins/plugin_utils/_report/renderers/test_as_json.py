# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The json report is what is kept: one document, each cell on a line of its own."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.document.cells import CELL_BEGINS
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import as_json
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import (
    CREATED,
    MADE_BY,
    fleet,
    report,
    scattered,
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
        "plan": {
            "hosts": [],
            "servers": [],
            "groups": {},
            "slice": None,
            "versions": {"collection": None, "ansible_core": None, "python": None},
            "in_container": [],
        },
        "causes": [],
        "unexplained": {"cells": 0, "first": []},
        "cells": [],
    }


def test_each_cell_is_a_piece_and_a_line_of_its_own() -> None:
    given = fleet()
    pieces = list(as_json.render(given))
    cells = [piece for piece in pieces if piece.lstrip(",\n").startswith(CELL_BEGINS)]
    assert [json.loads(piece.lstrip(",\n"))["host"] for piece in cells] == [
        cell.host for cell in given.cells
    ]
    assert all(piece.count("\n") == 1 for piece in cells)
    assert len(pieces) == len(cells) + len(given.causes.found) + 8


def test_causes_come_before_the_cells_and_each_cell_names_its_own() -> None:
    given = document(fleet())
    assert list(given).index("causes") < list(given).index("cells")
    first, refused, timeout = given["causes"]
    assert first["sentence"].startswith("Ansible cannot reach down (Failed to connect")
    assert (first["where"], first["kind"], first["stage"], first["cells"]) == (
        "host",
        "unreachable",
        "",
        2,
    )
    assert (refused["code"], refused["servers"]) == (550, ["mx1.example.com:25 (relay)"])
    assert (timeout["hosts"], timeout["advice"][0]) == (["app1"], "Ask the server's side.")
    assert [(cell["host"], cell["cause"]) for cell in given["cells"]] == [
        ("web1", None),
        ("web1", None),
        ("app1", 2),
        ("app1", 3),
        ("down", 1),
        ("down", 1),
        ("late", None),
        ("late", None),
    ]


def test_cells_without_a_cause_are_counted_and_named() -> None:
    given = document(scattered())
    assert given["causes"] == []
    assert given["unexplained"]["cells"] == 6
    assert given["unexplained"]["first"][0] == {"host": "web0", "server": "mx0.example.com:25"}
    assert {cell["cause"] for cell in given["cells"]} == {None}
