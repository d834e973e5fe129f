# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The name that a server gives a message that it took, read from its reply. No I/O."""

from __future__ import annotations

import re
import typing as t

from .reply import Reply

# What servers say on acceptance: Postfix, Exim, Sendmail, Exchange, Haraka, Dovecot, qmail, Gmail.
_QUEUE_ID = re.compile(
    r"""
      \bqueued\ as\ <(?P<message_id>[^<>\s]+)>
    | \bqueued\ as\ (?P<postfix>[\w.-]+)
    | \bid=(?P<exim>[\w-]+)
    | ^2\.\d\.\d\ (?P<sendmail>[\w-]{8,})\ Message\ accepted
    | <(?P<exchange>[^<>\s]+)>\ (?:\[InternalId=|Queued\ mail\ for\ delivery)
    | \bMessage\ Queued\ \((?P<haraka>[\w.-]+)\)
    | ^2\.\d\.\d\ (?:<[^<>\s]*>\ )?(?P<dovecot>[\w+/=:.-]+)\ Saved
    | \bok\ (?P<qmail>\d+)\ qp\ \d+
    | \bOK\ +(?P<gmail>\d+\ [\w.-]+)\ -\ gsmtp
    """,
    re.VERBOSE | re.IGNORECASE,
)


def queue_id(reply: Reply) -> str | None:
    """What the server calls the message that it took, None where it does not say."""
    match = _QUEUE_ID.search(reply.text[:1000])
    return match.group(t.cast(str, match.lastgroup)) if match else None
