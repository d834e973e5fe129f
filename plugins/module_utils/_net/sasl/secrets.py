# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The secret parts of the lines of an AUTH exchange, which a server may repeat. No I/O.

A digest or a proof is not the password, but an attacker can test passwords with it.
"""

from __future__ import annotations

import base64
import re
import typing as t

# A shorter text would also match ordinary words.
MIN_BYTES = 8

# The limit on parts of a response: no mechanism has more, but a hostile challenge may.
MAX_PARTS = 20

# The separators that mechanisms put between the parts of a response.
_SEPARATORS = re.compile(rb"[\0\1, ]+")

# Attributes of SCRAM and OAuth that are not secret: user, server, channel binding, number of
# iterations, and the error of the server.
_PUBLIC = re.compile(rb"(?:user|host|port|[acein])=")
_ATTRIBUTE = re.compile(rb"[a-z]+=")

# Plain words, such as the prompts of LOGIN. The password itself is redacted elsewhere.
_WORDS = re.compile(rb"[A-Za-z :\0]*")


def secrets_in(word: str, user: str) -> t.Iterator[bytes]:
    """Yield the secrets in a response or challenge in base64: its whole, and parts of it.

    The name of the user is not secret: it is in envelopes and in the logs of servers.
    """
    if len(word) >= MIN_BYTES:
        yield word.encode("utf-8", "surrogatepass")
    data = _decoded(word.encode("utf-8", "surrogatepass"))
    if _WORDS.fullmatch(data):
        return
    public = user.encode("utf-8", "surrogatepass")
    for part in (data, *_parts(data)):
        if len(part) >= MIN_BYTES and part not in public:
            yield part


def _parts(data: bytes) -> t.Iterator[bytes]:
    """Yield the values in a response, and those in base64 also decoded."""
    for part in _SEPARATORS.split(data, MAX_PARTS)[:MAX_PARTS]:
        if not _PUBLIC.match(part):
            value = _ATTRIBUTE.sub(b"", part, count=1)
            yield value
            if value != part:
                yield _decoded(value)


def _decoded(word: bytes) -> bytes:
    """Decode base64; return b"" for any other data."""
    try:
        return base64.b64decode(word, validate=True)
    except ValueError:
        return b""
