# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to check next after a failure: facts in, advice out. No I/O.

Rules are tried from the first to the last, the likeliest causes first. Every rule that holds adds
its advice, unless that was added before. The result is cut to `most` pieces.

The text of a reply is only a hint, as a server can be configured to say anything. No rule asks for
a text alone, so that the advice is sound without one, and no text of a server gets into the advice.

An enhanced code that no rule names says as much as its subject (RFC 3463 section 2). It counts as
X.SUBJECT.0, "other or undefined", so that rules that ask for a text may hold.

The other facts of a dialogue are asked for in the column `where` (see `conditions.py`).
"""

from __future__ import annotations

import re
import typing as t

from ..wire.reply import spaced
from .catalogue.index import look_up
from .conditions import holds
from .model import Advice, Facts, Rule
from .rules.groups import FAMILIES, OPEN
from .rules.order import RULES

# The most pieces of advice on one failure.
MOST = 5

# The advice when no rule holds.
OTHERWISE = "read-transcript"

# Only the beginning of a text is searched, as a hostile server may send a very long one.
_SEARCHED_CHARACTERS = 2000


# An enhanced code that does not come first in its reply: "(#5.1.1)" of qmail, "#5.7.1" of Cisco.
_LATE_CODE = re.compile(r"#([245]\.[0-9]{1,3}\.[0-9]{1,3})\b")


class RuleSet:
    """Rules, in the order in which they are tried."""

    def __init__(self, rules: t.Sequence[Rule]) -> None:
        """Take the rules."""
        self._rules = rules
        # The enhanced codes of which some rule knows the cause without a text.
        self.named = frozenset(
            code
            for rule in rules
            if not rule.text and not rule.where and rule.enhanced not in FAMILIES
            for code in rule.enhanced.split()
        )

    def ids(self, facts: Facts) -> list[str]:
        """Return the ids of all advice on a failure, the most likely cause first."""
        beginning = spaced(facts.text[:_SEARCHED_CHARACTERS])
        enhanced = self._readings(facts.enhanced_code or _late_code(facts, beginning))
        found: list[str] = []
        for rule in self._rules:
            if (
                _holds(rule, facts, enhanced)
                and re.search(rule.text, beginning, re.IGNORECASE)
                and holds(rule.where, facts)
            ):
                found += [one for one in rule.then.split() if one not in found]
        return found

    def _readings(self, enhanced_code: str | None) -> set[str]:
        """Return an enhanced code in the words of rules: itself, its subject, its stand-in."""
        if not enhanced_code:
            return {"-"}
        registered = "X" + enhanced_code[1:]
        subject = registered.rpartition(".")[0]
        readings = {registered, subject}
        if registered not in self.named:
            undefined = f"{subject}.0"
            readings.add(undefined if undefined in OPEN.split() else "X.0.0")
        return readings


def _late_code(facts: Facts, text: str) -> str | None:
    """Return the enhanced code later in a text, if its class is that of the reply code."""
    late = _LATE_CODE.search(text)
    if late is None or facts.code is None or late.group(1)[0] != str(facts.code)[0]:
        return None
    return late.group(1)


def _holds(rule: Rule, facts: Facts, enhanced: set[str]) -> bool:
    """Return whether all columns of a rule hold, but for its text and its conditions."""
    return (
        _has(rule.stage, {facts.stage})
        and _has(rule.kind, {facts.kind})
        and _has(rule.code, {str(facts.code)})
        and _has(rule.enhanced, enhanced)
    )


def _has(column: str, words: set[str]) -> bool:
    return not column or not words.isdisjoint(column.split())


_RULES = RuleSet(RULES)


def advise(facts: Facts, most: int = MOST) -> list[Advice]:
    """Return what to check next after a failure, the most likely cause first."""
    return look_up(_RULES.ids(facts)[:most] or [OTHERWISE])
