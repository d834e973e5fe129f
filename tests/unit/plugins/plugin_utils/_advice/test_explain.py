# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts, rules, own rows and remedies, joined."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.engine import (
    MOST,
    OTHERWISE,
    advise,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.model import Facts
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.result import result_of
from ansible_collections.mailops.smtp.plugins.plugin_utils._advice.explain import (
    NotAResult,
    advice_for,
    causes_of,
    explain_reply,
    explain_result,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._advice.own_rows import rows_from
from ansible_collections.mailops.smtp.plugins.plugin_utils._advice.reply_text import NoReply
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, ENVELOPE, TO_MAIL, Hold
from ansible_collections.mailops.smtp.tests.unit.reports import NASTY

DENIED = "550 5.7.1 Relaying denied"
FAILURE = {
    "stage": "rcpt_to",
    "kind": "permanent",
    "code": 550,
    "enhanced_code": "5.7.1",
    "text": "5.7.1 Relaying denied",
}
OWN = rows_from(
    [
        {
            "id": "gateway-policy",
            "cause": "The gateway takes mail from registered hosts only.",
            "advice": "Register this host.",
            "text": "denied|policy",
            "change": {"gateway": "Add the host."},
        },
        {"id": "log-in", "text": "denied", "advice": "Log in as the robot."},
    ]
)


def ids(explanation: dict[str, t.Any]) -> list[str]:
    return [one["id"] for one in explanation["causes"]]


class TestReply:
    """A reply that someone has at hand."""

    def test_it_has_a_meaning_and_causes_with_remedies(self):
        found = explain_reply(DENIED, "rcpt_to")

        assert (found["code"], found["enhanced_code"], found["kind"]) == (550, "5.7.1", "permanent")
        assert found["meaning"] == (
            "550: the mailbox is not available, or a policy refuses."
            " 5.7.1: a policy refuses the delivery."
        )
        first = found["causes"][0]
        assert list(first) == ["id", "cause", "advice", "check", "change", "source"]
        assert first["id"] == "relay-for-address"
        assert first["cause"] == "This client's address is not allowed to relay."
        assert "mynetworks" in first["change"]["postfix"]
        assert first["source"] == "postconf(5) mynetworks"

    @pytest.mark.parametrize(
        ("text", "end"),
        [
            ("552 5.2.2 Over quota", " 5.2.2: the recipient's mailbox is full."),
            ("450 4.7.999 Later", " 4.7.999: a policy of Microsoft's, by a code of its own."),
            ("550 No", "or a policy refuses."),
        ],
    )
    def test_both_codes_have_a_meaning(self, text: str, end: str):
        assert explain_reply(text)["meaning"].endswith(end)

    def test_the_causes_are_those_of_the_module_in_the_same_order(self):
        facts = Facts("rcpt_to", "permanent", 550, "5.7.1", "5.7.1 Relaying denied")
        assert ids(explain_reply(DENIED, "rcpt_to")) == [one.id for one in advise(facts)]

    def test_the_stage_makes_the_difference(self):
        at_rcpt, at_end = (explain_reply("554 5.7.1 no", one) for one in ("rcpt_to", "message"))
        assert ids(at_rcpt)[0] == "relay-for-address"
        assert ids(at_end)[0] == "content-filter"

    def test_a_log_names_the_stage(self):
        text = "said: 554 5.7.1 no (in reply to end of DATA command)"
        assert ids(explain_reply(text))[0] == "content-filter"
        assert ids(explain_reply(text, "rcpt_to"))[0] == "relay-for-address"

    def test_a_code_of_a_login_is_one_of_auth(self):
        assert ids(explain_reply("535 5.7.8 Error"))[0] == "user-and-password"

    def test_without_a_stage_it_is_a_reply_to_rcpt(self):
        assert ids(explain_reply("550 5.7.1 no")) == ids(explain_reply("550 5.7.1 no", "rcpt_to"))

    def test_a_refusal_for_now_is_transient(self):
        assert explain_reply("450 4.2.0 Greylisted")["kind"] == "transient"
        assert ids(explain_reply("450 4.2.0 Greylisted"))[0] == "greylist"

    @pytest.mark.parametrize("text", ["250 2.1.5 Ok", "354 go ahead", "220 mx ESMTP"])
    def test_a_positive_reply_has_a_meaning_and_no_cause(self, text: str):
        found = explain_reply(text)
        assert found["meaning"]
        assert (found["kind"], found["causes"]) == (None, [])

    def test_what_is_no_reply_is_an_error(self):
        with pytest.raises(NoReply):
            explain_reply("Relaying denied")

    def test_nothing_of_the_server_is_in_the_explanation(self):
        found = json.dumps(explain_reply(f"550 5.7.1 {NASTY}"))
        assert "calc" not in found
        assert "<script" not in found
        assert "{{" not in found

    def test_a_failure_that_no_rule_knows_has_advice_all_the_same(self):
        facts = Facts("quit", "unheard", None, None, "")  # type: ignore[arg-type]
        assert [one["id"] for one in causes_of(facts)] == [OTHERWISE]


class TestResult:
    """A result of the module, and its failure."""

    def test_a_failure_is_explained_as_its_reply_is(self):
        assert explain_result(FAILURE) == explain_reply(DENIED, "rcpt_to")

    def test_a_result_of_a_real_dialogue(self, hold: Hold):
        script = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: {DENIED}{END}"
        result = result_of(hold(script, **ENVELOPE))

        found = explain_result(result)

        assert (found["code"], found["enhanced_code"]) == (550, "5.7.1")
        assert ids(found)[0] == "relay-for-address"
        assert advice_for(result) == found["causes"]
        assert advice_for(result["failure"])[0] == found["causes"][0]

    def test_a_failure_without_a_reply_has_no_meaning(self):
        found = explain_result({"stage": "connect", "kind": "connect", "text": "refused"})
        assert (found["code"], found["meaning"], found["kind"]) == (None, None, "connect")
        assert ids(found)[0] == "service-listens"

    def test_a_result_that_passed_has_no_causes(self):
        passed = {"passed": True, "failure": None}
        assert explain_result(passed)["causes"] == []
        assert advice_for(passed) == []

    @pytest.mark.parametrize("given", [{}, {"failure": None}, {"stage": "x", "kind": "y"}])
    def test_another_dictionary_is_an_error(self, given: dict[str, t.Any]):
        with pytest.raises(NotAResult, match="must be a result of smtp_handshake"):
            explain_result(given)
        assert advice_for(given) == []

    def test_several_results_are_an_error_that_says_how(self):
        with pytest.raises(NotAResult, match=r"use RESULT\.results \| map"):
            explain_result({"results": [FAILURE]})


class TestOwnRows:
    """A user's own rows."""

    def test_they_come_before_the_built_in_causes(self):
        found = explain_reply(DENIED, "rcpt_to", OWN)
        assert ids(found)[:3] == ["gateway-policy", "log-in", "relay-for-address"]
        assert found["causes"][0]["change"] == {"gateway": "Add the host."}

    def test_a_cause_is_there_once_in_the_words_of_the_user(self):
        causes = explain_reply(DENIED, "rcpt_to", OWN)["causes"]
        (log_in,) = [one for one in causes if one["id"] == "log-in"]
        assert log_in["advice"] == "Log in as the robot."
        assert log_in["cause"] == "The server asks for a login first."

    def test_they_count_for_results_too(self):
        assert advice_for(FAILURE, OWN)[0]["id"] == "gateway-policy"

    def test_the_built_in_causes_stay_as_they_are_if_no_row_holds(self):
        assert explain_reply("550 5.1.1 x", None, OWN) == explain_reply("550 5.1.1 x")

    def test_the_number_of_causes_is_bounded(self):
        rows = [
            {"id": f"own-{n}", "cause": "A.", "advice": "B.", "code": 550} for n in range(MOST + 3)
        ]
        assert len(explain_reply(DENIED, "rcpt_to", rows_from(rows))["causes"]) == MOST
