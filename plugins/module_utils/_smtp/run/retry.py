# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hold a dialogue, and hold it again after a failure that may be temporary."""

from __future__ import annotations

import typing as t

from ..._net.network import SYSTEM
from ..dialogue import hold
from ..session.transcript import BUDGET_BYTES, Transcript

if t.TYPE_CHECKING:
    from ..._net.network import Network
    from ..options.plan import Plan
    from ..session.lookup import ServerLookup
    from ..session.record import Record

_RETRIED_KINDS = ("transient", "timeout", "connect", "disconnect", "local")


class Attempts:
    """The attempts to hold one dialogue, which share a transcript.

    `budget_bytes` is the limit on the memory for the texts of the server.
    """

    def __init__(
        self,
        plan: Plan,
        lookup: ServerLookup,
        budget_bytes: int = BUDGET_BYTES,
        network: Network = SYSTEM,
    ) -> None:
        self._plan = plan
        self._lookup = lookup
        self._network = network
        self._transcript = Transcript(plan.secret_pattern, budget_bytes, network.now)
        self._count = 0

    def hold(self) -> Record | None:
        """Hold the dialogue once. Return its record, or None if it must be held again.

        In that case, call this method again after `retry_delay` seconds, in any thread.
        """
        plan = self._plan
        record = hold(plan, self._lookup, self._transcript, self._network)
        self._count += 1
        if self._count <= plan.limits.retries and can_retry(record):
            self._transcript.event(
                f"attempt {self._count} failed; the next begins in {plan.limits.retry_delay:g} s"
            )
            return None
        record.attempts = self._count
        if record.tls is not None:
            from .certificate_probe import complete_certificate  # plain text has no certificate

            complete_certificate(plan, self._lookup, record, self._network)
        return record


def can_retry(record: Record) -> bool:
    """Return whether another attempt may pass, and cannot deliver a message twice.

    A server that does not reply to the message, or disconnects instead, may have accepted it
    (RFC 5321 section 6.1). With LMTP it may have done so for the recipients without a reply.
    """
    failure = record.failure
    if failure is None or failure.kind not in _RETRIED_KINDS or record.changed:
        return False
    if failure.stage != "message":
        return True
    replies = sum(recorded.stage == "message" for recorded in record.replies)
    return failure.kind == "transient" and replies == len(record.plan.message_recipients)
