# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A message that a server accepted has arrived, or its cell has not passed."""

from __future__ import annotations

import typing as t

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.receipts import Receipts
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.cells import Cell
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import transcripts
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import (
    failed,
    passed,
    probed,
    report,
)

ITEM = {"host": "mx1.example.com"}
MESSAGE = {"id": "<1@web1>", "token": "t1", "bytes": 300, "queue_id": "4XyZ"}
FOUND = {"token": "t1", "found": True, "mailbox": "INBOX", "junk": False, "seconds": 2.4}


def report_with(receipts: t.Any, **result: t.Any) -> Report:
    """Return the report of a dialogue whose message was accepted."""
    sent = passed(ITEM, **{"message": MESSAGE, "changed": True, **result})
    return report(probed("web1", sent)._replace(receipts=Receipts(receipts)))


def cell_with(receipts: t.Any, **result: t.Any) -> Cell:
    """Return its cell."""
    (cell,) = report_with(receipts, **result).cells
    return cell


def test_a_message_that_was_found_says_how_long_it_took() -> None:
    cell = cell_with({"receipts": [FOUND]})
    assert (cell.verdict, cell.short) == ("passed", "ok 2 s")
    ((_path, transcript),) = transcripts.render(report_with({"receipts": [FOUND]}))
    assert "\nReceipt:         found in INBOX, 2.4 s after it was accepted\n" in transcript


def test_junk_has_arrived_and_is_said_to_be_junk() -> None:
    cell = cell_with({"receipts": [{**FOUND, "mailbox": "Spam", "junk": True}]})
    assert (cell.verdict, cell.short) == ("passed", "ok, junk")


def test_a_message_that_is_missing_has_its_cell_fail_with_what_to_check() -> None:
    missing = {"token": "t1", "found": False, "queue_id": "4XyZ", "advice": ["Look at the queue."]}
    cell = cell_with({"receipts": [missing], "msg": "1 of 1 messages is missing"})
    assert (cell.verdict, cell.short) == ("failed", "missing")
    assert cell.reasons == ["the message was accepted as 4XyZ, and has not arrived (missing)"]
    assert cell.advice == ["Look at the queue."]


def test_a_mailbox_that_cannot_be_looked_through_confirms_nothing() -> None:
    cell = cell_with({"failed": True, "msg": "imap.example.com port 993: Connection refused"})
    assert (cell.verdict, cell.short) == ("error", "unconfirmed")
    (reason,) = cell.reasons
    assert reason.startswith("the message was accepted, and cannot be confirmed: imap.example.com")
    assert reason.endswith("Connection refused (unconfirmed)")


def test_a_token_that_nobody_has_looked_for_confirms_nothing() -> None:
    assert cell_with({"receipts": []}).short == "unconfirmed"


def test_without_a_look_an_accepted_message_is_taken_at_the_servers_word() -> None:
    assert cell_with({}).short == "ok"
    assert cell_with(None).dialogues[0].receipt is None


def test_a_message_that_was_not_accepted_is_not_looked_for() -> None:
    sent = failed(ITEM, stage="message", message=MESSAGE)
    (cell,) = report(probed("web1", sent)._replace(receipts=Receipts({"receipts": [FOUND]}))).cells
    assert (cell.verdict, cell.short) == ("failed", "550")


def test_whatever_is_returned_is_read_as_what_it_should_be() -> None:
    odds: list[t.Any] = [[], 5, "x", {"receipts": 5}, {"receipts": [{"token": 5}]}, {"msg": ["x"]}]
    for odd in odds:
        assert cell_with(odd).verdict in ("passed", "error")
    strange = {**FOUND, "mailbox": 5, "seconds": "soon", "junk": "yes"}
    assert cell_with({"receipts": [strange]}).short == "ok"
