# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of a dialogue has a limited size, and is printable."""

from __future__ import annotations

import json
import time

import pytest
from ansible_collections.mailops.smtp.tests.unit.dialogues import (
    END,
    ENVELOPE,
    TO_HELO,
    TO_MAIL,
    TO_MESSAGE,
    TO_RCPT,
    Hold,
    failed,
    transcript_lines,
)
from ansible_collections.mailops.smtp.tests.unit.settle import result_of

LONG = "x" * 15_000


RECIPIENTS = [f"user{number}@example.net" for number in range(8)]


TALKATIVE = f"{TO_HELO}\nC: /MAIL/\nS: 250 2.1.0 Ok\n" + "\n".join(
    f"C: RCPT TO:<{one}>\nS: 250-2.1.5 {LONG}\nS: 250-{LONG}\nS: 250-{LONG}\nS: 250 2.1.5 Ok"
    for one in RECIPIENTS
)


def test_what_a_hostile_server_sends_is_bounded_in_the_result(hold: Hold) -> None:
    record = hold(TALKATIVE + END, mail_from="ann@example.com", rcpt_to=RECIPIENTS)

    assert record.failure is None
    result = result_of(record)
    assert len(json.dumps(result)) < 600_000
    cut = result["replies"][-2]
    assert (cut["code"], cut["enhanced_code"]) == (250, "2.1.5")
    assert cut["lines"][1:] == ["(left out: the server sent too much)"]
    assert "*: 3 more lines from the server, left out of this transcript" in transcript_lines(
        record
    )


def test_the_text_of_a_failure_is_bounded(hold: Hold) -> None:
    record = hold("S: 220 mx\nC: /EHLO/\n" + f"S: 550-{LONG}\n" * 3 + f"S: 550 no{END}")

    assert failed(record) == ("helo", "permanent", 550)
    assert len(result_of(record)["failure"]["text"]) == 4096


def test_the_server_names_the_message_it_took(hold: Hold) -> None:
    record = hold(TO_MESSAGE + END, **ENVELOPE, message={})

    assert result_of(record)["message"]["queue_id"] == "4XyZ1234abc"


def test_the_result_has_the_start_of_the_first_attempt_in_utc(
    hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", iter([1795521600.9, 1795521700.0]).__next__)
    greylisted = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 450 4.7.1 greylisted{END}"
    record = hold(greylisted, TO_RCPT + END, **ENVELOPE, retries=1)

    assert record.attempts == 2
    assert result_of(record)["started"] == "2026-11-24T12:00:00Z"
