# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cell is written with what the module returned, each value of its documented type."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.document.cells import (
    cell_document,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.document.schema import PARTS
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import (
    failed,
    passed,
    probed,
    report,
)

MX1 = {"host": "mx1.example.com"}


def documents(given: Report) -> list[dict[str, t.Any]]:
    return [cell_document(cell) for cell in given.cells]


def test_a_cell_has_what_the_module_returned_but_the_transcript() -> None:
    result = failed(MX1)
    (cell,) = documents(report(probed("web1", result)))
    (dialogue,) = cell.pop("dialogues")
    assert cell == {
        "host": "web1",
        "server": "mx1.example.com:25",
        "name": None,
        "place": "mx1.example.com:25",
        "verdict": "failed",
        "short": "550",
        "reasons": ["550 no such user in reply to rcpt_to (permanent)"],
        "cause": None,
    }
    assert dialogue["transcript"] == "mx1.example.com-25.txt"
    assert dialogue["passed"] is False
    assert dialogue["seconds_range"]["total"] == [0.022, 0.022]
    for part in PARTS:
        assert dialogue[part] == result[part], part


def test_a_key_that_is_not_known_is_kept() -> None:
    result = passed(MX1)
    result["server"]["software"] = {"name": "Postfix\x00", "since": [1.5]}
    result["tls"]["certificate"]["key"] = "RSA"
    (cell,) = documents(report(probed("web1", result)))
    dialogue = cell["dialogues"][0]
    assert dialogue["server"]["software"] == {"name": "Postfix\\x00", "since": [1.5]}
    assert dialogue["tls"]["certificate"]["key"] == "RSA"


@pytest.mark.parametrize(
    ("part", "value", "kept"),
    [
        ("server", "a text", None),
        ("server", {"port": "25", "name": ""}, {"port": None, "name": None}),
        ("replies", {"a": 1}, []),
        ("replies", [1, {"lines": ["", 2], "tls": "yes"}], [{"lines": ["", ""], "tls": None}]),
        ("capabilities", [1], {}),
        ("capabilities", {"SIZE": 1, 2: ["x"]}, {"SIZE": [], "2": ["x"]}),
        ("tls", {"certificate": [], "chain": [1]}, {"certificate": None, "chain": []}),
        ("attempts", True, None),
        ("started", 5, None),
    ],
)
def test_what_is_not_of_its_type_is_left_out(part: str, value: t.Any, kept: t.Any) -> None:
    (cell,) = documents(report(probed("web1", passed(MX1, **{part: value}))))
    assert cell["dialogues"][0][part] == kept
