# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each sample in the documentation of a return value is of the type that is documented beside it.

What the plugins really return is compared with RETURN in the tests of each.
"""

from __future__ import annotations

import importlib
import sys
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.tests.unit.returned import keys, of_samples, problems

yaml = pytest.importorskip("yaml", reason="ansible-core is not whole on this Python")
pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 10), reason="filters need the Python of a controller"
)

PLUGINS = Path(__file__).parents[2] / "plugins"
RETURNING = [
    f"{kind}.{path.stem}"
    for kind in ("modules", "filter")
    for path in sorted(PLUGINS.glob(f"{kind}/*.py"))
]


@pytest.mark.parametrize("name", RETURNING)
def test_each_sample_is_of_its_type(name: str) -> None:
    plugin = importlib.import_module(f"ansible_collections.mailops.smtp.plugins.{name}")
    assert list(of_samples(yaml.safe_load(plugin.RETURN) or {})) == []


DOCUMENTED: dict[str, t.Any] = {
    "passed": {"description": "Whether.", "type": "bool"},
    "count": {"description": "How many, or null.", "type": "int", "sample": 2},
    "replies": {
        "description": ["All."],
        "type": "list",
        "elements": "dict",
        "contains": {"code": {"description": "The code.", "type": "int", "sample": 250}},
    },
}
RESULT: dict[str, t.Any] = {"passed": True, "count": None, "replies": [{"code": 250}]}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, ""),
        ({"changed": False, "count": 1}, ""),
        ({"more": 1}, "more is returned, and not documented"),
        ({"passed": None}, "passed is null, and its description does not say when"),
        ({"passed": 1}, "passed is 1, and not of type bool"),
        ({"count": True}, "count is True, and not of type int"),
        ({"replies": [{}]}, "replies[0].code is documented, and not returned"),
        ({"replies": [{"code": "250"}]}, "replies[0].code is '250', and not of type int"),
        ({"replies": [250]}, "replies[0] is 250, and not of type dict"),
    ],
)
def test_what_is_not_as_documented_is_said(changes: dict[str, t.Any], problem: str) -> None:
    assert problems({**RESULT, **changes}, DOCUMENTED) == [problem] * bool(problem)


def test_a_sample_of_another_type_is_named() -> None:
    wrong = {"description": "x", "type": "str", "sample": 5}
    documented = {**DOCUMENTED, "deep": {"type": "dict", "contains": {"text": wrong}}}
    assert list(of_samples(documented)) == ["deep.text is 5, and not of type str"]


def test_keys_are_compared_whatever_is_behind_them() -> None:
    sample = {"host": "web1", "targets": [{"target": 0}, {"other": 1}], "names": ["a"]}
    assert keys(sample) == {"host": None, "targets": {"target": None}, "names": None}
