# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The record of a dialogue. No I/O."""

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

# The length of a recorded reply after the server has sent too much. It is enough for the enhanced
# status code.
_MAX_KEPT_CHARACTERS = 200


class RecordedReply(t.NamedTuple):
    """A command and the reply to it. The greeting is a reply without a command.

    `reply` may be shown. `unmasked` is the reply with its secrets, or None if there are none in it.
    `tls` is whether the reply came over TLS.
    """

    stage: Stage
    command: str | None
    reply: Reply
    recipient: str | None = None
    tls: bool = False
    unmasked: Reply | None = None

    @property
    def judged(self) -> Reply:
        """The reply with its secrets, in which facts are looked for. It is never shown."""
        return self.unmasked or self.reply

    @property
    def accepted(self) -> bool:
        """Whether the dialogue can go on after the reply."""
        return accepted(self.stage, self.reply)


@dataclasses.dataclass
class Record:
    """The record of a dialogue, which is completed while the dialogue is held.

    `address` is the address of the server and `local` the address of this host, once they are
    connected. `message` is the message that was sent, even if the server did not accept it.
    `seconds` has the durations of `resolve`, of `tls`, and of each stage that took place.
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
        """Record a command and the reply to it as they may be shown, without secrets.

        The replies may take as much memory as the transcript. After that, only the first characters
        of a reply are recorded.
        """
        lines = tuple(self.transcript.masked_lines(reply.lines))
        unmasked = None if lines == reply.lines else reply._replace(came=())
        self._bytes_kept += sum(map(sys.getsizeof, lines + (unmasked.lines if unmasked else ())))
        if self._bytes_kept > self.transcript.budget_bytes:
            first = lines[0][:_MAX_KEPT_CHARACTERS]
            lines, unmasked = (first, "(left out: the server sent too much)"), None
        if reply.came or lines != reply.lines:
            reply = reply._replace(lines=lines, came=())
        is_tls = self.tls is not None
        self.replies.append(RecordedReply(stage, command, reply, recipient, is_tls, unmasked))

    @property
    def stage_seconds(self) -> dict[Stage, float]:
        """The duration of each stage in seconds. The look-up before the dialogue is not a stage."""
        return {stage: self.seconds[stage] for stage in STAGES if stage in self.seconds}

    @property
    def message_reply(self) -> RecordedReply | None:
        """The first reply that accepted the message, or None."""
        for recorded in self.replies:
            if recorded.stage == "message" and recorded.accepted:
                return recorded
        return None

    @property
    def changed(self) -> bool:
        """Whether the server accepted a message."""
        return self.message_reply is not None
