# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which slice of a run this is, where something says so."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.slices import slice_of_run
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.plan import Slice


def awx(number: t.Any, count: t.Any) -> dict[str, t.Any]:
    return {"awx_job_slice_number": number, "awx_job_slice_count": count}


def gitlab(number: str, count: str) -> dict[str, str]:
    return {"CI_NODE_INDEX": number, "CI_NODE_TOTAL": count}


def test_variables_come_before_the_environment() -> None:
    assert slice_of_run(awx("2", 5), gitlab("1", "3")) == Slice(2, 5)
    assert slice_of_run({}, gitlab("1", "3")) == Slice(1, 3)
    assert slice_of_run({}, {}) is None


@pytest.mark.parametrize(
    "known", [awx(0, 1), awx(2, 1), awx("x", 1), awx(True, 1), awx("9" * 99, "9" * 99), awx("²", 3)]
)
def test_what_is_no_slice_is_none(known: dict[str, t.Any]) -> None:
    assert slice_of_run(known, {"CI_NODE_TOTAL": "1"}) is None
