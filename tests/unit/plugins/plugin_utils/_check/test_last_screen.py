# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last lines of a run say what is broken, and where the report is."""

from __future__ import annotations

import typing as t

from ansible_collections.mailops.smtp.plugins.plugin_utils._check.last_screen import last_screen


def lines(failed: int = 200, **result: t.Any) -> list[str]:
    """Return the last lines of a run with a result of smtp_report."""
    of_report = {
        "summary": {"total": 1200, "passed": 800},
        "causes": [{"sentence": "no host can connect to relay:25", "cells": 400}],
        "unexplained": 0,
        "files": [],
        "not_written": "",
    }
    return list(last_screen({**of_report, **result}, failed))


def test_the_causes_come_first_and_then_the_page_of_the_report() -> None:
    files = ["/r/report.json", "/r/report.html", "/r/transcripts"]
    assert lines(files=files) == [
        "200 hosts have failed. 400 of 1,200 cells are broken:",
        "1. no host can connect to relay:25 [400 cells]",
        "Report: /r/report.html",
    ]
    assert lines(files=["/r/report.json", "/r/transcripts"])[-1] == "Report: /r/report.json"


def test_without_a_file_the_reader_learns_how_to_get_one() -> None:
    assert lines(failed=1)[0].startswith("1 host has failed.")
    assert "smtp_check_report_dir" in lines()[-1]
    assert lines(not_written="dest: /r is full")[-1] == "Not written: dest: /r is full"


def test_however_many_causes_there_are_they_fit_on_the_screen() -> None:
    many = [{"sentence": "x" * 500, "cells": 1}] * 30
    told = lines(causes=many, unexplained=1)
    assert len(told) == 12
    assert max(map(len, told)) < 220
    assert told[1].startswith("1. xxx")
    assert told[1].endswith("xxx... [1 cell]")
    assert told[-3:-1] == ["... and 22 more", "1 cell without a common cause"]


def test_what_a_host_has_found_out_follows_its_cause_unless_it_is_a_guess() -> None:
    cause = {"sentence": "no host can connect to relay:25", "cells": 400}
    found = {"certainty": "proven", "cause": "A firewall drops the packets to this port."}
    guess = {"certainty": "open", "cause": "No service listens."}
    causes = [{**cause, "diagnosis": one} for one in (found, guess, {"problem": "x"}, None)]
    assert lines(causes=causes)[1:-1] == [
        "1. no host can connect to relay:25 [400 cells]",
        "   proven: A firewall drops the packets to this port.",
        *(f"{number}. no host can connect to relay:25 [400 cells]" for number in (2, 3, 4)),
    ]
    assert not any(line.startswith("   ") for line in lines(causes=causes[:1] * 5))
