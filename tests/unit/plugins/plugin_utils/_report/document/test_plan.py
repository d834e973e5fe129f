# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a run is in its report, and is read again as it was."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.document.plan import (
    groups_of,
    plan_document,
    plan_of,
    slice_of,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.plan import Plan, Slice

VERSIONS = {"collection": "0.2.0", "ansible_core": "2.19.4", "python": "3.13.1"}
PLAN = Plan(("mx1:25", "mx2:25"), Slice(2, 3), VERSIONS)
GROUPS = {"web1": ["all", "dmz"], "web2": ["ungrouped", "all"]}


def test_a_plan_is_read_as_it_was() -> None:
    document = plan_document(PLAN, ["web1", "web2", "web3"], GROUPS)
    assert document["hosts"] == ["web1", "web2", "web3"]
    assert document["groups"] == {"web1": ["dmz"]}
    assert plan_of(document) == PLAN
    assert groups_of(document) == {"web1": ["dmz"]}


@pytest.mark.parametrize(
    "given",
    [
        None,
        [],
        {"servers": 5, "groups": 5, "slice": 5, "versions": 5},
        {"servers": [5, ""], "groups": {}, "slice": {"number": 1}},
    ],
)
def test_a_plan_may_be_anything(given: t.Any) -> None:
    read = plan_of(given)
    assert (read.servers, read.slice, set(read.versions.values())) == ((), None, {""})
    assert groups_of(given) == {}


@pytest.mark.parametrize(
    ("number", "count"), [(0, 3), (4, 3), (True, 3), ("1", 3), (1, None), (-1, -1)]
)
def test_a_slice_is_one_of_those_that_there_are(number: t.Any, count: t.Any) -> None:
    assert slice_of({"number": number, "count": count}) is None
