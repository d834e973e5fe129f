# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start TLS on the connection, and judge the server's certificate."""

from __future__ import annotations

import typing as t

from ..._net.errors import ProbeError
from ..session import verdict
from .ending import end_if

if t.TYPE_CHECKING:
    from ..model import Stage
    from ..options.plan import Plan
    from ..session.session import Session


def start_tls(session: Session, plan: Plan, stage: Stage) -> None:
    """Start TLS. Raise ProbeError if the handshake fails, and EndOfDialogue for the certificate."""
    # It imports ssl, which a dialogue in plain text does not need.
    from ..._net.tls import handshake

    record = session.record
    can_send, session.can_send = session.can_send, False  # no QUIT if the handshake fails
    session.expect_answer()
    record.tls = session.timed(
        "tls",
        handshake.start,
        session.stream,
        plan.tls,
        plan.tls_name,
        session.lookup.tlsa,
        session.next_deadline(),
    )
    if record.tls.error is not None:
        cause = record.tls.cause
        raise ProbeError(
            "tls",
            record.tls.error,
            errno=cause.errno if cause else None,
            tcp_info=cause.tcp_info if cause else None,
            seconds=session.waited,  # now, and not after more of our own work
        ) from cause
    session.can_send = can_send
    record.transcript.event(str(record.tls))
    if record.tls.dane is not None:
        end_if(verdict.judge_dane(stage, record.tls.dane.error))
    end_if(verdict.judge_certificate(stage, record.tls.days_left, plan.tls))
