# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Take the audits out of what hosts have registered. No I/O.

A probing host may be compromised, and it quotes servers. So each value is read as the type that is
documented for it, is bounded, and has its control characters escaped. Texts about a check come from
its file and never from a host. If the result of a host cannot be read, that is the problem of this
host alone.
"""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import (
    PROFILES,
    VANTAGES,
    VERDICTS,
)

from ..._report.model.naming import DUPLICATE_TITLE, Server, unique_name
from ..._report.untrusted import integer, mapping, number, one_line, sequence, text
from ..arrival import token_awaited
from ..facts import facts_in
from .audits import FINDING, UNDECIDED, Audit, Outcome

_MAX_EVIDENCE = 600
_MAX_REPLY = 500
_MAX_REASON = 400
_MAX_LINES = 120
_MAX_LINE = 400
_MAX_SERVERS = 1_000
_MAX_NAMES = 50

_MEASURED = ("relays", "relays for own senders", "does not relay", "unknown")
_NOT_ASKED = "the host has registered no result: it left the play, or the play did not come to it"

# The title of the row of a host of which no server is known.
_ANY_SERVER = "(no server)"


class Registered(t.NamedTuple):
    """What one host has registered, or None. `problem` says why it must not be read."""

    host: str
    result: t.Any
    problem: str | None = None


def read_audits(hosts: Sequence[Registered], ids: Iterable[str]) -> list[Audit]:
    """Return the audits of all hosts. `ids` are those of the checks that the files have."""
    known = frozenset(ids)
    names: dict[str, int] = {}
    found: list[list[Audit]] = []
    for one in hosts:
        named = one._replace(host=unique_name(one_line(one.host), names, DUPLICATE_TITLE))
        found.append(_audits_of_host(named, known))
    # A host without a result, not even a plan, was meant to ask the servers of the others.
    servers = dict.fromkeys(audit.server for audits in found for audit in audits)
    servers.pop(_ANY_SERVER, None)
    return [
        audit
        for audits in found
        for one in audits
        for audit in (_for_each(one, servers) if one.server == _ANY_SERVER and servers else [one])
    ]


def _for_each(audit: Audit, servers: Iterable[str]) -> Iterator[Audit]:
    for server in servers:
        yield Audit(host=audit.host, server=server, claimed=audit.claimed, problem=audit.problem)


def _audits_of_host(registered: Registered, known: frozenset[str]) -> list[Audit]:
    if registered.problem is not None:
        return [_without_result(registered.host, registered.problem)]
    try:
        return list(_audits(registered, known))
    except Exception as error:  # noqa: BLE001 - only this host may suffer from its results
        problem = f"its result cannot be read: {one_line(f'{type(error).__name__}: {error}')}"
        return [_without_result(registered.host, problem[:_MAX_REASON])]


def _without_result(host: str, problem: str, server: str = _ANY_SERVER) -> Audit:
    return Audit(host=host, server=server, claimed="unknown", problem=problem)


def _audits(registered: Registered, known: frozenset[str]) -> Iterator[Audit]:
    result = mapping(registered.result)
    reason = text(result.get("msg"), _MAX_REASON) or _NOT_ASKED
    planned = sequence(result.get("planned"))[:_MAX_SERVERS]
    if not planned:
        yield _without_result(registered.host, reason)
        return
    audits = sequence(result.get("audits"))
    titles: dict[str, int] = {}
    for index, item in enumerate(planned):
        server = mapping(item)
        named = Server.of(server, {})
        title = unique_name(named.title, titles, DUPLICATE_TITLE)
        returned = mapping(audits[index] if index < len(audits) else None)
        audit = _audit(registered.host, title, server, returned, reason, known)
        yield dataclasses.replace(audit, place=named.place)


def _audit(
    host: str,
    title: str,
    planned: Mapping[str, t.Any],
    returned: Mapping[str, t.Any],
    reason: str,
    known: frozenset[str],
) -> Audit:
    vantage = mapping(returned.get("vantage"))
    measured = vantage.get("measured")
    problem = None
    if not isinstance(returned.get("checks"), Sequence):
        problem = text(returned.get("msg"), _MAX_REASON) or reason
    return Audit(
        host=host,
        server=title,
        claimed=_one_of(planned.get("from"), VANTAGES),
        profile=_one_of(planned.get("profile"), PROFILES),
        measured=measured if measured in _MEASURED else "unknown",
        passed=_ids(vantage.get("controls_passed"), known),
        failed=_ids(vantage.get("controls_failed"), known),
        outcomes=() if problem else tuple(_outcomes(returned, known)),
        connections=integer(returned.get("connections")) or 0,
        seconds=number(returned.get("seconds")) or 0.0,
        ended_early=text(returned.get("ended_early"), _MAX_REASON),
        problem=problem,
        facts={} if problem else facts_in(returned.get("facts")),
    )


def _one_of(value: t.Any, choices: Sequence[str]) -> str:
    return next((one for one in choices if one == value), choices[0])


def _ids(value: t.Any, known: frozenset[str]) -> tuple[str, ...]:
    given = sequence(value)[:_MAX_NAMES]
    return tuple(str(one) for one in given if isinstance(one, str) and one in known)


def _outcomes(returned: Mapping[str, t.Any], known: frozenset[str]) -> Iterator[Outcome]:
    seen: set[str] = set()
    for one in map(mapping, sequence(returned.get("checks"))):
        identity = one.get("id")
        if not isinstance(identity, str) or identity not in known or identity in seen:
            continue
        seen.add(identity)
        verdict = _verdict(one.get("verdict"))
        lines = sequence(one.get("transcript")) if verdict in (FINDING, UNDECIDED) else ()
        yield Outcome(
            id=str(identity),
            verdict=verdict,
            evidence=text(one.get("evidence"), _MAX_EVIDENCE) or "the host gives no evidence",
            reply=_reply(mapping(one.get("reply"))),
            transcript=tuple(text(line, _MAX_LINE) or "" for line in lines[:_MAX_LINES]),
            seconds=number(one.get("seconds")) or 0.0,
            token=token_awaited(one, known),
        )


def _verdict(value: t.Any) -> str:
    return next((name for name in VERDICTS if name == value), UNDECIDED)


def _reply(reply: Mapping[str, t.Any]) -> dict[str, t.Any] | None:
    code = integer(reply.get("code"))
    if code is None:
        return None
    return {
        "command": text(reply.get("command"), _MAX_REPLY) or "",
        "code": code,
        "enhanced_code": text(reply.get("enhanced_code"), _MAX_NAMES),
        "text": text(reply.get("text"), _MAX_REPLY) or "",
    }
