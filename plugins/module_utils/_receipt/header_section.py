# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of a message's header section that a receipt needs. No I/O."""

from __future__ import annotations

import re
import typing as t
from email.parser import BytesHeaderParser

from .._net.text import printable
from .._smtp.wire.message import TOKEN_HEADER
from .authentication import AuthenticationResults, read_authentication
from .received import Hop, read_hop

# The limit on a header section. Mail with many hops has 20 KiB.
MAX_BYTES = 64 * 1024

# A message with more hops is in a loop (RFC 5321 section 6.3).
_MAX_HOPS = 100
_MAX_VERDICTS = 20
_MAX_FIELD_BYTES = 4096

_FIELD = TOKEN_HEADER.lower().encode()


class HeaderSection(t.NamedTuple):
    """The tokens and the hops of a message, first hop first, and its authentication results."""

    tokens: tuple[str, ...]
    hops: tuple[Hop, ...]
    authentication_results: tuple[AuthenticationResults, ...]

    def token_in(self, wanted: t.AbstractSet[str]) -> str | None:
        """Return the wanted token of the message, or None."""
        return next((token for token in self.tokens if token in wanted), None)


def read_header(data: bytes) -> HeaderSection:
    """Parse a header section, which may be cut."""
    fields: dict[str, list[str]] = {}
    message = BytesHeaderParser().parsebytes(data[:MAX_BYTES])
    for name, value in message.raw_items():
        fields.setdefault(name.lower(), []).append(_unfolded(str(value)))
    received = fields.get("received", [])[:_MAX_HOPS]
    results = fields.get("authentication-results", [])[:_MAX_VERDICTS]
    return HeaderSection(
        tokens=tuple(fields.get(TOKEN_HEADER.lower(), [])),
        hops=tuple(read_hop(text) for text in reversed(received)),
        authentication_results=tuple(read_authentication(text) for text in results),
    )


def read_header_with_token(data: bytes) -> HeaderSection:
    """Parse a header section if it contains a token, and return an empty one if it does not.

    Parsing takes a hundred times as long as searching for the token's header.
    """
    data = data[:MAX_BYTES]
    return read_header(data) if _FIELD in data.lower() else HeaderSection((), (), ())


def _unfolded(value: str) -> str:
    """Return a value on one line. The email package represents non-ASCII bytes as surrogates."""
    data = value.encode("ascii", "surrogateescape")[:_MAX_FIELD_BYTES]
    return printable(re.sub(rb"[ \t\r\n]+", b" ", data).strip())
