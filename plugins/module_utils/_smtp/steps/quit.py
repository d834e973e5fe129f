# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Leave with QUIT, whatever came before (RFC 5321 section 4.1.1.10)."""

from __future__ import annotations

import typing as t

from ..._net.errors import ProbeError
from .ending import EndOfDialogue, failure_of, judge

if t.TYPE_CHECKING:
    from ..options.plan import Plan
    from ..session.session import Session

# Time for the reply to QUIT: by then all that matters has been said.
QUIT_SECONDS = 3.0


def can_quit(session: Session, _plan: Plan) -> bool:
    """Whether a command may be sent, and there is a server to read it."""
    return session.can_send


def send_quit(session: Session, plan: Plan) -> None:
    """Leave with QUIT. A server that does not answer has not failed."""
    try:
        _read_unanswered(session, plan)
        with session.timed("quit"):
            reply = session.quit("quit", QUIT_SECONDS)
    except ProbeError as error:
        session.record.transcript.event(error.text)
        if error.kind in ("timeout", "disconnect") and not plan.expected("quit"):
            return
        raise EndOfDialogue(failure_of(error, "quit", session, plan)) from error
    if reply is not None:
        judge("quit", reply, plan)


def _read_unanswered(session: Session, plan: Plan) -> None:
    """Read the replies to what was sent ahead when the first of them ended the dialogue."""
    asked = sum(recorded.stage == "rcpt_to" for recorded in session.record.replies)
    recipients = plan.envelope.rcpt_to[asked:]
    for command, recipient in zip(session.unanswered, recipients):
        session.command("rcpt_to", command, recipient)
