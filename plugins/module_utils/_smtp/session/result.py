# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the return values of the module from a record. No I/O.

The return values are printable and contain no secrets.
"""

from __future__ import annotations

import sys
import time
import typing as t

from ..._net.text import NOT_SHOWN, escape
from ..wire.server_name import server_name_of

if t.TYPE_CHECKING:
    from .record import Record

# Limits on the text of a failure, which is for people. The whole reply is in `replies`.
_MAX_FAILURE_CHARACTERS = 4096
_MAX_SENTENCE_TEXT = 400


def sentence_of(record: Record) -> str:
    """Return a sentence that says what failed, or that the dialogue passed."""
    failure, server = record.failure, record.plan.endpoint.title
    if failure is None:
        return f"{server}: passed"
    text = _shown(record, failure.text)[:_MAX_SENTENCE_TEXT]
    if failure.code is not None:
        stage: str = failure.stage
        if failure.recipient is not None:
            stage = f"{stage} <{failure.recipient}>"
        text = f"{failure.code} {text} in reply to {stage}"
    else:
        text = f"{text} at {failure.stage}"
    if failure.expected:
        text = f"{text}, where {' or '.join(failure.expected)} was expected"
    # The text of a connection that failed may already begin with the server.
    return text if text.startswith(server) else f"{server}: {text}"


def result_of(record: Record, advice: t.Sequence[str] = ()) -> dict[str, t.Any]:
    """Return the documented return values of the module. `advice` becomes a part of the failure."""
    return {
        "passed": record.failure is None,
        "failure": _failure(record, advice),
        "server": _server(record),
        "client": {
            "helo": record.helo,
            "address": record.local[0] or None,
            "port": record.local[1] or None,
            "seen_as": _seen_as(record),
        },
        "replies": _replies(record),
        "capabilities": _capabilities(record),
        "tls": record.tls.as_result(record.transcript.masked) if record.tls else None,
        "message": _message(record),
        "seconds": {
            name: round(seconds, 6)
            for name, seconds in [
                *record.seconds.items(),
                ("total", sum(record.stage_seconds.values())),
            ]
        },
        "transcript": record.transcript.lines,
        "attempts": record.attempts,
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.transcript.started)),
    }


def _shown(record: Record, text: str) -> str:
    """Return a printable text without secrets."""
    return record.transcript.masked(escape(text))


def _shown_part(record: Record, part: str | None) -> str | None:
    """Return a part of a reply without secrets. A part of a secret is not shown either."""
    if part is None or all(one.unmasked is None for one in record.replies):
        return part
    shown = record.transcript.masked(part)
    if shown != part or any(part in line for one in record.replies for line in one.reply.lines):
        return shown
    return NOT_SHOWN


def _failure(record: Record, advice: t.Sequence[str]) -> dict[str, t.Any] | None:
    failure = record.failure
    if failure is None:
        return None
    return {
        "stage": failure.stage,
        "kind": failure.kind,
        "code": failure.code,
        "enhanced_code": failure.enhanced_code,
        "text": _shown(record, failure.text)[:_MAX_FAILURE_CHARACTERS],
        "errno": failure.errno,
        "seconds": _rounded(failure.seconds),
        "round_trip": _rounded(failure.round_trip),
        "tcp_info": failure.tcp_info.as_result() if failure.tcp_info else None,
        "advice": list(advice),
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 6)


def _seen_as(record: Record) -> str | None:
    """Return the address that the server says it sees as the client, or None."""
    replies = [
        (one.command, one.judged)
        for one in record.replies
        if one.reply.code >= 400 or "[" in one.judged.lines[0]
    ]
    if not replies:
        return None
    from ..wire.seen_as import seen_as  # most replies of a server name no address

    address = seen_as(replies)
    return None if address is None else record.transcript.masked(address)


def _server(record: Record) -> dict[str, t.Any]:
    """Return the server. Its address is the last one tried if no connection was made."""
    endpoint = record.plan.endpoint
    address = record.address or (record.addresses[-1] if record.addresses else None)
    name = server_name_of((one.stage, one.judged) for one in record.replies)
    return {
        "host": endpoint.host,
        "port": None if endpoint.socket else endpoint.port,
        "address": address.ip if address else None,
        "name": _shown_part(record, name),
        "mx_preference": endpoint.mx_preference,
    }


def _replies(record: Record) -> list[dict[str, t.Any]]:
    # A secret may be split over several replies.
    lines = [line for recorded in record.replies for line in recorded.reply.lines]
    shown = iter(record.transcript.masked_lines(lines))
    return [
        {
            "stage": recorded.stage,
            "command": recorded.command,
            "code": recorded.reply.code,
            "enhanced_code": recorded.judged.enhanced_code,
            "lines": [next(shown) for _line in recorded.reply.lines],
            "seconds": round(recorded.reply.seconds, 6),
            "accepted": recorded.accepted,
            "tls": recorded.tls,
            "recipient": recorded.recipient,
        }
        for recorded in record.replies
    ]


def _capabilities(record: Record) -> dict[str, list[str]]:
    """Return the capabilities. They may take half as much memory as the transcript."""
    masked = record.transcript.masked
    bytes_left = record.transcript.budget_bytes // 2
    result: dict[str, list[str]] = {}
    for keyword, parameters in record.capabilities.items():
        shown = [masked(parameter) for parameter in parameters]
        bytes_left -= sum(map(sys.getsizeof, [keyword, *shown]))
        if bytes_left < 0:
            break
        result[masked(keyword)] = shown
    return result


def _message(record: Record) -> dict[str, t.Any] | None:
    message = record.message
    if message is None:
        return None
    from ..wire.queue_id import queue_id  # only a message needs its table

    reply = record.message_reply
    return {
        "id": message.id,
        "token": message.token,
        "bytes": len(message.data),
        "queue_id": _shown_part(record, queue_id(reply.judged)) if reply else None,
    }
