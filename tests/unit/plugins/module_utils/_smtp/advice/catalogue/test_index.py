# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue: what holds for every piece of advice, whichever subject it belongs to."""

from __future__ import annotations

import pathlib
import re
import typing as t
from collections import Counter

import pytest
from ansible_collections.mailops.smtp.plugins.doc_fragments.dialogue import ModuleDocFragment
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.catalogue import index
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.catalogue.index import (
    look_up,
    subjects,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.engine import OTHERWISE
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.model import Advice
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.rules.order import RULES
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis import experiments
from ansible_collections.mailops.smtp.plugins.modules import smtp_handshake

ADVICE = [advice for subject in subjects() for advice in subject]

# A section of an RFC; a manual page, maybe with the word to look for in it; a page; an option or a
# return value of the module.
RFC = re.compile(r"RFC [1-9]\d{2,3} section [1-9]\d*(\.[1-9]\d*)*")
PAGE = re.compile(r"[A-Za-z][\w.-]*\([1-8]\)( [a-z][a-z0-9_]*)?")
URL = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+/[\w./#-]*")
OPTION = re.compile(r"smtp_handshake ([a-z][a-z_.]*)")

# No advice is longer than a reader takes in at once.
LONGEST = 282
LONGEST_CAUSE = 90


def ids_of_rules() -> set[str]:
    """Return all ids that rules refer to."""
    return {one for rule in RULES for one in rule.then.split()} | {OTHERWISE}


def documented() -> set[str]:
    """Return the options and return values of the module, as its documentation has them."""
    options = smtp_handshake.DOCUMENTATION + ModuleDocFragment.DOCUMENTATION
    names = re.findall(r"^  ([a-z_]+):$", options, re.MULTILINE)
    return {*names, *re.findall(r"^([a-z_]+):$", smtp_handshake.RETURN, re.MULTILINE)}


def test_every_id_is_unique():
    repeated = [one for one, times in Counter(advice.id for advice in ADVICE).items() if times > 1]
    assert repeated == []


def test_no_two_pieces_of_advice_say_the_same():
    repeated = [
        text for text, times in Counter(advice.text for advice in ADVICE).items() if times > 1
    ]
    assert repeated == []


def test_every_id_is_made_of_a_few_words():
    for advice in ADVICE:
        assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+){1,4}", advice.id) or advice.id in (
            "greylist",
            "impostor",
            "middlebox",
        ), advice.id


def test_rules_refer_to_what_is_there():
    assert ids_of_rules() - {advice.id for advice in ADVICE} == set()


def ids_of_experiments() -> set[str]:
    """Return all words in quotes in the experiments of a diagnosis. Some are ids of causes."""
    folder = pathlib.Path(next(iter(experiments.__path__)))
    texts = [path.read_text(encoding="utf-8") for path in folder.glob("*.py")]
    return {one for text in texts for one in re.findall(r'"([a-z0-9-]+)"', text)}


def test_every_piece_of_advice_is_reached_by_a_rule_or_an_experiment():
    assert {advice.id for advice in ADVICE} - ids_of_rules() - ids_of_experiments() == set()


@pytest.mark.parametrize("advice", ADVICE, ids=lambda advice: advice.id)
def test_advice_is_a_sentence_or_two_in_plain_characters(advice):
    assert re.fullmatch(r"[A-Z][ -~]*\.", advice.text)
    assert 40 <= len(advice.text) <= LONGEST, "is a comma missing, or is it two pieces?"
    assert "  " not in advice.text
    assert advice.text.count("`") % 2 == 0


@pytest.mark.parametrize("advice", ADVICE, ids=lambda advice: advice.id)
def test_a_cause_is_one_short_sentence_in_plain_characters(advice):
    assert re.fullmatch(r"[A-Z`][ -~]*[A-Za-z0-9]\.", advice.cause)
    assert 20 <= len(advice.cause) <= LONGEST_CAUSE, "is it one sentence?"
    assert "  " not in advice.cause
    assert ". " not in advice.cause
    assert advice.cause.count("`") % 2 == 0


def test_no_two_pieces_of_advice_have_the_same_cause():
    repeated = [
        text for text, times in Counter(advice.cause for advice in ADVICE).items() if times > 1
    ]
    assert repeated == []


@pytest.mark.parametrize("advice", ADVICE, ids=lambda advice: advice.id)
def test_every_source_can_be_looked_up(advice):
    for source in advice.source.split("; "):
        option = OPTION.fullmatch(source)
        if option:
            assert option.group(1) in documented()
        else:
            assert RFC.fullmatch(source) or PAGE.fullmatch(source) or URL.fullmatch(source), source


def test_no_subject_is_left_out():
    folder = pathlib.Path(index.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {"index", "__init__"}
    assert len(list(subjects())) == len(files)


class TestLookUp:
    """Advice by its id."""

    def test_advice_comes_in_the_order_of_the_ids_whatever_the_subject(self):
        for wanted in (["log-in", "service-listens"], ["service-listens", "log-in"]):
            assert [advice.id for advice in look_up(wanted)] == wanted

    def test_every_piece_is_found(self):
        assert look_up([advice.id for advice in ADVICE]) == ADVICE

    def test_what_is_not_there_is_not_passed_over(self):
        with pytest.raises(KeyError):
            look_up(["log-in", "no-such-advice"])

    def test_subjects_are_imported_until_all_is_found(self, monkeypatch: pytest.MonkeyPatch):
        asked = []

        def watched() -> t.Iterator[tuple[Advice, ...]]:
            for subject in subjects():
                asked.append(subject)
                yield subject

        monkeypatch.setattr(index, "subjects", watched)
        look_up([ADVICE[0].id])
        assert len(asked) == 1
        look_up([ADVICE[0].id, ADVICE[-1].id])
        assert len(asked) == 1 + len(list(subjects()))
