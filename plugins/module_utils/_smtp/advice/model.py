# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What advice is made of: a piece of advice, a rule, and the facts that rules ask for."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from ..model import Kind, Stage


class Advice(t.NamedTuple):
    """What to check next: one or two sentences, in which commands and options are in backticks.

    Rules refer to advice by its `id`, which stays what it is when the text changes. `source` is
    where the facts are from: a section of an RFC, a manual page with the word to look for in it, a
    URL, or an option or return value of `smtp_handshake`. A semicolon separates two sources.
    `cause` is one short sentence that states the cause. It is true for every failure that leads to
    this advice.
    """

    id: str
    text: str
    source: str
    cause: str = ""


class Facts(t.NamedTuple):
    """What is known of a failure: what rules can ask for.

    Without a reply that decided there are no codes, and `text` is a description. Every other field
    is None, or empty, if it is not known, so that no rule takes a missing fact for a fact.

    `port`, `host`, `protocol`, `tls`, `helo`, `sender` and `recipient` are those of the plan. `mx`
    is whether the host is a mail exchanger of a domain that the user named. `proxy`, `xclient` and
    `login` are whether the plan has a PROXY header, XCLIENT or a login, and `tls_limits` whether it
    limits the versions or ciphers of TLS. `encrypted` is whether the session had TLS. `greeting` is
    the text of the greeting. `keywords` are the keywords of the reply to EHLO, in upper case.
    `server_address` and `client_address` are the addresses of the two ends of the connection, and
    `seen_as` is the client's address in the words of the server. `issuer` is the issuer of the
    server's certificate. `others_accepted` is whether the server accepted another recipient.
    `errno`, `seconds` and `round_trip` are those of the failure, and `unacknowledged` is whether
    the kernel still waited for the server to acknowledge what it had sent.
    """

    stage: Stage
    kind: Kind
    code: int | None = None
    enhanced_code: str | None = None
    text: str = ""
    port: int | None = None
    host: str | None = None
    mx: bool | None = None
    protocol: str | None = None
    tls: str | None = None
    tls_limits: bool | None = None
    encrypted: bool | None = None
    proxy: bool | None = None
    xclient: bool | None = None
    login: bool | None = None
    helo: str | None = None
    sender: str | None = None
    recipient: str | None = None
    others_accepted: bool | None = None
    greeting: str = ""
    keywords: frozenset[str] | None = None
    server_address: str | None = None
    client_address: str | None = None
    seen_as: str | None = None
    issuer: str | None = None
    errno: str | None = None
    seconds: float | None = None
    round_trip: float | None = None
    unacknowledged: bool | None = None


class Rule(t.NamedTuple):
    """When all of this holds, then that is the advice; a column that is left out always holds.

    Each column but `text` and `where` is a list of words, separated by spaces. `then` is a list of
    ids, the most likely cause first. Of each other column, one word must be true. An enhanced code
    is written as in the registry, with an X for its class ("X.7.1"), or by its subject ("X.7"), or
    as "-" for a reply without one. `text` is a regular expression, found anywhere, in upper or
    lower case. `where` is a list of conditions on the other facts, and each of them must hold, such
    as "port:465,587 sent!login". The subjects and their words are in `conditions.py`.
    """

    then: str
    stage: str = ""
    kind: str = ""
    code: str = ""
    enhanced: str = ""
    text: str = ""
    where: str = ""
