# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the log of a server says becomes an answer, whatever its host returns."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.log_answers import (
    answer_of_log,
    failed_result,
)
from ansible_collections.mailops.smtp.tests.unit.reports import NASTY, failed

REFUSED = failed({"host": "relay"})
DECIDING = {
    "line": "postfix/smtpd[7]: NOQUEUE: reject: RCPT from web1: 550 5.1.1 no such user",
    "cause": "The server does not know the recipient.",
    "cause_id": "recipient-known",
    "kind": "refusal",
    "exact": True,
    "certain": True,
}


def test_the_line_that_decided_names_the_cause_of_the_catalogue() -> None:
    answer = answer_of_log({"deciding": {**DECIDING, "cause": "any text"}}, REFUSED)
    assert answer["certainty"] == "proven"
    assert answer["cause_id"] == "recipient-known"
    assert answer["cause"].startswith("The server does not know")
    assert answer["evidence"][0]["value"] == DECIDING["line"]
    assert len(answer["advice"]) == 1


def test_a_line_that_names_no_cause_is_evidence() -> None:
    answer = answer_of_log({"deciding": {**DECIDING, "cause_id": None}}, REFUSED)
    assert (answer["certainty"], answer["cause"], answer["advice"]) == ("open", "", [])
    assert answer["evidence"]


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        ({"failed": True, "msg": "no Python"}, "no Python"),
        ({"deciding": None, "not_read": ["no permission", "no journal"]}, "no permission; no jou"),
        ({}, "the log has no line of this dialogue"),
        ({"msg": NASTY * 100}, "=cmd|'/C calc'"),
    ],
)
def test_why_a_log_says_nothing_is_told(found: dict[str, t.Any], problem: str) -> None:
    answer = answer_of_log(found, REFUSED)
    assert set(answer) == {"problem"}
    assert answer["problem"].startswith(problem)
    assert answer["problem"].isprintable()


@pytest.mark.parametrize("value", [None, 7, [], {}, "text", NASTY, [NASTY], {"line": [NASTY]}])
@pytest.mark.parametrize("name", ["deciding", "listeners", "limits", "disk", "not_read", "msg"])
def test_a_result_may_have_anything(name: str, value: t.Any) -> None:
    answer = answer_of_log({name: value}, REFUSED)
    assert set(answer) == {"problem"} or answer["evidence"]


@pytest.mark.parametrize(
    ("registered", "position"),
    [
        (None, 0),
        ("text", 0),
        ({"use": "v", "results": [REFUSED]}, 0),
        ({"use": "u", "results": [REFUSED]}, 1),
        ({"use": "u", "results": [REFUSED]}, -1),
        ({"use": "u", "results": ["text"]}, 0),
        ({"use": "u", "results": 7}, 0),
    ],
)
def test_a_result_that_is_not_there_is_empty(registered: t.Any, position: int) -> None:
    assert failed_result(registered, "u", position) == {}


def test_a_result_of_this_use_is_found() -> None:
    assert failed_result({"use": "u", "results": [{}, REFUSED]}, "u", 1) is REFUSED
