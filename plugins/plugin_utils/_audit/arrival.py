# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks whose message shows something by its arrival alone. No I/O.

A server that takes a message may send it on, drop it, or hold it. So until its token is looked for
in the mailbox, such a check is undecided.
"""

from __future__ import annotations

import itertools
import re
import typing as t
from collections.abc import Collection, Iterator, Mapping

from .._report.untrusted import integer, mapping, sequence

# What the evidence says after an acceptance, as long as nothing is known of the mailbox.
NOT_KNOWN = "; accepted at DATA, and whether it was relayed is not known"

_TOKEN = re.compile(r"audit-[a-z]{12}", re.ASCII)

# Limit on the tokens of a host: it makes 40 connections to a server at most.
_MAX_TOKENS = 10_000
_MAX_CHARACTERS = 255


def token_awaited(check: Mapping[str, t.Any], ids: Collection[str]) -> str | None:
    """Return the token of a message that was accepted, or None.

    `check` is what a host has registered of a check, and `ids` are the checks that wait for the
    arrival of their message.
    """
    identity, token = check.get("id"), check.get("token")
    accepted = (integer(mapping(check.get("reply")).get("code")) or 0) // 100 == 2
    if not isinstance(identity, str) or identity not in ids or not isinstance(token, str):
        return None
    is_open = check.get("verdict") == "undecided" and accepted
    return token if is_open and _TOKEN.fullmatch(token) else None


def tokens_awaited(
    host: str, registered: t.Any, use: str, ids: Collection[str]
) -> Iterator[dict[str, str]]:
    """Yield the tokens for mail_receipt of what one host has registered in a use of the role."""
    found = mapping(registered)
    if found.get("use") != use:
        return
    servers = [mapping(one).get("host") for one in sequence(found.get("planned"))]
    audits = [mapping(one) for one in sequence(found.get("audits"))]
    awaited = (
        {"token": token, "host": host, "server": str(server)[:_MAX_CHARACTERS]}
        for server, audit in zip(servers, audits, strict=False)
        for check in map(mapping, sequence(audit.get("checks")))
        for token in [token_awaited(check, ids)]
        if token is not None
    )
    yield from itertools.islice(awaited, _MAX_TOKENS)
