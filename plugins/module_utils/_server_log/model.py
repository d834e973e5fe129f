# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Log lines, the sessions that they tell of, and rules for what decides. No I/O."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    # What a line tells of a session. `refusal`: the reply that the server gave. `fault`: what does
    # not work on the server, and so leads to a refusal or to an end. `end`: how the session ended
    # without a reply. `hint`: something that a refusal may be due to.
    LineKind = t.Literal["refusal", "fault", "end", "hint"]
else:
    LineKind = str  # Python 3.7 has no Literal

SERVERS = ("postfix", "exim", "dovecot", "sendmail", "opensmtpd", "haraka")


class Request(t.NamedTuple):
    """What to look for: one dialogue, from the point of view of its server.

    `since` and `until` are seconds since 1970, without `slack`, the seconds by which the clocks of
    client and server may differ. `reply` is the text that the client got, without its codes.
    """

    clients: tuple[str, ...]
    client_port: int | None
    since: float
    until: float
    slack: float
    queue_id: str | None
    reply: str | None
    sender: str | None
    recipients: tuple[str, ...]
    server: str | None
    paths: tuple[str, ...]
    lines: int


class LogLine(t.NamedTuple):
    """One line of a log. `text` is what follows the name of the program; `whole` is all of it.

    `program` is the service of the server, such as `smtpd`, and may be empty.
    """

    time: float
    server: str
    program: str
    pid: str
    text: str
    whole: str


class Traits(t.NamedTuple):
    """What a line tells of the session that it belongs to.

    `key` names the session, or the process that holds one session after another. `clients` has the
    addresses in the line that may be the client's. `opens` and `closes` are whether the line is the
    first or the last of its session. `queue_id` is the message that the line is about.
    """

    key: str = ""
    clients: tuple[str, ...] = ()
    port: int | None = None
    opens: bool = False
    closes: bool = False
    queue_id: str | None = None


class Rule(t.NamedTuple):
    """Says what a line means whose text a pattern is found in.

    `cause_id` is the id of a piece of advice of the collection, or None where the line does not
    tell the cause. `certain` is whether the line names the cause itself. Otherwise it says what
    the server did, and several causes lead there.
    """

    kind: LineKind
    pattern: t.Pattern[str]
    cause_id: str | None
    cause: str
    certain: bool = False


class Session(t.NamedTuple):
    """The lines of one session with the client, in order. `ports` are those that they name.

    `begin` is when the session began: a process may have said something about itself before.
    `has_key` is whether an ID or a process holds the lines together. Otherwise they have only the
    client in common, and may be those of several sessions.
    """

    lines: tuple[LogLine, ...]
    begin: float
    ports: frozenset[int]
    has_key: bool


class Decision(t.NamedTuple):
    """The line that decides, and what it means.

    `exact` is whether the line is known to tell of the dialogue that was asked for: each session
    that fits has a line that says the same.
    """

    line: LogLine
    rule: Rule
    exact: bool
