# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A table has a row for each dialogue, and nothing in it is a formula."""

from __future__ import annotations

import csv
import io

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import csv_table
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import (
    diagnosed_fleet,
    failed,
    fleet,
    passed,
    probed,
    report,
    unreachable,
)

MX1 = {"host": "mx1.example.com"}


def read(given: Report) -> list[dict[str, str]]:
    """Read the rows as a program does."""
    written = "".join(csv_table.render(given))
    assert written.count("\r\n") == written.count("\n")
    return list(csv.DictReader(io.StringIO(written, newline=""), strict=True))


def refused_with(text: str) -> dict[str, str]:
    """Return the row of a dialogue that was refused with a text."""
    (row,) = read(report(probed("web1", failed(MX1, text=text))))
    return row


def test_each_cell_has_a_row() -> None:
    given = fleet()
    rows = read(given)
    assert [(row["host"], row["server"], row["verdict"]) for row in rows] == [
        (cell.host, cell.server, cell.verdict) for cell in given.cells
    ]
    assert all(len(row) == len(csv_table.COLUMNS) for row in rows)


def test_a_row_says_what_a_person_sorts_by() -> None:
    row = read(fleet())[2]
    assert row == {
        **row,
        "host": "app1",
        "server": "mx1.example.com:25 (relay)",
        "verdict": "failed",
        "short": "550",
        "stage": "rcpt_to",
        "kind": "permanent",
        "code": "550",
        "enhanced_code": "",
        "text": "no such user",
        "reason": "550 no such user in reply to rcpt_to (permanent)",
        "advice": "Ask the server's side. / Look into its log.",
        "address": "192.0.2.25",
        "server_name": "mx1.example.com",
        "tls_version": "TLSv1.3",
        "tls_verified": "true",
        "certificate_not_after": "2026-12-30T23:59:59Z",
        "certificate_days_left": "36",
        "seconds_total": "0.022",
        "attempts": "1",
        "transcript": "app1/mx1.example.com-25-relay.txt",
        "cause": "2. mx1.example.com:25 (relay) refuses app1 at rcpt_to (550 no such user);"
        " all others get through",
    }


def test_what_passed_has_no_failure_and_what_did_not_run_has_its_reason() -> None:
    rows = read(fleet())
    assert rows[0]["kind"] == rows[0]["reason"] == rows[0]["advice"] == rows[0]["cause"] == ""
    assert rows[5]["cause"] == rows[4]["cause"]
    assert rows[5]["cause"].startswith("1. Ansible cannot reach down (")
    assert rows[7]["cause"] == ""
    assert rows[5]["reason"].startswith("Ansible cannot reach the host")
    assert rows[7]["verdict"] == "not_run"
    assert rows[7]["seconds_total"] == ""


def test_a_cell_of_several_dialogues_has_several_rows() -> None:
    item = {"mx": "example.com"}
    results = [passed({**item, "host": "mx1"}), failed({**item, "host": "mx2"})]
    rows = read(report(probed("web1", *results), unreachable("down", [item])))
    assert [(row["server"], row["dialogue"], row["verdict"]) for row in rows] == [
        ("MX of example.com:25", "mx1:25", "passed"),
        ("MX of example.com:25", "mx2:25", "failed"),
        ("MX of example.com:25", "", "error"),
    ]
    assert [row["cause"].partition(".")[0] for row in rows] == ["", "2", "1"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("=1+1", "'=1+1", id="equals"),
        pytest.param("+1", "'+1", id="plus"),
        pytest.param("-1", "'-1", id="minus"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
        pytest.param("  =1+1", "'  =1+1", id="behind-spaces"),
        pytest.param('"=1+1', "'\"=1+1", id="behind-a-quote"),
        pytest.param("\uff1d1+1", "'\uff1d1+1", id="in-full-width"),
        pytest.param("a; =1+1", "a;' =1+1", id="where-cells-part-at-semicolons"),
        pytest.param("\t=1+1", "\\t=1+1", id="a-tab-is-escaped-already"),
        pytest.param("5.7.1 a=b - c@d", "5.7.1 a=b - c@d", id="in-the-middle-they-are-text"),
        pytest.param('a, "b"\\n', 'a, "b"\\n', id="commas-and-quotes"),
    ],
)
def test_a_text_is_no_formula(text: str, written: str) -> None:
    assert refused_with(text)["text"] == written


def test_a_formula_that_a_cause_quotes_is_none() -> None:
    assert "(550 a;' =1+1)" in refused_with("a; =1+1")["cause"]


def test_a_number_stays_a_number() -> None:
    result = passed(MX1)
    result["tls"]["certificate"]["days_left"] = -12
    (row,) = read(report(probed("web1", result)))
    assert row["certificate_days_left"] == "-12"


def test_a_row_says_what_a_host_has_found_out() -> None:
    found = {row["cause"][:1]: row["found"] for row in read(diagnosed_fleet()) if row["cause"]}
    assert found == {
        "1": "",
        "2": "proven: The server does not know the recipient.",
        "3": "not diagnosed: the host has returned no diagnosis",
    }
