# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judge what was held: the answers that are wanted, and those that came. No I/O.

A verdict is never better than its evidence. An answer that says nothing about the policy of the
server is `undecided`: a reply 4yz, a time-out, a lost connection, or one that is no SMTP.
"""

from __future__ import annotations

import re
import typing as t

from ..options.expectation import Pattern
from .model import VERDICTS, WANTS, Answer, Verdict
from .predicates import PREDICATES

if t.TYPE_CHECKING:
    from .model import Check, Held, VerdictName

_NO_ANSWER = Verdict("undecided", "no answer came")


def judge(check: Check, held: Held) -> Verdict:
    """Return the verdict on one connection of a check."""
    if held.missing is not None:
        return Verdict("not_applicable", f"{held.missing} is not known")
    if held.offered is not None:
        for keyword in check.offers:
            if not held.offered.offers(keyword):
                return Verdict("not_applicable", f"the server does not offer {keyword}")
    if check.offers_tls and held.last is not None and held.last.name != check.steps[0].replies[0]:
        # A server that refuses before TLS has refused nothing of what is offered.
        return Verdict("undecided", _evidence("tls", held.last, early=True), held.last)
    for name, wanted in check.requires.items():
        verdict = _judge_answer(name, wanted, held, early_counts=False)
        if verdict.name != "sound":
            unmet: VerdictName = "not_applicable" if verdict.name == "finding" else "undecided"
            evidence = f"{verdict.evidence}, and the check needs {' or '.join(wanted)} there"
            return verdict._replace(name=unmet, evidence=evidence)
    verdicts = [
        _judge_answer(name, wanted, held, never=check.never.get(name, ()))
        for name, wanted in check.want.items()
    ]
    for predicate in check.predicates:
        verdicts.append(PREDICATES[predicate.name].judge(predicate.argument, held))
    return worst(verdicts)


def worst(verdicts: t.Sequence[Verdict]) -> Verdict:
    """Return the worst of several verdicts: the first of them, or the last one that is sound.

    A sound verdict rests on a refusal if any of them does.
    """
    if not verdicts:
        return _NO_ANSWER
    found = min(verdicts, key=lambda verdict: VERDICTS.index(verdict.name))
    if found.name != "sound":
        return found
    sound = [one for one in verdicts if one.name == "sound"]
    return sound[-1]._replace(by_refusal=any(one.by_refusal for one in sound))


def _judge_answer(
    name: str,
    wanted: t.Sequence[str],
    held: Held,
    early_counts: bool = True,
    never: t.Sequence[str] = (),
) -> Verdict:
    """Judge the answer to one step. An earlier answer that ended the dialogue stands for it.

    If `early_counts` is false, an earlier refusal is a finding, whatever is wanted.
    """
    answer = held.answers.get(name)
    early = answer is None
    if answer is None:
        answer = held.last
    if answer is None:
        return _NO_ANSWER
    evidence = _evidence(name, answer, early)
    counts = early_counts or not early
    if counts and any(_matches(one, answer, early) for one in wanted):
        return Verdict("sound", evidence, answer, by_refusal=_is_refusal(answer))
    if not early and any(_matches(one, answer, early) for one in never):
        return Verdict("finding", evidence, answer)
    if answer.reply is None:
        return _judge_event(wanted, answer, evidence)
    doubt = _doubt(answer.reply.code)
    if doubt is not None:
        return Verdict("undecided", f"{evidence} ({doubt})", answer)
    decides = not (counts and early) or "accepted" in wanted
    return Verdict("finding" if decides else "undecided", evidence, answer)


def _doubt(code: int) -> str | None:
    """Return why a code says nothing about the policy of the server, or None if it does."""
    if code == 421:
        return "the server closes the service"
    if code // 100 == 4:
        return "a temporary refusal"
    return "not a reply to a command" if code // 100 == 1 else None


def _judge_event(wanted: t.Sequence[str], answer: Answer, evidence: str) -> Verdict:
    """Judge an answer that is no reply, and that is not wanted."""
    if answer.happening == "connected" and {"unreachable", "rejected"} & {*wanted}:
        return Verdict("finding", "the server accepts connections", answer)
    if answer.happening == "unreachable" and "connected" in wanted and answer.kind == "connect":
        return Verdict("finding", f"nothing answers: {evidence}", answer)
    if answer.takes_or_refuses:
        return Verdict("finding", evidence, answer)
    return Verdict("undecided", evidence, answer)


def _matches(wanted: str, answer: Answer, early: bool) -> bool:
    """Return whether an answer is what one alternative wants."""
    if wanted == "any":
        return answer.reply is not None and answer.reply.code != 421
    reply = answer.reply
    if reply is None:
        return _matches_event(wanted, answer)
    if wanted == "slowed":
        return answer.is_slow and not early
    if wanted == "accepted":
        return reply.code // 100 in (2, 3) and not early
    if wanted == "refused":
        return reply.code // 100 == 5
    return wanted not in WANTS and Pattern.parse("rcpt_to", wanted).matches_reply(reply)


def _matches_event(wanted: str, answer: Answer) -> bool:
    """Return whether an answer that is no reply is what one alternative wants."""
    if answer.choice is not None and wanted.startswith("/"):
        return re.search(wanted[1:-1], answer.text, re.IGNORECASE) is not None
    return wanted == answer.happening or (wanted == "rejected" and answer.rejected)


def is_met(wanted: t.Sequence[str], answer: Answer) -> bool:
    """Return whether an answer is one of those that a check needs."""
    return any(_matches(one, answer, False) for one in wanted)


def _is_refusal(answer: Answer) -> bool:
    if answer.reply is None:
        return answer.happening in ("closed", "unreachable", "refused")
    return answer.reply.code >= 400


def _evidence(name: str, answer: Answer, early: bool) -> str:
    """Return a sentence that quotes the answer."""
    what = answer.command or answer.name
    times = f" (number {len(answer.waits)})" if answer.waits else ""
    text = f"{what}{times}: {answer.shown}"
    return f"{text} (so {name} was not reached)" if early and answer.name != name else text
