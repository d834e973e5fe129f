# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A merge that would merge nothing, or expect no host of the inventory, is refused."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.merge import OF_ROLE, check_values
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import BadVariable

SHARDS = {"smtp_check_shards": ["slices"]}
GROUPS = {"all": ["web1"], "dmz": ["web1"], "web1": ["web1"]}


def test_whether_to_fail_may_refer_to_the_report_that_is_yet_to_be_made() -> None:
    assert "smtp_check_fail_on" in OF_ROLE
    assert "smtp_check_fail" not in OF_ROLE


@pytest.mark.parametrize("expected", [None, [], ["web1", "web9"]])
def test_hosts_need_not_be_in_the_inventory(expected: t.Any) -> None:
    check_values({**SHARDS, "smtp_check_expected_hosts": expected}, GROUPS, ["web1"])


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "smtp_check_shards is not set; name the reports to merge, as in -e smtp_check_shar"),
        ({"smtp_check_shards": []}, "smtp_check_shards is not set"),
        (
            {**SHARDS, "smtp_check_expected_hosts": ["web1", "dmz"]},
            (
                "smtp_check_expected_hosts names the group dmz; for its hosts write"
                " \"{{ groups['dmz'] }}\""
            ),
        ),
    ],
)
def test_what_cannot_be_meant_is_told(values: dict[str, t.Any], told: str) -> None:
    with pytest.raises(BadVariable) as error:
        check_values(values, GROUPS, ["web1"])
    assert told in str(error.value)
