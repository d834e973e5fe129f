# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that defers a client which it does not know accepts it later."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    patience,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_MAIL, TO_RCPT
from ansible_collections.mailops.smtp.tests.unit.investigations import (
    Finding,
    findings_of,
    investigation_of,
)

TEXT = "4.2.0 Greylisted, try again in 5 seconds"
FAILURE = Failure("rcpt_to", "transient", TEXT, 450, "4.2.0")


def defers(text: str) -> str:
    return f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 450 {text}{END}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4.2.0 Greylisted, try again in 5 minutes", 300),
        ("4.2.0 Recipient address rejected: Greylisted for 60 seconds", 60),
        ("4.7.1 please try again in 00:04:59", 299),
        ("4.7.1 retry in 10s", 10),
        ("4.7.1 delayed 2 min", 120),
        ("4.2.0 Greylisted (300 secs)", 300),
        ("4.2.0 Greylisted", None),
        ("4.7.1 Service unavailable - try again later", None),
        ("4.1.8 Sender address rejected: Domain not found", None),
        ("4.2.1 mailbox busy", None),
        ("4.7.0 Too many: 100 messages per hour", None),
        ("4.7.1 Try again later (2026-11-29 12:00:00)", None),
        ("4.7.1 <bob@example.org>: Recipient address rejected: see http://example.org/5", None),
        ("4.7.1 " + "9" * 9999, None),
    ],
)
def test_the_time_that_a_text_names(text: str, expected: int | None) -> None:
    assert patience.seconds_named(text) == expected


def findings(*scripts: str, failure: Failure = FAILURE) -> tuple[list[Finding], list[float]]:
    investigation, network = investigation_of(*scripts, failure=failure)
    waits: list[float] = []
    investigation.wait = waits.append
    found = list(patience.one_retry(investigation))
    network.join()
    return found, waits


def test_it_is_accepted_after_the_time_that_the_reply_names() -> None:
    (finding,), waits = findings(defers(TEXT), TO_RCPT + END)

    assert waits == [5]
    assert finding.conclusion == ("greylist", "proven")


def test_the_wait_does_not_help() -> None:
    (finding,), _waits = findings(defers(TEXT), defers(TEXT))

    assert finding.excludes == ("greylist",)


def test_a_diagnosis_does_not_wait_for_minutes() -> None:
    text = "4.2.0 Greylisted, try again in 5 minutes"

    (finding,), waits = findings(defers(text), failure=FAILURE._replace(text=text))

    assert waits == []
    assert finding.conclusion == ("greylist", "consistent")


def test_it_is_accepted_in_the_meantime() -> None:
    (finding,) = findings_of(patience.one_retry, TO_RCPT + END, failure=FAILURE)

    assert finding.conclusion == ("greylist", "consistent")


def test_nothing_is_waited_for_where_no_time_is_named() -> None:
    text = "4.3.0 Try later"

    found, waits = findings(defers(text), failure=FAILURE._replace(text=text))

    assert (found, waits) == ([], [])
