# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server has shown in the dialogues of an audit, whatever was asked. No I/O."""

from __future__ import annotations

import typing as t

from ..wire.reply import spaced
from ..wire.seen_as import seen_as
from ..wire.server_name import server_name_of

if t.TYPE_CHECKING:
    from ..._net.tls.certificate import Certificate
    from ..session.record import Record, RecordedReply


class Observed(t.NamedTuple):
    """What one address of a server has shown.

    `keywords` are those of its first reply to EHLO, without TLS if there was one, or None if it
    has accepted no EHLO. `seen_as` is the address that it says it sees. `certificates` are those of
    its chain, the server's own first.
    """

    greeting: str = ""
    keywords: tuple[str, ...] | None = None
    server_name: str | None = None
    seen_as: str | None = None
    certificates: tuple[Certificate, ...] = ()

    def with_more(self, later: Observed) -> Observed:
        """Return this with what it lacks and a later dialogue has."""
        return Observed(
            self.greeting or later.greeting,
            self.keywords if self.keywords is not None else later.keywords,
            self.server_name or later.server_name,
            self.seen_as or later.seen_as,
            self.certificates or later.certificates,
        )


def observed_of(record: Record) -> Observed:
    """Return what the record of a dialogue shows, without secrets.

    The name of the server is read from replies without secrets: the DNS is asked for it.
    """
    replies = record.replies
    address = seen_as([(one.command, one.judged) for one in replies])
    greeting = next((one.reply.text for one in replies if one.stage == "greeting"), "")
    tls = record.tls
    return Observed(
        greeting,
        next((words for words in map(_keywords, replies) if words is not None), None),
        server_name_of((one.stage, one.reply) for one in replies),
        None if address is None else record.transcript.masked(address),
        tls.chain if tls is not None else (),
    )


def _keywords(recorded: RecordedReply) -> tuple[str, ...] | None:
    """Return the keywords in a reply to EHLO, sorted, or None if it is another reply."""
    if not (recorded.command or "").upper().startswith(("EHLO", "LHLO")) or not recorded.accepted:
        return None
    words = (spaced(line).split() for line in recorded.reply.lines[1:])
    return tuple(sorted({one[0].upper().partition("=")[0] for one in words if one}))
