# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts in, advice out: how rules are tried, and what holds for every failure."""

from __future__ import annotations

import itertools
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.text import printable
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.engine import (
    MOST,
    OTHERWISE,
    RuleSet,
    advise,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.model import Facts, Rule
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import KINDS, STAGES
from ansible_collections.mailops.smtp.tests.unit.plugins.module_utils._smtp.advice.examples import (
    CODES,
    EXAMPLES,
)
from ansible_collections.mailops.smtp.tests.unit.plugins.module_utils._smtp.advice.failures import (
    refused,
)


def ids(rules, stage="rcpt_to", kind="permanent", code=550, enhanced_code=None, text=""):
    """Return what rules say of a refused recipient, or of another failure."""
    return RuleSet(rules).ids(Facts(stage, kind, code, enhanced_code, text))


class TestOneRule:
    """A rule holds when each of its columns does."""

    @pytest.mark.parametrize(
        ("column", "words", "others"),
        [
            ("stage", "rcpt_to", "mail_from data"),
            ("kind", "permanent", "transient timeout"),
            ("code", "550", "551 553"),
            ("enhanced", "X.1.1", "X.1.2 X.2.1"),
            ("enhanced", "X.1", "X.2 X.11"),
        ],
    )
    def test_one_of_the_words_of_a_column_must_be_true(self, column, words, others):
        refusal = {"enhanced_code": "5.1.1"}
        assert ids([Rule("it", **{column: words})], **refusal) == ["it"]
        assert ids([Rule("it", **{column: f"{others} {words}"})], **refusal) == ["it"]
        assert ids([Rule("it", **{column: others})], **refusal) == []

    @pytest.mark.parametrize("column", ["stage", "kind", "code", "enhanced", "text"])
    def test_all_columns_must_hold_at_once(self, column):
        all_hold = Rule("it", "rcpt_to", "permanent", "550", "X.1.1", "unknown")
        one_does_not = all_hold._replace(**{column: "999"})
        refusal = {"enhanced_code": "5.1.1", "text": "User unknown"}
        assert ids([all_hold, one_does_not], **refusal) == ["it"]
        assert ids([one_does_not], **refusal) == []

    def test_a_rule_without_columns_always_holds(self):
        assert ids([Rule("it")]) == ["it"]
        assert ids([Rule("it")], "connect", "timeout", None) == ["it"]

    def test_a_column_is_made_of_whole_words(self):
        assert ids([Rule("it", stage="rcpt")]) == []
        assert ids([Rule("it", code="55")]) == []

    def test_a_tab_in_a_text_counts_as_a_space(self):
        """A text is shown with its tabs escaped, and comes so from a result or a report."""
        assert ids([Rule("it", text="user unknown")], text=printable(b"User\tunknown")) == ["it"]

    def test_a_text_is_found_anywhere_in_upper_or_lower_case(self):
        assert ids([Rule("it", text="user UNKNOWN|no such")], text="<bob>: User unknown!") == ["it"]
        assert ids([Rule("it", text="^user")], text="<bob>: User unknown!") == []


class TestEnhancedCodes:
    """What an enhanced code counts as."""

    def test_the_class_does_not_matter(self):
        for digit in "245":
            assert ids([Rule("it", enhanced="X.7.25")], enhanced_code=f"{digit}.7.25") == ["it"]

    @pytest.mark.parametrize("none", [None, ""])
    def test_a_reply_without_one_is_a_dash(self, none):
        rules = [Rule("without", enhanced="-"), Rule("with", enhanced="X.0.0 X")]
        assert ids(rules, enhanced_code=none) == ["without"]

    def test_a_code_that_no_rule_names_counts_as_its_subject_and_what_is_undefined_of_it(self):
        rules = [Rule("undefined", enhanced="X.1.0"), Rule("subject", enhanced="X.1")]
        assert ids(rules, enhanced_code="5.1.99") == ["undefined", "subject"]

    def test_a_subject_that_nobody_knows_counts_as_undefined_altogether(self):
        assert ids([Rule("undefined", enhanced="X.0.0")], enhanced_code="5.9.1") == ["undefined"]
        assert ids([Rule("undefined", enhanced="X.9.0")], enhanced_code="5.9.1") == []

    def test_a_code_that_a_rule_names_counts_as_itself_alone(self):
        rules = [Rule("undefined", enhanced="X.1.0"), Rule("named", enhanced="X.1.99")]
        assert ids(rules, enhanced_code="5.1.99") == ["named"]

    def test_a_code_that_is_named_only_with_a_text_is_not_known_without_it(self):
        rules = [
            Rule("undefined", enhanced="X.1.0"),
            Rule("hint", enhanced="X.1.99", text="spam"),
        ]
        assert ids(rules, enhanced_code="5.1.99") == ["undefined"]
        assert ids(rules, enhanced_code="5.1.99", text="spam") == ["undefined", "hint"]


class TestManyRules:
    """The order of the rules is the order of likelihood."""

    def test_every_rule_that_holds_adds_its_advice_in_order(self):
        rules = [Rule("b a", stage="rcpt_to"), Rule("x", stage="data"), Rule("c", code="550")]
        assert ids(rules) == ["b", "a", "c"]

    def test_what_was_said_is_not_said_again(self):
        assert ids([Rule("a b"), Rule("b c a")]) == ["a", "b", "c"]

    def test_there_is_no_more_advice_than_asked_for(self):
        facts = Facts("message", "disconnect")
        whole = advise(facts, most=99)
        assert len(whole) > MOST == 5
        assert advise(facts) == whole[:MOST]
        assert advise(facts, most=1) == whole[:1]

    def test_where_no_rule_holds_there_is_the_transcript(self):
        unknown: t.Any = "something new"
        assert [one.id for one in advise(Facts("starttls", unknown))] == [OTHERWISE]

    def test_the_list_is_the_callers_own(self):
        facts = Facts("rcpt_to", "permanent", 550, "5.1.1")
        advise(facts).clear()
        assert advise(facts)


class TestEveryFailure:
    """What holds whatever failed."""

    @pytest.mark.thorough
    @pytest.mark.parametrize("kind", KINDS)
    def test_there_is_advice_without_repetition_and_not_too_much_of_it(self, kind):
        details = (None, "0.0", "1.1", "7.1", "9.999")
        for stage, code, detail in itertools.product(STAGES, CODES, details):
            enhanced_code = f"{code // 100}.{detail}" if code and detail else None
            for text in ("", "Relay access denied, too many connections, SPF, helo"):
                found = [one.id for one in advise(Facts(stage, kind, code, enhanced_code, text))]
                assert 1 <= len(found) <= MOST
                assert len(set(found)) == len(found)
                assert found != [OTHERWISE]


class TestHostileTexts:
    """A server can say what it likes."""

    @pytest.mark.thorough
    def test_nothing_that_the_server_says_is_repeated(self):
        canary = "zqxj-7f3a"
        for kind, hint in itertools.product(KINDS, EXAMPLES):
            facts = Facts("rcpt_to", kind, 550, "5.7.1", f"{canary} {hint} {canary}")
            assert not any(canary in advice.text for advice in advise(facts))

    @pytest.mark.thorough
    def test_a_text_can_add_to_what_the_codes_say_and_not_replace_it(self):
        for enhanced_code in ("5.1.1", "5.7.25", "5.7.26", "5.7.64", "5.3.4", "5.2.2"):
            silent = refused("rcpt_to", 550, enhanced_code)
            for hint in EXAMPLES:
                assert refused("rcpt_to", 550, enhanced_code, hint) == silent

    def test_braces_and_percent_signs_are_only_characters(self):
        silent = refused("rcpt_to", 550, "5.1.1")
        assert refused("rcpt_to", 550, "5.1.1", "{0} %s {{ lookup('x') }}") == silent

    @pytest.mark.parametrize(
        "unit", ["relay", "tls ", "a", "authentication ", "listed ", "bl", "\\x15", "too many "]
    )
    def test_a_very_long_text_is_not_searched_to_its_end(self, unit):
        advice = refused("rcpt_to", 550, "5.7.1", unit * 250000)
        assert advice == refused("rcpt_to", 550, "5.7.1", unit * 100)

    def test_a_hint_at_the_end_of_a_very_long_text_is_not_looked_for(self):
        hint = "blocked using zen.spamhaus.org"
        silent = refused("rcpt_to", 550, "5.7.1")
        assert refused("rcpt_to", 550, "5.7.1", "x" * 1900 + hint) != silent
        assert refused("rcpt_to", 550, "5.7.1", "x" * 2000 + hint) == silent


class TestLateCodes:
    """Some servers put the enhanced code after the text."""

    def test_a_code_after_a_number_sign_counts_where_none_comes_first(self):
        assert refused("rcpt_to", 550, None, "no mailbox here by that name (#5.1.1)") == refused(
            "rcpt_to", 550, "5.1.1"
        )
        assert refused("rcpt_to", 550, None, "#5.7.25 go away") == refused("rcpt_to", 550, "5.7.25")

    def test_it_does_not_replace_one_that_comes_first(self):
        silent = refused("rcpt_to", 550, "5.1.1")
        assert refused("rcpt_to", 550, "5.1.1", "or was it #5.7.25") == silent

    def test_its_class_must_be_that_of_the_reply(self):
        assert refused("rcpt_to", 450, None, "was (#5.7.25)") == refused("rcpt_to", 450, None)
