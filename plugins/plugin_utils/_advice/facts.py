# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the facts of a failure, which rules of advice ask for, from a result of smtp_handshake.

A result comes from a probing host and quotes a server. Each value is read as the type that is
documented for it, and a value of another type counts as missing.

On the probing host, `module_utils/_smtp/run/facts.py` makes the same facts from a record.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.model import Facts
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import KINDS, STAGES

from .._report.untrusted import integer, mapping, number, sequence, text

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Kind, Stage

# Limit on a text that rules search.
_MAX_CHARACTERS = 4096
_MAX_WORD = 300

_ENHANCED_CODE = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")

_PROTOCOLS = {"LHLO": "lmtp", "EHLO": "esmtp", "HELO": "smtp"}


def facts_of_failure(failure: Mapping[str, t.Any]) -> Facts | None:
    """Return the facts of a failure, or None if its stage or kind is unknown."""
    stage, kind = failure.get("stage"), failure.get("kind")
    if stage not in STAGES or kind not in KINDS:
        return None
    seconds, round_trip = number(failure.get("seconds")), number(failure.get("round_trip"))
    unacked = number(mapping(failure.get("tcp_info")).get("unacked"))
    return Facts(
        t.cast("Stage", str(stage)),
        t.cast("Kind", str(kind)),
        _code(failure.get("code")),
        _enhanced_code(failure.get("enhanced_code")),
        text(failure.get("text"), _MAX_CHARACTERS) or "",
        errno=text(failure.get("errno"), _MAX_WORD),
        seconds=seconds,
        round_trip=round_trip,
        unacknowledged=None if unacked is None else unacked > 0,
    )


def _code(value: t.Any) -> int | None:
    found = integer(value)
    return found if found is not None and 100 <= found < 600 else None


def _enhanced_code(value: t.Any) -> str | None:
    found = text(value)
    return found if found and _ENHANCED_CODE.fullmatch(found) else None


def facts_of_result(result: Mapping[str, t.Any]) -> Facts | None:
    """Return the facts of the failure of a result, or None if it has no failure."""
    facts = facts_of_failure(mapping(result.get("failure")))
    if facts is None:
        return None
    server, client = mapping(result.get("server")), mapping(result.get("client"))
    tls = mapping(result.get("tls"))
    replies = [mapping(one) for one in sequence(result.get("replies"))]
    facts = facts._replace(
        port=integer(server.get("port")),
        host=text(server.get("host"), _MAX_WORD),
        mx=server.get("mx_preference") is not None if server else None,
        server_address=text(server.get("address"), _MAX_WORD),
        client_address=text(client.get("address"), _MAX_WORD),
        seen_as=text(client.get("seen_as"), _MAX_WORD),
        helo=text(client.get("helo"), _MAX_WORD),
        encrypted=any(one.get("tls") is True for one in replies)
        or (bool(tls.get("version")) and facts.kind != "tls"),
        issuer=text(mapping(tls.get("certificate")).get("issuer"), _MAX_WORD),
        seconds=_seconds(facts, result),
    )
    return _with_replies(facts, replies, result)


def _seconds(facts: Facts, result: Mapping[str, t.Any]) -> float | None:
    """Return how long it took until the failure. A look-up has a duration of its own."""
    if facts.kind == "resolve":
        return number(mapping(result.get("seconds")).get("resolve"))
    return facts.seconds


def _with_replies(
    facts: Facts, replies: list[Mapping[str, t.Any]], result: Mapping[str, t.Any]
) -> Facts:
    """Add what the replies tell. `recipient` is that of the reply that decided."""
    stages = {one["stage"] for one in replies if one.get("stage") in STAGES}
    stages |= {facts.stage, *mapping(result.get("seconds"))}
    others = [one for one in replies if one.get("stage") == facts.stage and one.get("recipient")]
    refused = [one for one in others if one.get("accepted") is not True]
    recipient = refused[-1].get("recipient") if refused else _first(replies, "recipient")
    accepted = [one.get("accepted") is True for one in others if one not in refused[-1:]]
    offered = any(one.get("stage") == "helo" and one.get("accepted") is True for one in replies)
    return facts._replace(
        protocol=_protocol(replies),
        proxy=_took_place("proxy", stages),
        xclient=_took_place("xclient", stages),
        login=_took_place("auth", stages),
        sender=_sender(replies),
        recipient=text(recipient, _MAX_WORD),
        others_accepted=any(accepted) if accepted else None,
        greeting=_greeting(replies),
        keywords=_keywords(result) if offered else None,
    )


def _took_place(stage: Stage, stages: set[str]) -> bool | None:
    """Return whether a stage took place, or None if the dialogue ended before it."""
    if stage in stages:
        return True
    # QUIT ends a dialogue at any stage.
    later = [one for one in STAGES[STAGES.index(stage) + 1 :] if one != "quit"]
    return None if stages.isdisjoint(later) else False


def _first(replies: list[Mapping[str, t.Any]], key: str) -> t.Any:
    return next((one[key] for one in replies if one.get(key)), None)


def _protocol(replies: list[Mapping[str, t.Any]]) -> str | None:
    """Return the protocol by the first command, which may be repeated as HELO."""
    commands = [text(one.get("command"), _MAX_WORD) or "" for one in replies]
    hello = [command.split(" ")[0].upper() for command in commands if command]
    return next((_PROTOCOLS[word] for word in hello if word in _PROTOCOLS), None)


def _sender(replies: list[Mapping[str, t.Any]]) -> str | None:
    """Return the sender in the command MAIL, which is an empty text for the null sender."""
    for one in replies:
        command = text(one.get("command"), _MAX_WORD) or ""
        if command.upper().startswith("MAIL FROM:<"):
            return command[len("MAIL FROM:<") :].partition(">")[0]
    return None


def _greeting(replies: list[Mapping[str, t.Any]]) -> str:
    if not replies or replies[0].get("stage") != "greeting":
        return ""
    lines = [text(line, _MAX_WORD) or "" for line in sequence(replies[0].get("lines"))[:10]]
    return " ".join(lines)


def _keywords(result: Mapping[str, t.Any]) -> frozenset[str]:
    keywords = list(mapping(result.get("capabilities")))[:100]
    return frozenset(text(one, _MAX_WORD) or "" for one in keywords)
