# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions in, the one that was asked for and the line that decides it out. No I/O."""

from __future__ import annotations

import re
import typing as t

from .._net.text import escape
from .model import Decision, LogLine, Request, Rule, Session
from .servers.by_name import order_of, rule_for
from .sessions import Found

# The causes of refusals that a fault with this cause explains: the refusal is due to the fault.
_OF_SERVER = frozenset(["log-of-server", "server-health", "server-look-ups"])
_EXPLAINED: dict[str | None, frozenset[str]] = {
    "authentication-service": _OF_SERVER | {"authentication-service", "user-and-password"},
    "slow-scanner": _OF_SERVER | {"content-filter"},
    "starttls-not-now": frozenset(["log-of-server", "starttls-not-now"]),
}


# Most logs have no more than the second.
_RESOLUTION = 1.0

# With more sessions than these, no line is known to be about the dialogue.
_MAX_JUDGED = 20

# What names a recipient or a sender. A session that ended before has no such line.
_TO = re.compile(r"\bto=<|\bRCPT(?: TO:)? ?<|\brecipient <|\barg1=<", re.IGNORECASE)
_FROM = re.compile(r"\b(?:from|F)=<|\bMAIL FROM:? ?<|\bsender <", re.IGNORECASE)

_Pair = t.Tuple[LogLine, Rule]


class Chosen(t.NamedTuple):
    """The sessions that may be the dialogue, the deciding line, and how they were told apart.

    `matched_by` names the options that the sessions fit.
    """

    sessions: tuple[Session, ...]
    decision: Decision | None
    matched_by: tuple[str, ...]


def choose(found: Found, request: Request) -> Chosen:
    """Return the sessions that fit the request best, and the line that decides."""
    sessions, matched_by = _narrowed(found.sessions, request)
    pairs = [_most_telling(session, request) for session in sessions[-_MAX_JUDGED:]]
    told = [pair for pair in pairs if pair is not None]
    if told:
        # Where several sessions fit, the likeliest one, and the last of those that are alike.
        line, rule = min(reversed(told), key=lambda pair: _preference(pair, request))
        exact = len(told) == len(sessions) and all(pair[1] is rule for pair in told)
        if exact and not sessions[0].has_key:
            exact = _is_alone(line, sessions, request)
        return Chosen(sessions, Decision(line, rule, exact), matched_by)
    return Chosen(sessions, _of_server(found.faults, request), matched_by)


def _of_server(faults: t.Sequence[LogLine], request: Request) -> Decision | None:
    """Return the last fault of the server in the time of the dialogue, which names no client."""
    since, until = request.since - request.slack, request.until + request.slack
    for line in reversed(faults):
        rule = rule_for(line)
        if rule is not None and since <= line.time <= until:
            return Decision(line, rule, False)
    return None


def _narrowed(
    sessions: t.Sequence[Session], request: Request
) -> tuple[tuple[Session, ...], tuple[str, ...]]:
    """Return the sessions in the time asked for, and the options that tell them from others."""
    loose = [_in_time(one, request) for one in sessions if not one.has_key]
    left = [one for one in sessions if one.has_key and _overlaps(one, request, request.slack)]
    matched_by = ["client"]
    if request.client_port is not None:
        of_port = [one for one in left if request.client_port in one.ports]
        # Those with other ports are others. Those without may be the one.
        left = of_port or [one for one in left if not one.ports]
        matched_by += ["client_port"] if of_port else []
    if "client_port" not in matched_by:
        for name, fitting in (
            ("queue_id", [one for one in left if _has_word(one, [request.queue_id])]),
            ("reply", [one for one in left if _has_word(one, [request.reply])]),
        ):
            left = [one for one in left if one in fitting] if fitting else left
            matched_by += [name] if fitting else []
        for name, words, named in (
            ("recipients", request.recipients, _TO),
            ("sender", (request.sender,), _FROM),
        ):
            fitting = [one for one in left if _has_word(one, words)]
            if any(words):
                left = [one for one in left if one in fitting or not _names(one, named)]
            matched_by += [name] if fitting else []
    strict = [one for one in left if _overlaps(one, request, _RESOLUTION)]
    return _joined(strict or left, [one for one in loose if one.lines]), tuple(matched_by)


def _overlaps(session: Session, request: Request, slack: float) -> bool:
    until = max(session.lines[-1].time, session.begin)
    return session.begin <= request.until + slack and until >= request.since - slack


def _in_time(session: Session, request: Request) -> Session:
    """Return the lines in the time of the dialogue; with the slack of the clocks if none is."""
    lines: tuple[LogLine, ...] = ()
    for slack in (_RESOLUTION, request.slack):
        since, until = request.since - slack, request.until + slack
        lines = lines or tuple(line for line in session.lines if since <= line.time <= until)
    return session._replace(lines=lines)


def _joined(of_key: t.Sequence[Session], loose: t.Sequence[Session]) -> tuple[Session, ...]:
    """Put lines that have only the client in common into the session with it, if it is the one.

    So does an authentication service log: what it says belongs to the session of another program.
    """
    if len(of_key) != 1:
        return tuple(of_key or loose)
    (one,) = of_key
    begin, end = one.begin - _RESOLUTION, one.lines[-1].time + _RESOLUTION
    lines = [line for other in loose for line in other.lines if begin <= line.time <= end]
    return (one._replace(lines=tuple(sorted([*one.lines, *lines], key=lambda line: line.time))),)


def _has_word(session: Session, words: t.Iterable[str | None]) -> bool:
    return any(_line_has(line, words) for line in session.lines)


def _names(session: Session, pattern: t.Pattern[str]) -> bool:
    return any(pattern.search(line.text) for line in session.lines)


def _line_has(line: LogLine, words: t.Iterable[str | None]) -> bool:
    text = _comparable(line.text)
    return any(word in text for word in (_comparable(one) for one in words if one) if word)


def _comparable(text: str) -> str:
    """Return a text in the form in which the words of a client and of a log are compared.

    A client has the escapes of what came, and a log may have the characters themselves.
    """
    return " ".join(escape(text).replace(r"\t", " ").lower().split())


def _most_telling(session: Session, request: Request) -> _Pair | None:
    """Return the line that decides a session with its rule, or None if no line tells anything."""
    by_kind: dict[str, list[_Pair]] = {}
    for line in session.lines:
        rule = rule_for(line)
        if rule is not None:
            by_kind.setdefault(rule.kind, []).append((line, rule))
    best = {kind: _best(pairs, request) for kind, pairs in by_kind.items()}
    refusal, fault = best.get("refusal"), best.get("fault")
    if refusal is not None and fault is not None:
        explained = _EXPLAINED.get(fault[1].cause_id, _OF_SERVER)
        return fault if refusal[1].cause_id in explained else refusal
    return refusal or fault or best.get("end") or best.get("hint")


def _best(pairs: t.Sequence[_Pair], request: Request) -> _Pair:
    """Return the line with the reply, or that names a recipient; among several the most telling."""

    def rank(pair: _Pair) -> tuple[t.Any, ...]:
        line, rule = pair
        named = _line_has(line, [request.reply]), _line_has(line, request.recipients)
        return (*named, rule.certain, -order_of(line, rule), line.time)

    return max(reversed(pairs), key=rank)  # the last one of those that are alike


def _is_alone(line: LogLine, sessions: t.Sequence[Session], request: Request) -> bool:
    """Whether all lines that may decide mean the same, where they have only the client in common.

    They may then be those of several dialogues.
    """
    lines = [other for session in sessions for other in session.lines]
    if _line_has(line, [request.reply]):
        lines = [other for other in lines if _line_has(other, [request.reply])]
    rules = [rule for rule in map(rule_for, lines) if rule is not None and rule.kind != "hint"]
    return all(rule is rules[0] for rule in rules)


def _preference(pair: _Pair, request: Request) -> tuple[bool, bool, bool, float]:
    """Return a key that is least for the line that is likeliest to be about the dialogue."""
    line, rule = pair
    names_it = _line_has(line, [*request.recipients, request.reply])
    return rule.kind == "hint", not names_it, rule.kind == "end", abs(line.time - request.until)
