# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that is known of a dialogue, while it is held and afterwards. No I/O."""

from __future__ import annotations

import dataclasses
import sys
import typing as t

from ..model import STAGES
from ..wire.capabilities import Capabilities
from .verdict import accepted

if t.TYPE_CHECKING:
    from ..._net.addresses import Address
    from ..._net.tls.handshake import TlsSession
    from ..model import Failure, Stage
    from ..options.plan import Plan
    from ..wire.message import Message
    from ..wire.reply import Reply
    from .transcript import Transcript

# What is kept of a reply where the server has sent too much: enough for its enhanced status code.
_MAX_KEPT_CHARACTERS = 200


class RecordedReply(t.NamedTuple):
    """One command and the reply to it; the greeting is a reply to no command."""

    stage: Stage
    command: str | None
    reply: Reply
    recipient: str | None = None
    tls: bool = False

    @property
    def accepted(self) -> bool:
        """Whether the reply lets the dialogue go on."""
        return accepted(self.stage, self.reply)


@dataclasses.dataclass
class Record:
    """All that is known of a dialogue. It grows while the dialogue is held.

    `address` is the server's and `local` this end's, once the connection stands. `message` is one
    that was sent, accepted or not. `seconds` are those of `resolve`, of `tls`, and of each stage
    that took place.
    """

    plan: Plan
    transcript: Transcript
    addresses: list[Address] = dataclasses.field(default_factory=list)
    address: Address | None = None
    local: tuple[str, int] = ("", 0)
    helo: str | None = None
    replies: list[RecordedReply] = dataclasses.field(default_factory=list)
    tls: TlsSession | None = None
    capabilities: Capabilities = dataclasses.field(default_factory=Capabilities)
    message: Message | None = None
    seconds: dict[str, float] = dataclasses.field(default_factory=dict)
    failure: Failure | None = None
    attempts: int = 1
    _bytes_kept: int = 0

    def note(
        self, stage: Stage, command: str | None, reply: Reply, recipient: str | None = None
    ) -> None:
        """Record a command and the reply to it, without secrets.

        Where the server has sent too much, not all of its reply is kept: what is kept may take as
        much memory as what is kept in the transcript.
        """
        lines = tuple(self.transcript.masked_lines(reply.lines))
        self._bytes_kept += sum(map(sys.getsizeof, lines))
        if self._bytes_kept > self.transcript.budget_bytes:
            first = lines[0][:_MAX_KEPT_CHARACTERS]
            lines = (first, "(left out: the server sent too much)")
        kept = reply._replace(lines=lines)
        self.replies.append(RecordedReply(stage, command, kept, recipient, self.tls is not None))

    @property
    def stage_seconds(self) -> dict[Stage, float]:
        """The seconds of each stage: all but those of the resolver, which is not the server."""
        return {stage: self.seconds[stage] for stage in STAGES if stage in self.seconds}

    @property
    def message_reply(self) -> Reply | None:
        """The reply that accepted the message, None where none did."""
        for recorded in self.replies:
            if recorded.stage == "message" and recorded.accepted:
                return recorded.reply
        return None

    @property
    def changed(self) -> bool:
        """Whether something is different now: a server took a message."""
        return self.message_reply is not None
