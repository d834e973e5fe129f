# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to ask the log of a server for, and what its answer proves. No I/O.

Both the result of a dialogue and that of `smtp_server_log` come from hosts that may be compromised.
So each value is read as the type that it should be, and bounded.
"""

from __future__ import annotations

import calendar
import ipaddress
import re
import time
import typing as t
from collections.abc import Iterator, Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import escape
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.servers.by_name import RULES

_STARTED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_MAIL = re.compile(r"MAIL FROM:<([^<>\s]{1,254})>", re.IGNORECASE)
_CODE = re.compile(r"(?:: |\breject=|\blr=\"|\bresult=\")([45]\d\d)[ -]", re.ASCII)

_MAX_SECONDS = 3600.0
_MAX_ADDRESS = 254
_MAX_CHARACTERS = 1000
_MAX_REPLY = 500
_MAX_RECIPIENTS = 10
_MAX_REPLIES = 500
_MAX_LISTENERS = 200
_MAX_REASONS = 20
_LITTLE_SPACE = 100 * 1024 * 1024  # some servers stop to take mail before that

# The causes that a line of a log can name.
CAUSE_IDS = frozenset(rule.cause_id for rules in RULES.values() for rule in rules if rule.cause_id)


class LogEvidence(t.NamedTuple):
    """What the log of a server says of a failure.

    `evidence` are dictionaries with `fact`, `value` and `says`. `cause_id` is the id of a piece of
    advice, or None. `certainty` is `proven` where the server's own line names the cause of exactly
    this dialogue, `consistent` where it fits, and `open` where no line tells the cause. `unasked`
    says what could not be read.
    """

    evidence: list[dict[str, str]]
    cause_id: str | None
    certainty: str
    unasked: list[str]


def log_request(result: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the options of `smtp_server_log` for a failed result of `smtp_handshake`.

    Empty where the result does not say from which address and when the server was asked. Behind
    NAT the server sees another address, and mostly another port, too.
    """
    client, message = _mapping(result.get("client")), _mapping(result.get("message"))
    own, seen = _ip(client.get("address")), _ip(client.get("seen_as"))
    address, began = seen or own, _began(result.get("started"))
    if address is None or began is None:
        return {}
    total = _number(_mapping(result.get("seconds")).get("total")) or 0.0
    options: dict[str, t.Any] = {
        "client": [address],
        "since": str(began),
        "until": str(began + min(max(total, 0.0), _MAX_SECONDS) + 1),
    }
    port = _integer(client.get("port"), 65535)
    if port and (seen is None or seen == own):
        options["client_port"] = port
    replies = [_mapping(one) for one in _sequence(result.get("replies"))[:_MAX_REPLIES]]
    for name, value in (
        ("queue_id", _text(message.get("queue_id"), _MAX_ADDRESS)),
        ("reply", _reply(_mapping(result.get("failure")))),
        ("sender", _sender(replies)),
        ("recipients", list(_refused(replies))[:_MAX_RECIPIENTS]),
    ):
        if value:
            options[name] = value
    return options


def evidence_of(
    log_result: Mapping[str, t.Any], result: Mapping[str, t.Any] | None = None
) -> LogEvidence:
    """Return what the result of `smtp_server_log` says of the failed dialogue `result`."""
    result = _mapping(result)
    deciding = _mapping(log_result.get("deciding")) if _was_connected(result) else {}
    cause_id, certainty = _conclusion(deciding, result)
    evidence = [
        {name: _text(text, _MAX_CHARACTERS) or "" for name, text in one.items()}
        for one in (
            *_of_line(deciding),
            *_of_networks(log_result, cause_id, result),
            *_of_listeners(log_result, result),
            *_of_disk(log_result),
        )
    ]
    reasons = _sequence(log_result.get("not_read"))[:_MAX_REASONS]
    unasked = [text for text in (_text(one, _MAX_CHARACTERS) for one in reasons) if text]
    return LogEvidence(evidence, cause_id, certainty, unasked)


def _was_connected(result: Mapping[str, t.Any]) -> bool:
    """Whether the dialogue reached the server, which otherwise has logged nothing of it."""
    failure = _mapping(result.get("failure"))
    return failure.get("stage") != "connect" or failure.get("kind") in ("tls", "disconnect")


def _conclusion(
    deciding: Mapping[str, t.Any], result: Mapping[str, t.Any]
) -> tuple[str | None, str]:
    cause_id = deciding.get("cause_id")
    if not isinstance(cause_id, str) or cause_id not in CAUSE_IDS:
        return None, "open"
    decides = deciding.get("kind") in ("refusal", "fault")
    names_it = deciding.get("exact") is True and deciding.get("certain") is True
    proven = decides and names_it and _agrees(deciding, result)
    return cause_id, "proven" if proven else "consistent"


def _agrees(deciding: Mapping[str, t.Any], result: Mapping[str, t.Any]) -> bool:
    """Whether the line fits what the client got: a reply with this code, or none.

    The server could have logged another dialogue with this client at the same time.
    """
    code = _integer(_mapping(result.get("failure")).get("code"), 599)
    if deciding.get("kind") == "fault":
        # What does not work for now is refused for now, but for logins (RFC 4954 section 6).
        return code is None or code < 500 or deciding.get("cause_id") == "authentication-service"
    found = _CODE.search(_text(deciding.get("line"), _MAX_CHARACTERS) or "")
    return found is None or int(found.group(1)) == code


def _of_line(deciding: Mapping[str, t.Any]) -> Iterator[dict[str, t.Any]]:
    if isinstance(deciding.get("line"), str):
        cause = deciding.get("cause")
        yield _evidence(
            "the server's log", deciding["line"], cause if isinstance(cause, str) else ""
        )


def _of_networks(
    log_result: Mapping[str, t.Any], cause_id: str | None, result: Mapping[str, t.Any]
) -> Iterator[dict[str, t.Any]]:
    """Say whether the address of the client is among those that Postfix relays for."""
    postfix = _mapping(_mapping(log_result.get("limits")).get("postfix"))
    client = _mapping(result.get("client"))
    address = _ip(client.get("seen_as")) or _ip(client.get("address"))
    value = _text(postfix.get("mynetworks"), _MAX_CHARACTERS)
    if cause_id != "relay-for-address" or address is None or not value:
        return
    try:
        networks = [
            ipaddress.ip_network(word.replace("[", "").replace("]", ""), strict=False)
            for word in re.split(r"[,\s]+", value)
            if word
        ]
    except ValueError:  # a table, or a network that is excluded
        return
    among = any(ipaddress.ip_address(address) in network for network in networks)
    says = f"{address} is among them" if among else f"{address} is not among them"
    yield _evidence("mynetworks of the server", value, says)


def _of_listeners(
    log_result: Mapping[str, t.Any], result: Mapping[str, t.Any]
) -> Iterator[dict[str, t.Any]]:
    """Say what is wrong with the listeners of the port, where something is."""
    port = _integer(_mapping(result.get("server")).get("port"), 65535)
    found = [_mapping(one) for one in _sequence(log_result.get("listeners"))[:_MAX_LISTENERS]]
    if port is None or not found:
        return
    addresses = [_ip(one.get("address")) for one in found if one.get("port") == port]
    for one in found:
        queued, limit = _integer(one.get("queued"), 10**9), _integer(one.get("queue_limit"), 10**9)
        if one.get("port") == port and queued and limit and queued >= limit:
            says = "the service accepts connections slower than they arrive"
            yield _evidence(f"accept queue of port {port}", f"{queued} of {limit}", says)
    if _mapping(result.get("failure")).get("stage") != "connect":
        return
    if not any(one.get("port") == port for one in found):
        yield _evidence(f"listeners of port {port}", "no listener", "no service has this port open")
    elif all(one is not None and ipaddress.ip_address(one).is_loopback for one in addresses):
        yield _evidence(
            f"listeners of port {port}",
            ", ".join(sorted({one for one in addresses if one})),
            "the service listens on loopback only",
        )


def _of_disk(log_result: Mapping[str, t.Any]) -> Iterator[dict[str, t.Any]]:
    disk = _mapping(log_result.get("disk"))
    free = _integer(disk.get("free_bytes"), 10**18)
    inodes = _integer(disk.get("free_inodes"), 10**18)
    path = _text(disk.get("path"), _MAX_CHARACTERS) or "the queue"
    if free is not None and free < _LITTLE_SPACE:
        yield _evidence(f"free space of {path}", f"{free} bytes", "the file system is almost full")
    elif inodes == 0:
        yield _evidence(f"free inodes of {path}", "0", "no file can be made there")


def _evidence(fact: str, value: str, says: str) -> dict[str, t.Any]:
    return {"fact": fact, "value": value, "says": says}


def _reply(failure: Mapping[str, t.Any]) -> str | None:
    """Return the text of the reply that a dialogue failed with, if it was a reply."""
    code = _integer(failure.get("code"), 599)
    return None if code is None else _text(failure.get("text"), _MAX_REPLY)


def _sender(replies: Sequence[Mapping[str, t.Any]]) -> str | None:
    for one in replies:
        match = _MAIL.match(_text(one.get("command"), 2 * _MAX_ADDRESS) or "")
        if match is not None:
            return match.group(1)
    return None


def _refused(replies: Sequence[Mapping[str, t.Any]]) -> Iterator[str]:
    """Yield the recipients that were refused."""
    for one in replies:
        code, recipient = _integer(one.get("code"), 599), _text(one.get("recipient"), _MAX_ADDRESS)
        if code is not None and code >= 400 and recipient:
            yield recipient


def _began(value: t.Any) -> int | None:
    """Return the time when a dialogue began, as seconds since 1970."""
    if not isinstance(value, str) or not _STARTED.fullmatch(value[:40]):
        return None
    try:
        return calendar.timegm(time.strptime(value, "%Y-%m-%dT%H:%M:%SZ"))
    except (ValueError, OverflowError):
        return None


def _ip(value: t.Any) -> str | None:
    try:
        return str(ipaddress.ip_address(value[:60])) if isinstance(value, str) else None
    except ValueError:
        return None


def _text(value: t.Any, limit: int) -> str | None:
    return escape(str.__str__(value)[:limit])[:limit] if isinstance(value, str) and value else None


def _number(value: t.Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e15:
        return None
    return float(value)


def _integer(value: t.Any, most: int) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        return None
    return value


def _mapping(value: t.Any) -> Mapping[str, t.Any]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: t.Any) -> Sequence[t.Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, (str, bytes)) else ()
