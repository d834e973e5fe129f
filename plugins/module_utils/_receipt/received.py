# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parser for Received headers (RFC 5321 section 4.4). No I/O.

The RFC defines the clauses `from`, `by`, `via`, `with`, `id` and `for`, each with a value and
comments, and a date after the last semicolon. It does not define TLS. Servers show it by the name
of the protocol (RFC 3848, RFC 6531) and in comments of their own. Exim has a clause `tls` (RFC 8314
section 7.4).
"""

from __future__ import annotations

import ipaddress
import re
import typing as t

from .lexer import COMMENT, SEMICOLON, WORD, Lexeme, lexemes
from .timestamps import from_mail_date, to_iso

if t.TYPE_CHECKING:
    from .redaction import Redactor

_CLAUSES = ("from", "by", "via", "with", "id", "for", "tls")

# The limit on one value in the result.
_MAX_CHARACTERS = 255

_BRACKETED = re.compile(r"\[(?:IPv6:)?([0-9a-f:.]{2,45})\]", re.IGNORECASE | re.ASCII)
_PROTOCOL = re.compile(r"(?:UTF8)?(?:E?SMTP|LMTP|HTTP)(S?)A?", re.IGNORECASE)
_VERSION = re.compile(r"\b(TLS|SSL)v?([1-3])(?:[._]([0-3]))?(?![0-9A-Za-z])")
_CIPHER = re.compile(
    r"\bcipher[ =]([\w-]+)"  # Postfix, Sendmail, Exchange, Gmail
    r"|\bTLSv?1(?:[._][0-3])?:([\w-]+)"  # Exim, OpenSMTPD
    r"|,\d+bits,([\w-]+)",  # Courier
    re.ASCII,
)


class Hop(t.NamedTuple):
    """One Received header: how a server got the message. `time` is in seconds since 1970.

    A field is None if the header does not have it. `text` is the whole header.
    """

    from_name: str | None
    address: str | None
    by: str | None
    protocol: str | None
    tls: bool | None
    tls_version: str | None
    tls_cipher: str | None
    id: str | None
    time: float | None
    text: str = ""


def read_hop(text: str) -> Hop:
    """Parse the value of one Received header, unfolded and printable."""
    stamp, date = _at_last_semicolon(list(lexemes(text)))
    words, comments = _clauses(stamp)
    from_name = _first(words.get("from"))
    protocol = " ".join(words.get("with", [])) or None
    tls, version, cipher = _tls(protocol, _first(words.get("tls")), comments)
    return Hop(
        from_name=from_name,
        address=_address(from_name, comments.get("from", [])),
        by=_first(words.get("by")),
        protocol=protocol,
        tls=tls,
        tls_version=version,
        tls_cipher=cipher,
        id=_first(words.get("id")),
        time=from_mail_date(date),
        text=text,
    )


def hops_as_result(hops: t.Iterable[Hop], redactor: Redactor) -> list[dict[str, t.Any]]:
    """Return the value of `hops` in the module's result, for hops from first to last."""
    results = []
    before: float | None = None
    for hop in hops:
        delay = None if before is None or hop.time is None else hop.time - before
        before = hop.time if hop.time is not None else before
        shown = _shown(hop, redactor)
        results.append(
            {
                "from": shown(hop.from_name),
                "address": hop.address,
                "by": shown(hop.by),
                "with": shown(hop.protocol),
                "tls": hop.tls,
                "tls_version": hop.tls_version,
                "tls_cipher": shown(hop.tls_cipher),
                "id": shown(hop.id),
                "time": to_iso(hop.time),
                "delay": delay,
                "clock_skew": delay is not None and delay < 0,
            }
        )
    return results


def _shown(hop: Hop, redactor: Redactor) -> t.Callable[[str | None], str | None]:
    """Return a function that redacts and cuts the values of a hop."""
    pieces = redactor.pieces(hop.text)

    def shown(value: str | None) -> str | None:
        return None if value is None else redactor.without(value, pieces)[:_MAX_CHARACTERS]

    return shown


def _at_last_semicolon(found: list[Lexeme]) -> tuple[list[Lexeme], str]:
    """Return the lexemes before the date, and the date without its comments."""
    last = max((n for n, lexeme in enumerate(found) if lexeme.kind == SEMICOLON), default=None)
    if last is None:
        return found, ""
    date = " ".join(lexeme.text for lexeme in found[last + 1 :] if lexeme.kind == WORD)
    return found[:last], date


def _clauses(stamp: list[Lexeme]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the words and comments of each clause; a comment belongs to the words before it."""
    words: dict[str, list[str]] = {}
    comments: dict[str, list[str]] = {}
    clause = ""
    for lexeme in stamp:
        keyword = lexeme.text.lower()
        if lexeme.kind == COMMENT:
            comments.setdefault(clause, []).append(lexeme.text)
        elif keyword in _CLAUSES and keyword not in words:
            clause = keyword
            words[clause] = []
        elif lexeme.kind == WORD:
            words.setdefault(clause, []).append(lexeme.text)
    return words, comments


def _first(words: list[str] | None) -> str | None:
    return words[0] if words else None


def _address(from_name: str | None, comments: list[str]) -> str | None:
    """Return the client's IP address as the server saw it, from a comment.

    Without one, return the address that the client itself sent as its name, or None.
    """
    for comment in comments:
        match = _BRACKETED.search(comment)
        address = _ip(match.group(1) if match else comment)
        if address is not None:
            return address
    match = _BRACKETED.match(from_name or "")
    return _ip(match.group(1)) if match else None


def _ip(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


def _tls(
    protocol: str | None, clause: str | None, comments: dict[str, list[str]]
) -> tuple[bool | None, str | None, str | None]:
    """Return whether TLS was used, its version and its cipher, each None if unknown."""
    texts = [comment for belonging in comments.values() for comment in belonging]
    version = _version(next(filter(None, map(_VERSION.search, texts)), None))
    match = next(filter(None, map(_CIPHER.search, texts)), None)
    cipher = clause or (next(filter(None, match.groups())) if match else None)
    if version or cipher or "TLS" in texts:  # Exchange 2010 writes no more than `TLS`
        return True, version, cipher
    known = _PROTOCOL.fullmatch(protocol or "")
    return (bool(known.group(1)) if known else None), None, None


def _version(match: t.Match[str] | None) -> str | None:
    if match is None:
        return None
    name, major, minor = match.groups()
    return f"{name}v{major}" + (f".{minor}" if minor not in (None, "0") else "")
