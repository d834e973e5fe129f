# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Log lines in, the sessions with one client out. No I/O.

A server logs several sessions at once, and few lines name the client. So lines are put together by
what names their session: an ID, or the process that holds it. Lines of no session that tell of a
fault of the whole server are kept apart.
"""

from __future__ import annotations

import re
import typing as t

from .model import LogLine, Request, Session, Traits
from .options import normal_address
from .servers.by_name import rule_for, traits_of

# Limits on what is remembered of a log.
_MAX_PENDING = 2000
_MAX_LINES_OF_SESSION = 150
_MAX_SESSIONS = 100
_MAX_FAULTS = 100

# Words without which a line is no fault. Searching for them is cheaper than for all patterns.
_TROUBLE = re.compile(
    r"warning|error|fatal|panic|fail|temp|throttl|reached|space|busy|unavail|defer|refus|time|cannot",
    re.IGNORECASE,
)


class Found(t.NamedTuple):
    """The sessions with the client, in the order in which they began, and faults of the server."""

    sessions: tuple[Session, ...]
    faults: tuple[LogLine, ...]


class _Open:
    """A session whose lines are being collected. `is_ours` is whether it is with the client."""

    def __init__(self, key: str, preamble: t.Iterable[LogLine] = ()) -> None:
        self.key = key
        self.has_key = True
        self.lines = list(preamble)
        self.begin = 0.0
        self.begun = False
        self.is_ours = False
        self.ports: set[int] = set()
        self.queue_ids: set[str] = set()

    def add(self, line: LogLine) -> None:
        if len(self.lines) < _MAX_LINES_OF_SESSION:
            self.lines.append(line)


class Collector:
    """Collects the sessions with a client, from lines in the order of their time."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._clients = set(request.clients)
        self._since = request.since - request.slack
        self._open: dict[str, _Open] = {}
        self._own: list[_Open] = []
        self._by_queue_id: dict[str, _Open] = {}
        # What a process said before its first session holds for all of its sessions.
        self._preambles: dict[str, list[LogLine]] = {}
        self._faults: list[LogLine] = []

    def add(self, line: LogLine) -> None:
        """Add a line to the session that it belongs to."""
        if self._request.server not in (None, line.server):
            return
        traits = traits_of(line)
        session = self._session_of(line, traits)
        if session is None:
            if traits.queue_id is None and not traits.clients:  # others are about another client
                self._note_fault(line)
            return
        session.add(line)
        session.begin = session.begin or line.time
        if traits.opens:
            session.begin = line.time
        if traits.port is not None and self._is_client(traits):
            session.ports.add(traits.port)
        self._note_client(session, traits)
        if traits.closes:
            self._open.pop(session.key, None)

    def found(self) -> Found:
        """Return what was found."""
        sessions = [
            Session(tuple(one.lines), one.begin, frozenset(one.ports), one.has_key)
            for one in self._own
        ]
        return Found(tuple(sessions), tuple(self._faults))

    def _note_fault(self, line: LogLine) -> None:
        is_late = line.time >= self._since and len(self._faults) < _MAX_FAULTS
        if is_late and _TROUBLE.search(line.text) and _is_fault(line):
            self._faults.append(line)

    def _session_of(self, line: LogLine, traits: Traits) -> _Open | None:
        by_message = self._by_queue_id.get(traits.queue_id) if traits.queue_id else None
        if traits.key:
            return self._of_key(line, traits)
        if by_message is not None:
            return by_message
        if line.time >= self._since and self._names_client(line, traits):
            session = self._kept(line.server)  # such lines have only the client in common
            session.has_key = False
            return session
        return None

    def _of_key(self, line: LogLine, traits: Traits) -> _Open:
        key = f"{line.server} {traits.key}"
        before = self._open.get(key)
        if traits.opens and (before is None or before.begun or before.is_ours):
            return self._begin(key)
        if traits.opens and before is not None:
            # A line with a client is about the session before, of which the beginning is not known.
            before.lines = [
                one for one in before.lines if _is_fault(one) and not traits_of(one).clients
            ]
            self._preambles.setdefault(key, [one for one in before.lines if _lasts(one)])
            before.begun = True
        return before if before is not None else self._kept(key)

    def _begin(self, key: str) -> _Open:
        self._open.pop(key, None)
        session = self._kept(key, self._preambles.get(key, ()))
        session.begun = True
        return session

    def _kept(self, key: str, preamble: t.Iterable[LogLine] = ()) -> _Open:
        """Return the session of a key; forget the oldest where there are too many."""
        if key not in self._open:
            if len(self._open) >= _MAX_PENDING:
                del self._open[next(iter(self._open))]
            self._open[key] = _Open(key, preamble)
        return self._open[key]

    def _note_client(self, session: _Open, traits: Traits) -> None:
        """Note whether a session is with the client, and which messages came in it."""
        if not session.is_ours and self._is_client(traits):
            if len(self._own) >= _MAX_SESSIONS:
                self._own = [one for one in self._own if one.lines[-1].time >= self._since]
            session.is_ours = len(self._own) < _MAX_SESSIONS
            self._own += [session] if session.is_ours else []
        if session.is_ours and traits.queue_id:
            self._by_queue_id[traits.queue_id] = session

    def _is_client(self, traits: Traits) -> bool:
        return any(_normal(one) in self._clients for one in traits.clients)

    def _names_client(self, line: LogLine, traits: Traits) -> bool:
        """Whether a line without a session names the client, or the message that is looked for."""
        queue_id = self._request.queue_id
        return self._is_client(traits) or bool(queue_id and traits.queue_id == queue_id)


def _normal(text: str) -> str:
    try:
        return normal_address(text)
    except ValueError:
        return ""


def _lasts(line: LogLine) -> bool:
    """Whether a fault is one of the whole process, and not of the session that follows."""
    rule = rule_for(line)
    return rule is not None and rule.cause_id != "proxy-header-wanted"


def _is_fault(line: LogLine) -> bool:
    rule = rule_for(line)
    return rule is not None and rule.kind == "fault"
