# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report was merged from is in it, and in the result of the task with less of everything."""

from __future__ import annotations

import yaml
from ansible_collections.mailops.smtp.plugins.modules import smtp_report
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.document.shards import (
    MAX_ITEMS_OF_RESULT,
    shards_document,
    shards_result,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.plan import Slice
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.shards import (
    BrokenShard,
    Doubled,
    ReadShard,
    Shards,
)
from ansible_collections.mailops.smtp.tests.unit.returned import keys, problems

READ = ReadShard("1.json", "2026-11-24T12:00:00Z", "mailops.smtp", Slice(1, 2), 5, 10)


def test_the_document_has_all_and_the_result_the_first() -> None:
    names = tuple(f"web{n}" for n in range(500))
    found = Shards(
        (READ,) * 500,
        (BrokenShard("2.json", "x" * 5_000),),
        names,
        tuple(Doubled(name, "mx1:25", "1.json", "2.json") for name in names),
        501,
        names,
        (("relay", names),),
    )
    document, result = shards_document(found), shards_result(found)
    assert len(document["files"]) == 500
    assert document["files"][0]["slice"] == {"number": 1, "count": 2}
    assert result["files_total"] == 500
    assert result["broken_total"] == 1
    assert len(result["broken"][0]["reason"]) == 600
    for one in (result["files"], result["missing_hosts"]["first"], result["doubled"]["first"]):
        assert len(one) == MAX_ITEMS_OF_RESULT
    assert result["doubled"]["cells"] == 501
    assert len(result["moved_names"][0]["places"]) == MAX_ITEMS_OF_RESULT

    documented = yaml.safe_load(smtp_report.RETURN)["shards"]["contains"]
    assert problems(result, documented) == []
    for name, entry in documented.items():
        assert keys(result[name]) == keys(entry["sample"]), name
