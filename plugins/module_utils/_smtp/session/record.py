# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a dialogue leaves behind, and the shape of it in the module's result. No I/O."""

from __future__ import annotations

import dataclasses
import sys
import time
import typing as t

from ..._net.text import escape
from ..model import STAGES, Failure
from ..wire.capabilities import Capabilities
from ..wire.reply import Reply
from ..wire.server_name import server_name_of
from .transcript import Transcript
from .verdict import accepted

if t.TYPE_CHECKING:
    from ..._net.addresses import Address
    from ..._net.stream import Channel
    from ..._net.tls.handshake import TlsSession
    from ..options.plan import Plan
    from ..wire.message import Message

# Where a server has sent too much, so much of a reply is kept: enough for its enhanced status code.
_MAX_KEPT_CHARACTERS = 200

# A failure's text is for a person, and the whole reply is among the replies. So is a sentence.
_MAX_FAILURE_CHARACTERS = 4096
_MAX_SENTENCE_TEXT = 400


class RecordedReply(t.NamedTuple):
    """One command and the reply to it; the greeting is a reply to no command."""

    stage: str
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

    `seconds` has what took how long: `resolve`, and each stage that took place.
    """

    plan: Plan
    transcript: Transcript
    addresses: list[Address] = dataclasses.field(default_factory=list)
    channel: Channel | None = None
    helo: str | None = None
    replies: list[RecordedReply] = dataclasses.field(default_factory=list)
    tls: TlsSession | None = None
    capabilities: Capabilities = dataclasses.field(default_factory=Capabilities)
    message: Message | None = None  # one that was sent, accepted or not
    seconds: dict[str, float] = dataclasses.field(default_factory=dict)
    failure: Failure | None = None
    attempts: int = 1
    _kept: int = 0

    def note(self, exchange: RecordedReply) -> None:
        """Put an exchange on record, without secrets.

        Where the server has sent too much, not all of its reply is kept: what is kept may take as
        much memory as what is kept in the transcript.
        """
        lines = tuple(self.transcript.masked_lines(exchange.reply.lines))
        self._kept += sum(map(sys.getsizeof, lines))
        if self._kept > self.transcript.room_bytes:
            first = lines[0][:_MAX_KEPT_CHARACTERS]
            lines = (first, "(left out: the server sent too much)")
        kept = exchange.reply._replace(lines=lines)
        self.replies.append(exchange._replace(reply=kept))

    @property
    def stage_seconds(self) -> dict[str, float]:
        """The seconds of each stage: all but those of the resolver, which is not the server."""
        return {stage: self.seconds[stage] for stage in STAGES if stage in self.seconds}

    @property
    def address(self) -> str | None:
        """The server's IP address; of several that did not answer, the last."""
        if self.channel is not None:
            return self.channel.address.ip
        return self.addresses[-1].ip if self.addresses else None

    @property
    def message_reply(self) -> Reply | None:
        """The reply that accepted the message, None where none did."""
        for exchange in self.replies:
            if exchange.stage == "message" and exchange.accepted:
                return exchange.reply
        return None

    @property
    def changed(self) -> bool:
        """Whether something is different now: a server took a message."""
        return self.message_reply is not None

    @property
    def server_name(self) -> str | None:
        """What the server calls itself: in its reply to EHLO, else in its greeting."""
        return server_name_of((one.stage, one.reply) for one in self.replies)

    def sentence(self) -> str:
        """Say in one sentence what failed, or that nothing did."""
        failure = self.failure
        if failure is None:
            return f"{self.plan.server}: passed"
        text = self._shown(failure.text)[:_MAX_SENTENCE_TEXT]
        if failure.code is not None:
            stage = failure.stage
            if failure.recipient is not None:
                stage = f"{stage} <{failure.recipient}>"
            text = f"{failure.code} {text} in reply to {stage}"
        else:
            text = f"{text} at {failure.stage}"
        if failure.expected:
            text = f"{text}, where {' or '.join(failure.expected)} was expected"
        # Where connecting failed, the text may name the server already.
        server = self.plan.server
        return text if text.startswith(server) else f"{server}: {text}"

    def as_result(self) -> dict[str, t.Any]:
        """Return the return values that the module documents."""
        return {
            "passed": self.failure is None,
            "failure": self._failure_result(),
            "server": {
                "host": self.plan.host,
                "port": None if self.plan.socket else self.plan.port,
                "address": self.address,
                "name": self.server_name,
                "mx_preference": self.plan.mx_preference,
            },
            "client": {
                "helo": self.helo,
                "address": self.channel.local[0] or None if self.channel else None,
                "port": self.channel.local[1] or None if self.channel else None,
            },
            "replies": self._replies_result(),
            "capabilities": self._capabilities_result(),
            "tls": self.tls.as_result(self.transcript.masked) if self.tls else None,
            "message": self._message_result(),
            "seconds": {
                name: round(seconds, 6)
                for name, seconds in [
                    *self.seconds.items(),
                    ("total", sum(self.stage_seconds.values())),
                ]
            },
            "transcript": self.transcript.lines,
            "attempts": self.attempts,
            "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.transcript.started)),
        }

    def _shown(self, text: str) -> str:
        """Return a text as it may be shown: printable, and without secrets."""
        return self.transcript.masked(escape(text))

    def _failure_result(self) -> dict[str, t.Any] | None:
        failure = self.failure
        if failure is None:
            return None
        from ..advice.rules import advise  # a table that a dialogue that passes need not load

        return {
            "stage": failure.stage,
            "kind": failure.kind,
            "code": failure.code,
            "enhanced_code": failure.enhanced_code,
            "text": self._shown(failure.text)[:_MAX_FAILURE_CHARACTERS],
            "advice": advise(
                failure.stage, failure.kind, failure.code, failure.enhanced_code, failure.text
            ),
        }

    def _replies_result(self) -> list[dict[str, t.Any]]:
        # A secret may be broken over replies.
        came = [line for exchange in self.replies for line in exchange.reply.lines]
        shown = iter(self.transcript.masked_lines(came))
        return [
            {
                "stage": exchange.stage,
                "command": exchange.command,
                "code": exchange.reply.code,
                "enhanced_code": exchange.reply.enhanced_code,
                "lines": [next(shown) for _line in exchange.reply.lines],
                "seconds": round(exchange.reply.seconds, 6),
                "accepted": exchange.accepted,
                "tls": exchange.tls,
                "recipient": exchange.recipient,
            }
            for exchange in self.replies
        ]

    def _capabilities_result(self) -> dict[str, list[str]]:
        """Return the capabilities, as long as there is room for them."""
        masked = self.transcript.masked
        room = self.transcript.room_bytes // 2
        result: dict[str, list[str]] = {}
        for keyword, parameters in self.capabilities.items():
            shown = [masked(parameter) for parameter in parameters]
            room -= sum(map(sys.getsizeof, [keyword, *shown]))
            if room < 0:
                break
            result[masked(keyword)] = shown
        return result

    def _message_result(self) -> dict[str, t.Any] | None:
        message = self.message
        if message is None:
            return None
        from ..wire.queue_id import queue_id  # a table that only a message needs

        return {
            "id": message.id,
            "token": message.token,
            "bytes": len(message.data),
            "queue_id": queue_id(self.message_reply) if self.message_reply else None,
        }
