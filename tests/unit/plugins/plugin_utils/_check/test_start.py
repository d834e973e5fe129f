# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wrong variables are a failed result, and suspicious ones warnings in a good one."""

from __future__ import annotations

import types
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import BadVariable
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.start import StartAction


class Start(StartAction):
    """An action for a role with two variables: `wrong` is wrong, and `odd` is odd."""

    def check(self, variables: dict[str, t.Any]) -> tuple[dict[str, t.Any], list[str]]:
        if "wrong" in variables:
            raise BadVariable("wrong", "must not be set")
        return {"throttle": 3}, ["odd is odd"] if "odd" in variables else []


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, {"changed": False, "throttle": 3}),
        ({"odd": 1}, {"changed": False, "throttle": 3, "warnings": ["odd is odd"]}),
        ({"odd": 1, "wrong": 1}, {"failed": True, "msg": "wrong must not be set"}),
    ],
)
def test_what_is_found_is_returned(variables: dict[str, t.Any], expected: t.Any) -> None:
    task = types.SimpleNamespace(args={}, async_val=0, check_mode=False)
    connection = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir="none"))
    action = Start(task, connection, None, None, None, None)

    assert action.run(task_vars=variables) == expected
