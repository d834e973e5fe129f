# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a page shows of a report: which failures, and which part of the table."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import Baseline
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.compare import (
    Change,
    Comparison,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import (
    Host,
    matrix_of,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import overview
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit import reports

SERVERS = [{"host": f"mx{number}.example.com"} for number in range(3)]


def fleet() -> Report:
    """Return a host where all is well, three where mx1 is broken, and one that has not been run."""
    good = [reports.passed(item) for item in SERVERS]
    bad = [good[0], reports.failed(SERVERS[1]), good[2]]
    return reports.report(
        reports.probed("good", *good),
        *(reports.probed(f"bad{number}", *bad) for number in range(3)),
        Host("late", None, SERVERS, left=False),
    )


def test_small_table_is_whole():
    table = overview.table(fleet())
    assert [host for host, _cells in table.rows] == ["good", "bad0", "bad1", "bad2", "late"]
    assert len(table.servers) == 3
    assert not table.folded


def test_table_that_is_too_large_has_what_is_broken():
    table = overview.table(fleet(), fold_above=14)
    assert table.folded
    assert table.servers == ["mx1.example.com:25"]
    assert [(host, [cell and cell.short for cell in cells]) for host, cells in table.rows] == [
        ("bad0", ["550"]),
        ("bad1", ["550"]),
        ("bad2", ["550"]),
    ]
    assert (table.well, table.not_run, table.more) == (["good"], ["late"], [])
    assert table.well_servers == ["mx0.example.com:25", "mx2.example.com:25"]


def test_table_has_an_end_and_the_hosts_after_it_are_named():
    table = overview.table(fleet(), fold_above=0, most_cells=2)
    assert [host for host, _cells in table.rows] == ["bad0", "bad1"]
    assert table.more == ["bad2"]


def test_host_that_has_asked_nobody_is_told_once_and_others_for_each_server():
    told = overview.broken_groups(reports.fleet())
    assert [[cell.host for cell in cells] for cells in told] == [
        ["app1"],
        ["app1"],
        ["down", "down"],
    ]


def test_changes_come_the_worst_first_and_those_of_a_host_together():
    changes = (
        Change("a", "mx1", "banner", "x", "y"),
        Change("b", "mx1", "healed", "550", "ok"),
        Change("c", "mx1", "broke", "ok", "550"),
        Change("c", "mx2", "broke", "ok", "550"),
        Change("c", "mx3", "broke", "ok", "450"),
    )
    comparison = Comparison(changes, frozenset(), Baseline(reports.CREATED, {}))
    assert overview.change_groups(comparison) == [
        [changes[2], changes[3]],
        [changes[4]],
        [changes[1]],
        [changes[0]],
    ]
    assert overview.change_counts(comparison) == "3 broke, 1 healed, 1 banner"


def test_time_is_told_as_people_write_it():
    assert overview.display_time("2026-11-24T12:00:00Z") == "2026-11-24 12:00 UTC"
    assert overview.display_time("yesterday") == "yesterday"


def test_cell_has_the_number_and_the_sentence_of_its_cause():
    report = fleet()
    good, bad = report.by_host["good"], report.by_host["bad1"]
    assert overview.cause_label(report, good["mx1.example.com:25"]) is None
    assert overview.cause_label(report, bad["mx1.example.com:25"]) == (
        "1. mx1.example.com:25 refuses bad0, bad1 and bad2 at rcpt_to (550 no such user);"
        " all others get through"
    )
    assert overview.causes_not_shown(report, 1) == ""
    assert overview.causes_not_shown(report, 0) == "and 1 more cause"


def test_causes_that_are_not_shown_are_counted_and_so_are_cells_without_one():
    report = reports.scattered()
    assert report.causes.found == ()
    assert overview.causes_not_shown(report, 0) == "6 broken cells are unexplained"
    down = Host("down", {"unreachable": True}, SERVERS, left=True)
    both = Report.of(
        matrix_of([*map(_as_registered, report.by_host.items()), down]), reports.CREATED, ""
    )
    assert overview.causes_not_shown(both, 0) == "and 1 more cause; 6 broken cells are unexplained"
    assert overview.causes_not_shown(both, 1) == "6 broken cells are unexplained"


def _as_registered(row):
    host, cells = row
    return reports.probed(host, *(cell.dialogues[0].result for cell in cells.values()))


def test_sentence_of_a_cause_is_shortened():
    long = reports.failed({"host": "x" * 900})
    report = reports.report(reports.probed("web1", long, reports.passed(SERVERS[0])))
    (cause,) = report.causes.found
    assert len(cause.sentence) > 900
    assert len(overview.cause_sentence(cause)) == 600
