# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Collect the tokens of accepted messages from what hosts have registered. No I/O.

A host may have registered any value. A value that is not a token is ignored.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator, Mapping, Sequence

_TOKEN = re.compile(r"[0-9a-f]{8,64}", re.ASCII)

# No host sends more messages: MAX_AT_ONCE targets of MAX_DIALOGUES dialogues.
_MAX_TOKENS = 50_000
_MAX_CHARACTERS = 255


def tokens_of(host: str, registered: t.Any, use: str) -> Iterator[dict[str, str]]:
    """Yield the accepted messages of one host, as tokens for mail_receipt.

    Results of an earlier run of the role have another `use`.
    """
    found = _mapping(registered)
    results = found.get("results") if found.get("use") == use else None
    for result in list(results)[:_MAX_TOKENS] if isinstance(results, Sequence) else ():
        message, server = _mapping(_mapping(result).get("message")), _server(result)
        token = message.get("token")
        if _mapping(result).get("changed") is not True or not isinstance(token, str):
            continue
        if _TOKEN.fullmatch(token) is None:
            continue
        item = {"token": token, "host": host, "server": server}
        queue_id = message.get("queue_id")
        if isinstance(queue_id, str) and queue_id:
            item["queue_id"] = queue_id[:_MAX_CHARACTERS]
        yield item


def _server(result: t.Any) -> str:
    """Return the server of a result as people write it."""
    server = _mapping(_mapping(result).get("server"))
    host = server.get("host") or server.get("address")
    if not isinstance(host, str):
        return "a server without a name"
    port = server.get("port")
    named = f"{host}:{port}" if isinstance(port, int) and not isinstance(port, bool) else host
    return named[:_MAX_CHARACTERS]


def _mapping(value: t.Any) -> Mapping[str, t.Any]:
    return value if isinstance(value, Mapping) else {}
