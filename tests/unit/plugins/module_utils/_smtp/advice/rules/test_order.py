# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for all rules, in their order."""

from __future__ import annotations

import itertools
import re

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.engine import advise
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.model import Facts
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.rules.order import RULES
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import KINDS, STAGES
from ansible_collections.mailops.smtp.tests.unit.plugins.module_utils._smtp.advice.examples import (
    EXAMPLES,
)


def test_every_rule_is_written_in_words_that_exist():
    for rule in RULES:
        assert rule.then, rule
        assert set(rule.stage.split()) <= set(STAGES), rule
        assert set(rule.kind.split()) <= set(KINDS), rule
        assert all(re.match(r"[2-5]\d\d$", code) for code in rule.code.split()), rule
        assert all(re.match(r"(-|X\.\d(\.\d+)?)$", word) for word in rule.enhanced.split()), rule


def test_no_rule_says_the_same_twice():
    for rule in RULES:
        assert len(set(rule.then.split())) == len(rule.then.split()), rule


def test_no_rule_trusts_a_text_alone_or_can_be_made_to_search_for_ever():
    for rule in RULES:
        assert not rule.text or rule.kind or rule.code or rule.enhanced, rule
        assert not re.search(r"(?<!\\)[*+]", rule.text), rule


def test_every_rule_decides_some_time():
    for rule in RULES:
        assert any(
            set(rule.then.split()) & {advice.id for advice in advise(facts)}
            for facts in facts_that_fit(rule)
        ), f"rules before this one say it all, or EXAMPLES has no text for it: {rule}"


def facts_that_fit(rule):
    """Return facts for which a rule holds."""
    code = int(rule.code.split()[0]) if rule.code else None
    by_class = {4: ["transient"], 5: ["permanent"]}
    kinds = rule.kind.split() or by_class[(code or 500) // 100]
    texts = [text for text in ("", *EXAMPLES) if re.search(rule.text, text, re.IGNORECASE)]
    for stage, kind, word, text in itertools.product(
        rule.stage.split() or STAGES, kinds, rule.enhanced.split() or ["-"], texts
    ):
        enhanced_code = None
        if word != "-":
            enhanced_code = ("4" if kind == "transient" else "5") + word[1:]
            if word.count(".") == 1:
                enhanced_code += ".999"  # a rule for a subject as a whole
        yield Facts(stage, kind, code, enhanced_code, text)
