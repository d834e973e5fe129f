# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The causes of a failure, with how to check them and what to change.

This is the one place where facts, rules, a user's own rows and remedies come together. The filter
`mailops.smtp.explain` and the report use it:

- `explain` tells what a reply means, and its causes.
- `advice_for` returns the causes of a result, or of its failure: a list of dictionaries with `id`,
  `cause`, `advice`, `check` (a list of texts), `change` (a text for each server) and `source`, the
  most likely cause first. It is empty if the result passed.

Nothing that a server has said is in what they return.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.catalogue.index import (
    look_up,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.engine import (
    MOST,
    OTHERWISE,
    RuleSet,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.model import Advice, Facts
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.registry.meaning import (
    meaning_of,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.rules.order import RULES

from .facts import facts_of_failure, facts_of_result
from .own_rows import NO_ROWS, OwnRows
from .remedy import Remedy, remedies
from .reply_codes import meaning_of_code
from .reply_text import read_reply

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Kind, Stage

_BUILT_IN = RuleSet(RULES)

# The stage of a reply whose stage is not known: most refusals are replies to RCPT.
_LIKELIEST: Stage = "rcpt_to"

# The kind of failure by the first digit of a code. Other codes are no failure.
_KINDS: Mapping[int, Kind] = {4: "transient", 5: "permanent"}

# Codes that are replies to one command alone (RFC 4954 section 6, RFC 5248).
_STAGES: Mapping[int, Stage] = dict.fromkeys((432, 523, 524, 525, 534, 535, 538), "auth")


class NotAResult(ValueError):
    """A dictionary is no result of smtp_handshake. The text says what to write."""


def causes_of(facts: Facts, own_rows: OwnRows = NO_ROWS) -> list[dict[str, t.Any]]:
    """Return the causes of a failure, the most likely one first. A user's own rows come first."""
    own = RuleSet(own_rows.rules).ids(facts)
    built_in = [one for one in _BUILT_IN.ids(facts) if one not in own]
    ids = [*own, *built_in][:MOST] or [OTHERWISE]
    known = {one.id: one for one in look_up([one for one in ids if one not in own_rows.advice])}
    return [
        _cause(
            own_rows.advice.get(one) or known[one],
            own_rows.remedies.get(one) or remedies().get(one, Remedy()),
        )
        for one in ids
    ]


def advice_for(
    result_or_failure: Mapping[str, t.Any], own_rows: OwnRows = NO_ROWS
) -> list[dict[str, t.Any]]:
    """Return the causes of a result of smtp_handshake, or of the failure in one.

    Each is a dictionary: `id`, `cause`, `advice`, `check`, `change` and `source`. A result knows
    more facts than its failure alone. The list is empty if there is no failure. `own_rows` are
    those that `own_rows.read_rows` has read.
    """
    facts = _facts(result_or_failure)
    return [] if facts is None else causes_of(facts, own_rows)


def explain_result(
    result_or_failure: Mapping[str, t.Any], own_rows: OwnRows = NO_ROWS
) -> dict[str, t.Any]:
    """Return what a result of smtp_handshake, or its failure, means, and its causes.

    Raise NotAResult.
    """
    if isinstance(result_or_failure.get("results"), list):
        raise NotAResult("has several results; use RESULT.results | map('mailops.smtp.explain')")
    facts = _facts(result_or_failure)
    if facts is None and result_or_failure.get("passed") is not True:
        raise NotAResult(
            "must be a result of smtp_handshake, or the failure in one, with its stage and kind"
        )
    if facts is None:
        return _explanation(None, None, None, [])
    return _explanation(facts.code, facts.enhanced_code, facts.kind, causes_of(facts, own_rows))


def explain_reply(
    text: str, stage: Stage | None = None, own_rows: OwnRows = NO_ROWS
) -> dict[str, t.Any]:
    """Return what a reply means, and its causes. Raise NoReply for a text that is no reply.

    A positive reply has no causes. If no stage is given, it is the one that a log or a bounce
    names, or the one that the code belongs to, or else rcpt_to.
    """
    reply, named = read_reply(text)
    code, enhanced_code = reply.code, reply.enhanced_code
    kind = _KINDS.get(code // 100)
    if kind is None:
        return _explanation(code, enhanced_code, None, [])
    at = stage or named or _STAGES.get(code) or _LIKELIEST
    facts = Facts(at, kind, code, enhanced_code, reply.text)
    return _explanation(code, enhanced_code, kind, causes_of(facts, own_rows))


def _facts(given: Mapping[str, t.Any]) -> Facts | None:
    return facts_of_failure(given) if "kind" in given else facts_of_result(given)


def _explanation(
    code: int | None,
    enhanced_code: str | None,
    kind: str | None,
    causes: list[dict[str, t.Any]],
) -> dict[str, t.Any]:
    return {
        "code": code,
        "enhanced_code": enhanced_code,
        "meaning": _meaning(code, enhanced_code),
        "kind": kind,
        "causes": causes,
    }


def _meaning(code: int | None, enhanced_code: str | None) -> str | None:
    """Return what the codes of a reply mean, or None if there is no reply."""
    if code is None:
        return None
    sentences = [f"{code}: {meaning_of_code(code)}."]
    meaning = meaning_of(enhanced_code or "")
    if meaning is not None:
        sentences.append(f"{enhanced_code}: {meaning.detail}.")
    return " ".join(sentences)


def _cause(advice: Advice, remedy: Remedy) -> dict[str, t.Any]:
    return {
        "id": advice.id,
        "cause": advice.cause,
        "advice": advice.text,
        "check": list(remedy.check),
        "change": dict(remedy.change),
        "source": advice.source,
    }
