# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""End the session with QUIT, after a success or a failure (RFC 5321 section 4.1.1.10)."""

from __future__ import annotations

import typing as t

from ..._net.errors import ProbeError
from .ending import EndOfDialogue, failure_of, judge

if t.TYPE_CHECKING:
    from ..options.plan import Plan
    from ..session.session import Session

# The reply to QUIT may take this long. The result of the dialogue does not depend on it.
QUIT_SECONDS = 3.0


def can_quit(session: Session, _plan: Plan) -> bool:
    """Return whether QUIT can be sent."""
    return session.can_send


def send_quit(session: Session, plan: Plan) -> None:
    """Send QUIT. No reply is not a failure, unless the user expects a reply."""
    try:
        _read_unanswered(session, plan)
        reply = session.timed("quit", session.quit, "quit", QUIT_SECONDS)
    except ProbeError as error:
        session.record.transcript.event(error.text)
        if error.kind in ("timeout", "disconnect") and not plan.expected("quit"):
            return
        raise EndOfDialogue(failure_of(error, "quit", session, plan)) from error
    if reply is not None:
        judge("quit", reply, plan)


def _read_unanswered(session: Session, plan: Plan) -> None:
    """Read the replies to pipelined RCPT commands, if an earlier reply ended the dialogue."""
    asked = sum(recorded.stage == "rcpt_to" for recorded in session.record.replies)
    recipients = plan.envelope.rcpt_to[asked:]
    for command, recipient in zip(session.unanswered, recipients):
        session.command("rcpt_to", command, recipient)
