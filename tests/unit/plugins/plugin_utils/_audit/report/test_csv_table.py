# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table has a row for each check, and no text of a server is a formula."""

from __future__ import annotations

import csv
import io

from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.csv_table import (
    COLUMNS,
    render,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.model import AuditReport
from ansible_collections.mailops.smtp.tests.unit.audit_reports import (
    audit,
    lost,
    nasty_report,
    report_of,
)


def rows(report: AuditReport) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(render(report)))))


def test_each_check_of_each_host_and_server_is_a_row() -> None:
    found = rows(report_of(audit(relay_02="finding"), audit("web2")))

    assert list(found[0]) == list(COLUMNS)
    assert [(one["host"], one["check"], one["verdict"]) for one in found[:2]] == [
        ("web1", "ctl-local", "sound"),
        ("web1", "relay-02", "finding"),
    ]
    assert len(found) == 6
    assert (found[1]["code"], found[1]["from"]) == ("250", "untrusted")
    assert found[1]["change"].startswith("Postfix: Set mynetworks to what may relay.")
    assert (found[0]["finding"], found[0]["change"]) == ("", "")


def test_a_host_without_a_result_is_a_row() -> None:
    (row,) = rows(report_of(lost(problem="no route")))

    assert (row["verdict"], row["evidence"]) == ("no result", "no route")


def test_no_text_of_a_server_is_a_formula() -> None:
    (row,) = rows(nasty_report())

    assert row["evidence"].startswith("'=1+1")
    assert row["text"].startswith("'=1+1")
