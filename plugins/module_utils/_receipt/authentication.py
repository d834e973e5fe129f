# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parser for Authentication-Results headers (RFC 8601): SPF, DKIM and DMARC. No I/O.

A sender can forge such a header. Only the headers with the name of the user's own server can be
trusted: a server must remove forged headers with its name (RFC 8601 section 5).
"""

from __future__ import annotations

import re
import typing as t

from .lexer import SEMICOLON, WORD, lexemes

if t.TYPE_CHECKING:
    from .redaction import Redactor

# The limits on a header and on a name in it, in the result.
_MAX_CHARACTERS = 1000
_MAX_NAME_CHARACTERS = 255

_RESULT = re.compile(r"([\w-]+)(?: ?/ ?\d+)? ?= ?([\w-]{1,40})", re.ASCII)


class AuthenticationResults(t.NamedTuple):
    """The results of one server, each None if it is missing; `text` is the whole header."""

    server: str | None
    spf: str | None
    dkim: str | None
    dmarc: str | None
    text: str


def read_authentication(text: str) -> AuthenticationResults:
    """Parse the value of one Authentication-Results header, unfolded and printable.

    Of several results of one method, such as for several DKIM signatures, it is `pass` if one of
    them is, and otherwise the first.
    """
    parts = _parts(text)
    # Exchange Online does not write its name.
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
    """Return the value of `authentication_results` in the module's result."""
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
    """Return the parts between semicolons, without comments."""
    parts: list[list[str]] = [[]]
    for lexeme in lexemes(text):
        if lexeme.kind == SEMICOLON:
            parts.append([])
        elif lexeme.kind == WORD:
            parts[-1].append(lexeme.text)
    return [" ".join(words) for words in parts]
