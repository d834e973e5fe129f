# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The name of a server in its greeting and in its reply to EHLO. No I/O.

RFC 5321 (sections 4.2 and 4.1.1.1) requires a domain or an address literal (section 4.1.3) as the
first word of both. Many servers begin with prose instead: `Hello`, `Nice to meet you.`, `Ok`. Any
other word than a domain or an address is not a name. In doubt there is no name.
"""

from __future__ import annotations

import re
import socket
import typing as t

from .reply import spaced

if t.TYPE_CHECKING:
    from .reply import Reply

# RFC 1035 section 2.3.4. Underscores are not allowed in host names (RFC 952), but occur.
_MAX_CHARACTERS = 253
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
# A top-level domain begins with a letter, unlike the numbers 4.3.2 and 1.2.
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?")
_SINGLE_LABEL = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")

# Host names are in lower or upper case; products and salutations have one capital letter.
_PROSE = re.compile(r"[A-Z][a-z]+")
_PUNCTUATION = ",;:."
_PROTOCOLS = ("ESMTP", "SMTP", "LMTP", "ESMTPS", "ESMTPA")
_WORDS = frozenset(
    (*_PROTOCOLS, "OK", "HELLO", "HI", "WELCOME", "READY", "SERVICE", "SERVER", "THE", "THIS", "NO")
)


def server_name(line: str, greeting: bool = False) -> str | None:
    """Return the name that the first line of a reply begins with, or None.

    A name of one label, such as `relay` or `mail01`, may be an ordinary word. It counts only in a
    greeting, and only before a word such as `ESMTP`, or with a digit or a hyphen. (`server_name_of`
    also accepts a label that both replies begin with.)

    >>> server_name("mail.example.com Hello [192.0.2.7]")
    'mail.example.com'
    >>> server_name("Hello, spam sender.") is None
    True
    """
    name, _space, rest = line.partition(" ")
    name = name.rstrip(_PUNCTUATION)
    if len(name) <= _MAX_CHARACTERS and (_DOMAIN.fullmatch(name) or _is_address(name)):
        return name
    if greeting and _is_single_label(name) and _is_told_from_words(name, rest):
        return name
    return None


def server_name_of(replies: t.Iterable[tuple[str, Reply]]) -> str | None:
    """Return the name in the last reply to EHLO, or else in the greeting, or None.

    `replies` are pairs of stage and reply, in order. A word of one label that the reply to EHLO and
    the greeting both begin with is also a name.
    """
    lines: dict[str, list[str]] = {"helo": [], "greeting": []}
    for stage, reply in replies:
        if stage in lines and reply.positive:
            lines[stage].insert(0, spaced(reply.lines[0]))
    return next(_names(lines["helo"], lines["greeting"]), None)


def _names(helo: list[str], greeting: list[str]) -> t.Iterator[str]:
    """Yield the names in the first lines of the replies to EHLO and of the greeting, in order."""
    yield from filter(None, map(server_name, helo))
    for line in greeting:
        name = server_name(line, greeting=True)
        if name is not None:
            yield name
    common = {_first_word(line) for line in helo} & {_first_word(line) for line in greeting}
    yield from sorted(filter(_is_single_label, common))


def _first_word(line: str) -> str:
    return line.partition(" ")[0].rstrip(_PUNCTUATION)


def _is_address(word: str) -> bool:
    """Return whether a word is an address literal, or an IPv4 or IPv6 address without brackets."""
    inner = word[1:-1] if word[:1] == "[" and word[-1:] == "]" else None
    if "%" in word:  # a zone, which has a meaning on its own host alone
        return False
    try:
        if inner is not None and inner[:5].upper() == "IPV6:":
            socket.inet_pton(socket.AF_INET6, inner[5:])
        else:
            socket.inet_pton(socket.AF_INET, word if inner is None else inner)
    except (OSError, ValueError):
        return False
    return True


def _is_single_label(word: str) -> bool:
    return bool(
        _SINGLE_LABEL.fullmatch(word) and not _PROSE.fullmatch(word) and word.upper() not in _WORDS
    )


def _is_told_from_words(label: str, rest: str) -> bool:
    """Return whether a label at the beginning of a greeting is a name and not a word."""
    if label.lower() == "localhost" or re.search("[0-9-]", label):
        return True
    return rest.lstrip().partition(" ")[0].upper() in _PROTOCOLS
