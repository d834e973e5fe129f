# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An Authentication-Results header in, what it says of SPF, DKIM and DMARC out (RFC 8601). No I/O.

Anybody can write such a header. Those of one's own server can be told by its name, which a server
has to remove from the mail of others (RFC 8601 section 5).
"""

from __future__ import annotations

import re
import typing as t

from .lexer import SEMICOLON, WORD, lexemes

if t.TYPE_CHECKING:
    from .redaction import Redactor

# What is shown of a header, and of a name in it.
_MAX_CHARACTERS = 1000
_MAX_NAME_CHARACTERS = 255

_RESULT = re.compile(r"([\w-]+)(?: ?/ ?\d+)? ?= ?([\w-]{1,40})", re.ASCII)


class AuthenticationResults(t.NamedTuple):
    """One server's verdicts, each None where it has none; `text` is the whole header."""

    server: str | None
    spf: str | None
    dkim: str | None
    dmarc: str | None
    text: str


def read_authentication(text: str) -> AuthenticationResults:
    """Read the value of one Authentication-Results header, unfolded and printable.

    Of several results of one method (a message can have many DKIM signatures) it is `pass` where
    one of them is, and else the first.
    """
    parts = _parts(text)
    # Exchange Online leaves out its own name.
    server = None if _RESULT.match(parts[0]) else parts[0].partition(" ")[0]
    found: dict[str, str] = {}
    for part in parts:
        match = _RESULT.match(part)
        if match is None:
            continue
        method, result = match.group(1).lower(), match.group(2).lower()
        if method not in found or result == "pass":
            found[method] = result
    return AuthenticationResults(
        server=server or None,
        spf=found.get("spf"),
        dkim=found.get("dkim"),
        dmarc=found.get("dmarc"),
        text=text,
    )


def authentication_as_result(
    authentication_results: t.Iterable[AuthenticationResults], redactor: Redactor
) -> list[dict[str, str | None]]:
    """Return the return value that the module documents."""
    results: list[dict[str, str | None]] = []
    for one in authentication_results:
        pieces = redactor.pieces(one.text)
        shown: dict[str, str | None] = {
            name: None if value is None else redactor.without(value, pieces)[:_MAX_NAME_CHARACTERS]
            for name, value in one._asdict().items()
        }
        shown["text"] = redactor.text(one.text)[:_MAX_CHARACTERS]
        results.append(shown)
    return results


def _parts(text: str) -> list[str]:
    """Return what stands between the semicolons, without comments."""
    parts: list[list[str]] = [[]]
    for lexeme in lexemes(text):
        if lexeme.kind == SEMICOLON:
            parts.append([])
        elif lexeme.kind == WORD:
            parts[-1].append(lexeme.text)
    return [" ".join(words) for words in parts]
