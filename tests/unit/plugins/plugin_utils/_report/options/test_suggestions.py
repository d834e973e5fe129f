# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A name that is none is told with the one that was meant."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.options import suggestions
from ansible_collections.mailops.smtp.tests.unit.reports import failed, passed, replies

RESULT = passed({"host": "mx1"})
LOST = {"unreachable": True, "msg": "lost"}


def test_names_that_are_no_servers_are_told_in_one_sentence() -> None:
    said = suggestions.no_servers(["realy"], ["relay", "mx1"])
    assert said == "'realy' is no server of the report; did you mean relay?"
    many = suggestions.no_servers([f"dmz{number}" for number in range(9)], ["relay"])
    assert many == "'dmz0', 'dmz1', 'dmz2' and 6 more are no servers of the report"


@pytest.mark.parametrize(
    ("name", "names", "end"),
    [
        ("prob", ["probe", "other"], "; did you mean probe?"),
        ("HTML", ["html", "json"], "; did you mean html?"),
        ("x", ["probe"], "; did you mean probe?"),
        ("x", ["b", "a"], "; choose one of a, b"),
        ("x", [], ""),
        ("x", [f"web{number}" for number in range(1000)], ""),
        ("p" * 100_000, ["probe", "other"], "; choose one of other, probe"),
    ],
)
def test_the_nearest_name_or_all_of_them(name: str, names: list[str], end: str) -> None:
    assert suggestions.did_you_mean(name, names) == end


def test_what_was_written_is_told_in_a_few_characters() -> None:
    assert suggestions.quoted("a\x1b") == "'a\\x1b'"
    assert len(suggestions.quoted({"a": "x" * 1_000_000})) < 70


@pytest.mark.parametrize(
    ("name", "right"),
    [("probe", True), ("_1", True), ("1a", False), ("a b", False), ("a.b", False), ("", False),
     ("if", False), ("caf\u00e9", False), ("{'a': 1}", False)],
)  # fmt: skip
def test_a_variable_has_a_name_that_python_takes(name: str, right: bool) -> None:
    assert suggestions.is_name(name) is right


@pytest.mark.parametrize(
    ("value", "right"),
    [
        (RESULT, True),
        (failed({"host": "mx1"}), True),
        ({"results": [RESULT]}, True),
        ({"results": []}, False),
        (LOST, False),
        ({"passed": True}, False),
        ({"results": [{"stdout": ""}]}, False),
        (replies(("greeting", 220, "")), False),
        (None, False),
    ],
)
def test_results_of_the_module_are_known_by_their_looks(value: t.Any, right: bool) -> None:
    assert suggestions.holds_results(value) is right


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ([{"host": "mx1"}, {"mx": "example.com"}], True),
        ([{"host": "mx1"}, {"name": "x"}], False),
        ([], False),
        (["mx1"], False),
        ("mx1", False),
    ],
)
def test_a_plan_is_known_by_its_looks(value: t.Any, right: bool) -> None:
    assert suggestions.holds_targets(value) is right


def test_receipts_are_known_by_their_looks() -> None:
    assert suggestions.holds_receipts({"receipts": []})
    assert not suggestions.holds_receipts({"results": []})


def test_the_first_host_that_has_something_that_looks_right_says_which() -> None:
    hosts: list[dict[str, t.Any]] = [
        {"a": 1},
        {"not a name": RESULT, "probe": RESULT, "p2": RESULT, "p3": RESULT, "p4": RESULT},
    ]
    assert suggestions.variables_that(suggestions.holds_results, hosts) == ["probe", "p2", "p3"]
    assert suggestions.variables_that(suggestions.holds_receipts, hosts) == []
