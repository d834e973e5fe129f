# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server calls itself, in its greeting and in its reply to EHLO. No I/O.

RFC 5321 (sections 4.2 and 4.1.1.1) wants a domain as the first word of both, or an address literal
(section 4.1.3). Many servers begin with a greeting to people instead: `Hello`, `Nice to meet you.`,
`Ok`. What is neither a domain nor an address is no name, and in doubt there is none.
"""

from __future__ import annotations

import re
import socket
import typing as t

if t.TYPE_CHECKING:
    from .reply import Reply

# RFC 1035 section 2.3.4. An underscore is in no host name (RFC 952), and occurs all the same.
_MAX_CHARACTERS = 253
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
# A top-level domain has a letter in front: 4.3.2 and 1.2 are something else.
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?")
_SINGLE_LABEL = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")

# Hosts are called in lower case or in capitals; a product or a salutation has its first letter so.
_PROSE = re.compile(r"[A-Z][a-z]+")
_PUNCTUATION = ",;:."
_PROTOCOLS = ("ESMTP", "SMTP", "LMTP", "ESMTPS", "ESMTPA")
_WORDS = frozenset(
    (*_PROTOCOLS, "OK", "HELLO", "HI", "WELCOME", "READY", "SERVICE", "SERVER", "THE", "THIS", "NO")
)


def server_name(line: str, greeting: bool = False) -> str | None:
    """Return what the first line of a reply begins with, where that is a name; None otherwise.

    A name of one label, such as `relay` or `mail01`, cannot be told from a word by itself. It
    counts only in a greeting, and there before `ESMTP` and the like, or with a digit or a hyphen.
    (`server_name_of` also takes one that both replies begin with.)

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
    """Choose from replies with their stages, in the order of the wire: EHLO's, else the greeting's.

    The last reply to EHLO counts before those of the same dialogue before TLS. A word of one label
    that both replies begin with is a name, where either of them alone would leave a doubt.
    """
    lines: dict[str, list[str]] = {"helo": [], "greeting": []}
    for stage, reply in replies:
        if stage in lines and reply.positive:
            lines[stage].insert(0, reply.lines[0])
    names = [server_name(line) for line in lines["helo"]]
    names += [server_name(line, greeting=True) for line in lines["greeting"]]
    common = set(map(_first_word, lines["helo"])) & set(map(_first_word, lines["greeting"]))
    names += sorted(word for word in common if _is_single_label(word))
    return next((name for name in names if name is not None), None)


def _first_word(line: str) -> str:
    return line.partition(" ")[0].rstrip(_PUNCTUATION)


def _is_address(word: str) -> bool:
    """Whether it is an address literal, or an address that should have had its brackets."""
    inner = word[1:-1] if word[:1] == "[" and word[-1:] == "]" else None
    if "%" in word:  # a zone, which means nothing to another host
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
    """Whether more than its place tells a label at the beginning of a greeting from a word."""
    if label.lower() == "localhost" or re.search("[0-9-]", label):
        return True
    return rest.lstrip().partition(" ")[0].upper() in _PROTOCOLS
