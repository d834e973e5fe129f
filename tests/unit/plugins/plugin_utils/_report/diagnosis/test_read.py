# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers as honest hosts and as hostile hosts give them."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.model import Evidence
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.diagnosis.read import (
    Answer,
    read_answers,
)
from ansible_collections.mailops.smtp.tests.unit.reports import NASTY

DIAGNOSIS = {
    "certainty": "proven",
    "cause": "The server does not know the recipient.",
    "cause_id": "recipient-known",
    "evidence": [{"fact": "another recipient", "value": "250 Ok", "says": "it is the recipient"}],
    "advice": ["Check the recipient."],
    "unasked": ["sender domain: dnspython is not installed"],
    "transcript": ["[0.000] *: follow-up 1"],
    "connections": 2,
    "seconds": 0.4,
}


def registered(
    *results: dict[str, t.Any], use: str = "u", host: t.Any = "web1"
) -> dict[str, t.Any]:
    """Return what the task registers, with one question in each item."""
    item = {"host": host, "use": use, "targets": [{"target": 3, "dialogue": 3, "cause": 1}]}
    own = {"ansible_loop_var": "asked", "asked": item}
    return {"results": [{**result, **own} for result in results]}


def only(*answers: Answer) -> Answer:
    """Return the one answer that there is."""
    (answer,) = answers
    return answer


def test_a_diagnosis_is_read_with_its_question() -> None:
    answer = only(*read_answers(registered({"diagnoses": [DIAGNOSIS]}), "u"))
    assert (answer.host, answer.target) == ("web1", 3)
    found = answer.diagnosis
    assert (found.certainty, found.cause_id) == ("proven", "recipient-known")
    assert found.evidence == (Evidence("another recipient", "250 Ok", "it is the recipient"),)
    assert (found.connections, found.seconds, found.problem) == (2, 0.4, "")


def test_an_earlier_use_of_the_role_does_not_count() -> None:
    assert not list(read_answers(registered({"diagnoses": [DIAGNOSIS]}), "another"))


@pytest.mark.parametrize(
    ("result", "problem"),
    [
        ({"unreachable": True, "msg": "timed out"}, "Ansible cannot reach the host: timed out"),
        ({"unreachable": True}, "Ansible cannot reach the host: no reason"),
        ({"failed": True, "msg": "no Python"}, "no Python"),
        ({"problem": "bad option: tls"}, "bad option: tls"),
        ({"diagnoses": [{"problem": "the server said 421"}]}, "the server said 421"),
        ({"diagnoses": []}, "the host has returned no diagnosis"),
        ({"diagnoses": [{"certainty": "proven"}]}, "the host has returned no diagnosis"),
    ],
)
def test_why_there_is_no_diagnosis_is_told(result: dict[str, t.Any], problem: str) -> None:
    diagnosis = only(*read_answers(registered(result), "u")).diagnosis
    assert (diagnosis.problem, diagnosis.certainty, diagnosis.cause) == (problem, "open", "")


@pytest.mark.parametrize("value", [None, 7, "text", {}, [7], {"results": 7}, {"results": ["a"]}])
def test_what_is_no_result_has_no_answers(value: t.Any) -> None:
    assert not list(read_answers(value, "u"))


def of_log(answer: dict[str, t.Any]) -> Answer:
    """Return the answer of the host with a log, about a dialogue of web1."""
    found = registered({"diagnoses": [answer]}, host="relay1")
    found["results"][0]["asked"]["targets"] = [{"host": "web1", "target": 3, "cause": 1}]
    return only(*read_answers(found, "u"))


def test_what_a_log_says_is_about_the_host_that_has_probed() -> None:
    answer = of_log(DIAGNOSIS)
    assert (answer.host, answer.diagnosis.host, answer.diagnosis.of_log) == ("web1", "relay1", True)


def test_a_log_need_not_name_a_cause() -> None:
    found = of_log({**DIAGNOSIS, "cause": ""}).diagnosis
    assert (found.problem, found.cause, len(found.evidence)) == ("", "", 1)
    without = of_log({**DIAGNOSIS, "cause": "", "evidence": []}).diagnosis
    assert (without.problem, without.host) == ("the host has returned no diagnosis", "relay1")


def test_a_host_must_be_a_name() -> None:
    assert not list(read_answers(registered({"diagnoses": [DIAGNOSIS]}, host=["web1"]), "u"))


@pytest.mark.parametrize("value", [None, 7, True, [], {}, [[]], "x" * 10_000, NASTY, [NASTY] * 9])
@pytest.mark.parametrize("name", DIAGNOSIS)
def test_any_value_of_a_hostile_host_is_read_as_its_type(name: str, value: t.Any) -> None:
    answers = read_answers(registered({"diagnoses": [{**DIAGNOSIS, name: value}]}), "u")
    found = only(*answers).diagnosis
    texts = [found.cause, found.problem, *found.advice, *found.unasked, *found.transcript]
    for text in (*texts, *(part for one in found.evidence for part in vars_of(one))):
        assert text.isprintable()
        assert len(text) <= 6_000
    assert found.certainty in ("proven", "consistent", "open")
    assert found.seconds is None or isinstance(found.seconds, (int, float))


def vars_of(one: Evidence) -> tuple[str, str, str]:
    """Return the texts of a fact."""
    return one.fact, one.value, one.says


def test_a_huge_diagnosis_is_limited() -> None:
    many = ["x" * 100_000] * 1_000
    huge = {
        **DIAGNOSIS,
        "evidence": [{"fact": one, "value": one, "says": one} for one in many],
        **dict.fromkeys(("advice", "unasked", "transcript"), many),
    }
    answers = list(read_answers(registered(*[{"diagnoses": [huge] * 100}] * 100), "u"))
    assert len(answers) == 50
    assert len(repr(answers[0])) < 500_000
    assert [len(one) for one in answers[0].diagnosis.advice] == [600] * 5
