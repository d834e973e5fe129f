# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which options a host keeps, what it is asked again, and what counts of its answers."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.questions import (
    KEPT,
    Request,
    answers_of,
    options_to_keep,
    requests_of,
)
from ansible_collections.mailops.smtp.tests.unit.reports import NASTY, diagnosis

PLAIN = {"host": "relay", "port": 587, "helo": "web1.example.com", "tls": "never"}
SECRET = {
    **PLAIN,
    "login_user": "ann",
    "login_password": "very secret",
    "message": {"body": "private"},
    "expect": {"rcpt_to": ["550"]},
}
PASSED = {"passed": True}
REFUSAL = {
    "stage": "rcpt_to",
    "kind": "permanent",
    "code": 550,
    "enhanced_code": "5.1.1",
    "text": "no such user",
    "advice": ["x"],
}
FAILED: dict[str, t.Any] = {"passed": False, "failure": REFUSAL}
QUESTION = {"target": 0, "dialogue": 0, "cause": 1}


def registered(options: dict[str, t.Any], *results: t.Any) -> dict[str, t.Any]:
    """Return what a host with one target has registered."""
    return {"use": "u", KEPT: {"0": options}, "results": list(results)}


def only(value: t.Any, **question: int) -> Request:
    """Return the request of one question."""
    (request,) = requests_of(value, "u", [{**QUESTION, **question}])
    return request


class TestOptionsToKeep:
    def test_those_of_failed_targets_are_kept_without_secrets(self) -> None:
        kept = options_to_keep([PLAIN, SECRET, PLAIN], {"results": [PASSED, FAILED, PASSED]})
        assert kept == {"1": {**PLAIN, "login_user": "ann"}}

    @pytest.mark.parametrize("result", [{}, {"results": [PASSED]}, {"msg": "bad option"}])
    def test_nothing_is_kept_without_a_failed_dialogue(self, result: dict[str, t.Any]) -> None:
        assert options_to_keep([PLAIN], result) == {}

    @pytest.mark.parametrize(
        ("targets", "results"),
        [
            ([{"mx": "example.com"}, PLAIN], [PASSED, FAILED]),
            ([PLAIN, PLAIN], [FAILED]),
            ([PLAIN, PLAIN], [FAILED] * 7),
            ([PLAIN, PLAIN], ["no result", PASSED]),
        ],
    )
    def test_all_are_kept_if_it_is_not_known_whose_a_result_is(
        self, targets: list[dict[str, t.Any]], results: list[t.Any]
    ) -> None:
        kept = options_to_keep(targets, {"results": results})
        assert "0" in kept
        assert set(kept) <= {"0", "1"}


class TestRequests:
    def test_a_failed_dialogue_is_asked_about_with_its_own_options(self) -> None:
        failure = {name: value for name, value in REFUSAL.items() if name != "advice"}
        assert only(registered(PLAIN, FAILED)) == Request({**PLAIN, "failure": failure})

    def test_a_mail_exchanger_is_asked_by_its_name(self) -> None:
        options = {"mx": "example.com", "helo": "x"}
        result = {**FAILED, "item": {"mx": "example.com", "host": "mx2.example.com"}}
        request = only(registered(options, result))
        assert (request.options["host"], "mx" in request.options) == ("mx2.example.com", False)

    @pytest.mark.parametrize(
        ("host", "address", "options"),
        [
            ("relay:587", "192.0.2.1", {"port": 587, "tls_server_name": "relay"}),
            ("relay", "2001:db8::1", {"tls_server_name": "relay"}),
            ("192.0.2.1", "192.0.2.1", {}),
        ],
    )
    def test_one_of_several_addresses_is_asked_with_the_name_of_the_server_for_tls(
        self, host: str, address: str, options: dict[str, t.Any]
    ) -> None:
        result = {**FAILED, "item": {"host": host, "address": address}}
        request = only(registered({"host": host, "every_address": True}, result))
        request.options.pop("failure")
        assert request.options == {"host": address, **options}

    @pytest.mark.parametrize(
        ("options", "item"),
        [
            ({"mx": "example.com"}, {"host": NASTY}),
            ({"mx": "example.com"}, {"host": "-oProxyCommand"}),
            ({"mx": "example.com"}, {"host": 25}),
            ({"mx": "example.com"}, "text"),
            ({"host": "relay", "every_address": True}, {"address": "relay.example.com"}),
            ({"host": "relay", "every_address": True}, {}),
        ],
    )
    def test_a_host_that_names_no_address_is_not_asked(
        self, options: dict[str, t.Any], item: t.Any
    ) -> None:
        request = only(registered(options, {**FAILED, "item": item}))
        assert request.problem == "the host does not say which address of the server has failed"

    @pytest.mark.parametrize(
        "failure",
        [
            None,
            "text",
            {**REFUSAL, "stage": "dreamt"},
            {**REFUSAL, "stage": ["rcpt_to"]},
            {**REFUSAL, "kind": "odd"},
            {**REFUSAL, "code": "550"},
            {**REFUSAL, "code": True},
            {**REFUSAL, "code": 10**9},
        ],
    )
    def test_an_invalid_failure_is_not_asked_about(self, failure: t.Any) -> None:
        request = only(registered(PLAIN, {"passed": False, "failure": failure}))
        assert request.problem == "the host does not say why its dialogue has failed"

    def test_nobody_is_asked_after_421(self) -> None:
        request = only(registered(PLAIN, {"failure": {**REFUSAL, "code": 421}}))
        assert request.problem == "the server has answered 421, and is not asked again"

    def test_texts_of_a_failure_are_limited_and_of_the_right_type(self) -> None:
        long = {**REFUSAL, "text": "x" * 100_000, "enhanced_code": ["5.1.1"], "errno": 13}
        failure = only(registered(PLAIN, {"failure": long})).options["failure"]
        assert len(failure["text"]) == 4_096
        assert set(failure) == {"stage", "kind", "code", "text"}

    @pytest.mark.parametrize(
        ("value", "question", "problem"),
        [
            (None, {}, "the host has no results of this run"),
            ({**registered(PLAIN, FAILED), "use": "v"}, {}, "the host has no results of this run"),
            (registered(PLAIN), {}, "the host has no failed dialogue with this server"),
            (
                registered(PLAIN, FAILED),
                {"target": 1},
                "the host has no failed dialogue with this server",
            ),
            (
                registered(PLAIN, FAILED),
                {"dialogue": 1},
                "the host has no failed dialogue with this server",
            ),
        ],
    )
    def test_why_a_host_is_not_asked_is_told(
        self, value: t.Any, question: dict[str, int], problem: str
    ) -> None:
        assert only(value, **question) == Request({}, problem)


class TestAnswers:
    def test_the_documented_values_are_kept(self) -> None:
        given = {**diagnosis(), "ansible_facts": {"x": 1}, "problem": "none"}
        assert list(answers_of({"results": [given]}, 1)) == [diagnosis()]

    def test_there_are_no_more_answers_than_questions(self) -> None:
        assert len(list(answers_of({"results": [diagnosis()] * 9}, 2))) == 2

    @pytest.mark.parametrize("results", [None, 7, "text", {}, [], ["text"]])
    def test_a_result_may_be_anything(self, results: t.Any) -> None:
        assert len(list(answers_of({"results": results}, 1))) <= 1

    @pytest.mark.parametrize("value", [None, 7, True, {}, [], [[]], NASTY, float("inf"), 1e300])
    @pytest.mark.parametrize("name", diagnosis())
    def test_a_value_may_be_anything(self, name: str, value: t.Any) -> None:
        (answer,) = answers_of({"results": [{**diagnosis(), name: value}]}, 1)
        assert {key: type(one) for key, one in answer.items() if key != name} == {
            key: type(one) for key, one in diagnosis().items() if key != name
        }
        allowed = (type(diagnosis()[name]), int, float, type(None))
        assert isinstance(answer[name], allowed)

    def test_a_huge_answer_is_limited(self) -> None:
        many = ["x" * 100_000] * 10_000
        huge: dict[str, t.Any] = {**dict.fromkeys(diagnosis(), many), "cause": "x" * 10**6}
        huge["evidence"] = [{"fact": "x" * 10**6, "more": many}] * 1_000
        (answer,) = answers_of({"results": [huge]}, 1)
        assert len(repr(answer)) < 500_000
