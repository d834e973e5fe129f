# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a step ends the dialogue: after a reply, or after an error.

A step returns if the dialogue goes on, and raises EndOfDialogue if it ends.
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

# The kinds of error that a server or a network causes after the client has sent something.
_KINDS_AFTER_SENDING = ("timeout", "disconnect", "tls", "protocol")


class EndOfDialogue(Exception):
    """The dialogue ends with a failure, or without one because the server refused as expected."""

    def __init__(self, failure: Failure | None = None) -> None:
        super().__init__()
        self.failure = failure


def end_of(
    stage: Stage, reply: Reply, plan: Plan, recipient: str | None = None
) -> EndOfDialogue | None:
    """Return the end of the dialogue if it ends after this reply, or None if it goes on.

    An expected refusal ends the dialogue without a failure.
    """
    failure = verdict.judge_reply(stage, reply, plan.expected(stage), recipient)
    if failure is None and verdict.accepted(stage, reply):
        return None
    return EndOfDialogue(failure)


def judge(stage: Stage, reply: Reply, plan: Plan) -> None:
    """Raise EndOfDialogue if the dialogue ends after this reply."""
    end = end_of(stage, reply, plan)
    if end is not None:
        raise end


def end_with(ends: t.Iterable[EndOfDialogue | None], on_event: t.Callable[[str], None]) -> None:
    """Raise the first end that has a failure, or the first end of all if none of them has one.

    If `ends` raises ProbeError, a failure before it decides, and `on_event` is called with the
    error. A `protocol` error decides itself: it may show that the replies answer other commands.
    """
    refused: list[EndOfDialogue] = []
    failed = None
    try:
        for end in ends:
            if end is not None:
                refused.append(end)
                failed = failed or (end if end.failure is not None else None)
    except ProbeError as error:
        if failed is None or error.kind == "protocol":
            raise
        on_event(error.text)
    if refused:
        raise failed or refused[0]


def end_if(failure: Failure | None) -> None:
    """Raise EndOfDialogue if there is a failure."""
    if failure is not None:
        raise EndOfDialogue(failure)


def failure_of(error: ProbeError, stage: Stage, session: Session, plan: Plan) -> Failure | None:
    """Return the failure of an error at a stage, or None if the user expected it.

    A stray line is a failure of the stage of the reply before it.
    """
    replies = session.record.replies
    if error.seconds is None and error.kind in _KINDS_AFTER_SENDING:
        error.seconds = session.waited
    if isinstance(error, StrayLine) and replies:
        last = replies[-1]
        text = f"{error.text} after the reply to {last.command or 'the connection'}"
        return verdict.judge_error(last.stage, ProbeError(error.kind, text), ())
    if isinstance(error, UnsolicitedReply):
        session.record.note(stage, None, error.reply)
        return verdict.judge_unsolicited_421(stage, error.reply, plan.expected(stage))
    return verdict.judge_error(stage, error, plan.expected(stage))
