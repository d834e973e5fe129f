# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of a dialogue is in its result, whatever else is there."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import Host
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.cells import Cell
from ansible_collections.mailops.smtp.tests.unit.reports import (
    failed,
    passed,
    probed,
    report,
)

MX1 = {"host": "mx1.example.com"}
MX2 = {"host": "mx2.example.com", "port": 587}


def the_cell(*hosts: Host) -> Cell:
    (cell,) = report(*hosts).cells
    return cell


@pytest.mark.parametrize(
    ("code", "msg", "short"),
    [
        (250, "250 ok in reply to rcpt_to, where 5xx was expected", "250, expected 5xx"),
        (250, "250 a, where b, where 550 or 5.7.1 was expected", "250, expected 550 or 5.7.1"),
        (250, f"250 ok, where {'5' * 50} was expected", "not as expected"),
        (None, "connected to 192.0.2.1 at connect, where timeout was expected", "not as expected"),
        (None, "no reply to quit, where 221 was expected", "not as expected"),
        (250, "250 ok in reply to rcpt_to", "not as expected"),
        (250, None, "not as expected"),
    ],
)
def test_a_good_reply_that_was_not_expected_says_what_was(
    code: int | None, msg: str | None, short: str
) -> None:
    result = failed(
        MX1, kind="expectation", code=code, text="ok", msg=msg and f"mx1 port 25: {msg}"
    )
    cell = the_cell(probed("web1", result))
    assert (cell.verdict, cell.short) == ("failed", short)


@pytest.mark.parametrize("kind", ["resolve", "connect", "timeout", "disconnect"])
def test_an_outage_is_no_refusal(kind: str) -> None:
    cell = the_cell(probed("web1", failed(MX1, "connect", kind, None, "nobody there")))
    assert cell.verdict == "error"


@pytest.mark.parametrize("kind", ["tls", "protocol", "transient", "permanent", "expectation"])
def test_an_answer_is_no_outage(kind: str) -> None:
    assert the_cell(probed("web1", failed(MX1, kind=kind))).verdict == "failed"


@pytest.mark.parametrize("said", [None, "yes", 1, [], "true"])
def test_only_what_says_so_has_passed(said: t.Any) -> None:
    cell = the_cell(probed("web1", passed(MX1, passed=said)))
    assert (cell.verdict, cell.short) == ("error", "no result")
    assert cell.reasons == ["mx1.example.com port 25: passed"]
