# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a step ends the dialogue: on a reply, on an error, or because nothing is left to do.

A step returns where the dialogue is to go on, and raises EndOfDialogue where it is not.
"""

from __future__ import annotations

import typing as t

from ..._net.errors import ProbeError, StrayLine, UnsolicitedReply
from ..session import verdict

if t.TYPE_CHECKING:
    from ..model import Failure, Stage
    from ..options.plan import Plan
    from ..session.session import Session
    from ..wire.reply import Reply


class EndOfDialogue(Exception):
    """The dialogue is over: it has failed, or it has done what it was to do."""

    def __init__(self, failure: Failure | None = None) -> None:
        super().__init__()
        self.failure = failure


def end_of(
    stage: Stage, reply: Reply, plan: Plan, recipient: str | None = None
) -> EndOfDialogue | None:
    """Return the end of the dialogue that a reply means, or None where it is to go on.

    A refusal that was expected ends it too, without a failure.
    """
    failure = verdict.judge_reply(stage, reply, plan.expected(stage), recipient)
    if failure is None and verdict.accepted(stage, reply):
        return None
    return EndOfDialogue(failure)


def judge(stage: Stage, reply: Reply, plan: Plan) -> None:
    """End the dialogue where a reply does not let it go on."""
    end = end_of(stage, reply, plan)
    if end is not None:
        raise end


def end_with(ends: t.Iterable[EndOfDialogue | None]) -> None:
    """End the dialogue with the first failure, or else the first refusal that was expected."""
    refused = [end for end in ends if end is not None]
    for end in refused:
        if end.failure is not None:
            raise end
    if refused:
        raise refused[0]


def end_if(failure: Failure | None) -> None:
    """End the dialogue where there is a failure."""
    if failure is not None:
        raise EndOfDialogue(failure)


def failure_of(error: ProbeError, stage: Stage, session: Session, plan: Plan) -> Failure | None:
    """Judge an error at a stage; a stray line belongs to the stage of the reply before it."""
    replies = session.record.replies
    if isinstance(error, StrayLine) and replies:
        last = replies[-1]
        text = f"{error.text} after the reply to {last.command or 'the connection'}"
        return verdict.judge_error(last.stage, ProbeError(error.kind, text), ())
    if isinstance(error, UnsolicitedReply):
        session.record.note(stage, None, error.reply)
        return verdict.judge_unsolicited_421(stage, error.reply, plan.expected(stage))
    return verdict.judge_error(stage, error, plan.expected(stage))
