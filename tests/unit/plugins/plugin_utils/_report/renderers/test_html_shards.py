# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a merge shows each report that it was made of, and what is wrong with some."""

from __future__ import annotations

import dataclasses

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.plan import Slice
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.shards import (
    BrokenShard,
    Doubled,
    ReadShard,
    Shards,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import html
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.html_shards import (
    MAX_DOUBLED,
    MAX_REPORTS,
    ReportView,
    ShardsView,
)
from ansible_collections.mailops.smtp.tests.unit import reports

READ = ReadShard("a/report.json", "2026-11-24T12:00:00Z", "mailops.smtp", Slice(2, 13), 1_000, 10)
DOUBLED = Doubled("web5", "mx1:25", "b.json", "a.json")


def page_of(shards: Shards | None) -> str:
    return "".join(html.render(dataclasses.replace(reports.fleet(), shards=shards)))


def test_each_report_has_its_slice_and_its_time() -> None:
    view = ShardsView(Shards((READ, READ._replace(file="old", slice=None))))

    assert view.reports == [
        ReportView("a/report.json", "2 of 13", "2026-11-24 12:00 UTC", 1_000, 10),
        ReportView("old", "", "2026-11-24 12:00 UTC", 1_000, 10),
    ]
    assert (view.more_reports, view.broken, view.doubled) == (0, [], [])


def test_what_there_is_no_room_for_is_counted() -> None:
    broken = BrokenShard("c.json", "it is cut off")
    shards = Shards(
        (READ,) * (MAX_REPORTS + 1),
        (broken,) * (MAX_REPORTS + 2),
        doubled=(DOUBLED,) * (MAX_DOUBLED + 3),
        doubled_total=20_000,
    )
    view = ShardsView(shards)

    assert (view.total, view.more_reports, view.more_broken) == (MAX_REPORTS + 1, 1, 2)
    assert view.doubled == ["web5 → mx1:25 of b.json, not of a.json"] * MAX_DOUBLED
    assert view.more_doubled == 20_000 - MAX_DOUBLED


def test_cells_that_are_twice_in_one_report_are_told_apart() -> None:
    doubled = (DOUBLED, DOUBLED._replace(dropped="b.json"))
    view = ShardsView(Shards((READ,), doubled=doubled, doubled_total=7, doubled_in_one=6))

    assert view.doubled_title == (
        "1 cell in more than one report, the newest counts;"
        " 6 cells twice in one report, the first counts"
    )
    assert view.doubled[1] == "web5 → mx1:25 twice in b.json"
    assert view.more_doubled == 5


def test_a_hostile_report_has_names_of_limited_length() -> None:
    shards = Shards(
        (READ._replace(file=reports.LONG, created=reports.LONG),),
        (BrokenShard(reports.LONG, reports.LONG),),
        doubled=(Doubled(*[reports.LONG] * 4),),
        doubled_total=1,
    )
    view = ShardsView(shards)

    texts = [*map(str, view.reports[0]), *view.broken[0], *view.doubled]
    assert max(map(len, texts)) < 900


def test_the_page_has_them_and_that_of_one_run_does_not() -> None:
    broken = BrokenShard("<c>.json", "cut off")
    page = page_of(Shards((READ,), (broken,), ("web7",), doubled=(DOUBLED,), doubled_total=1))

    assert '<a href="#merged">What was merged</a>' in page
    assert '<section id="merged"' in page
    assert '2 of 13</td><td class="when">2026-11-24 12:00 UTC</td><td>1,000</td>' in page
    assert '<span class="broke">not merged</span> &lt;c&gt;.json: cut off</li>' in page
    assert '<li class="odd">1 expected host in no report: web7</li>' in page
    assert "1 cell in more than one report, the newest counts</summary>" in page
    assert '<li class="item">web5 → mx1:25 of b.json, not of a.json</li>' in page
    assert "merged" not in page_of(None).partition("</style>")[2].partition("<script>")[0]
