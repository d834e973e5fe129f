# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of a line of an AUTH exchange must not be shown, should the server repeat it. No I/O.

A digest or a proof is no password, but whoever has it can try passwords on it.
"""

from __future__ import annotations

import base64
import re
import typing as t

# A shorter text would be found in innocent words, too.
MIN_BYTES = 8

# No mechanism has more parts in a response. A hostile challenge may.
MAX_PARTS = 20

# What mechanisms put between the parts of a response.
_SEPARATORS = re.compile(rb"[\0\1, ]+")

# Attributes of SCRAM and OAuth that are no secret: the user, the server, the channel binding, the
# number of iterations, and why the server refuses.
_PUBLIC = re.compile(rb"(?:user|host|port|[acein])=")
_ATTRIBUTE = re.compile(rb"[a-z]+=")

# As in LOGIN's prompts. A password that is like this is looked for anyway, as it is known.
_WORDS = re.compile(rb"[A-Za-z :\0]*")


def secrets_in(word: str, user: str) -> t.Iterator[bytes]:
    """Return what is secret in a response or challenge in base64: itself, and parts of it.

    The name of the user is no secret: it stands in envelopes, and in what servers log.
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
    """Return the values in a response, those in base64 decoded too."""
    for part in _SEPARATORS.split(data, MAX_PARTS)[:MAX_PARTS]:
        if not _PUBLIC.match(part):
            value = _ATTRIBUTE.sub(b"", part, count=1)
            yield value
            if value != part:
                yield _decoded(value)


def _decoded(word: bytes) -> bytes:
    """Return what base64 says; nothing where it is none."""
    try:
        return base64.b64decode(word, validate=True)
    except ValueError:
        return b""
