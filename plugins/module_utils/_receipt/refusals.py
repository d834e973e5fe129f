# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Temporary and permanent refusals of IMAP and POP3 servers. No I/O.

After a temporary refusal (`busy`) the module tries again. A wrong password must never be tried a
second time: servers count failures, and lock the user out. So a refusal is permanent in doubt.
"""

from __future__ import annotations

import re

from .errors import StoreError, StoreErrorKind

# Response codes of temporary refusals: RFC 2449 section 8 and RFC 3206 (POP3), RFC 5530 (IMAP).
# Yahoo and Stalwart send LIMIT for too many logins, Yahoo and Dovecot SERVERBUG for their own
# errors.
TEMPORARY_CODES = frozenset(
    ("IN-USE", "INUSE", "LIMIT", "LOGIN-DELAY", "SERVERBUG", "SYS/TEMP", "UNAVAILABLE")
)

# Response codes of permanent refusals. ALERT is in neither list: Gmail sends it with every text
# that a user should read.
PERMANENT_CODES = frozenset(
    (
        "AUTH",
        "AUTHENTICATIONFAILED",
        "AUTHORIZATIONFAILED",
        "CONTACTADMIN",
        "EXPIRED",
        "NOPERM",
        "PRIVACYREQUIRED",
        "SYS/PERM",
    )
)

_CODES = re.compile(r"(?:\[([A-Z/-]+)[^\]]{0,200}\] ?)", re.IGNORECASE)

# The limits on response codes and on characters of the text that are read.
_MAX_CODES = 5
_MAX_CHARACTERS = 1000

# Words for a wrong password, or for a user who is locked out for long. They take precedence: QQ
# Mail says in one sentence that the password is incorrect, or the logins are too frequent, or the
# system is busy.
_WRONG = re.compile(
    r"password|passphrase|credential|invalid|incorrect|\bwrong\b|expired|web ?login|web browser"
    r"|(?:failed|unsuccessful|bad) (?:log[io]n|sign[- ]?in|auth\w*|attempt)|failures\b"
    r"|too many (?:\w+ )?(?:failed|errors)"
    r"|(?:user|account|access)\b.{0,40}\b(?:locked|blocked|disabled|suspended|restricted)"
    r"|(?:unknown|no such) user|user unknown|may have been hacked",
    re.IGNORECASE,
)

_LIMITED = re.compile(
    # Gmail, Cyrus, Courier, Stalwart; and Dovecot, whose code before 2.2 was ALERT
    r"too many (?:[\w-]+ ){0,3}(?:connections?|sessions?|log[io]ns?|attempts|users|clients"
    r"|requests|processes)\b"
    r"|maximum (?:[\w-]+ ){0,3}(?:connections?|sessions?|limit|users|clients)\b"
    r"|(?:connection|session|log[io]n|command|bandwidth|rate|usage|quota)s?[ -]"
    r"limit(?:s|ed|ing)?\b"
    # Exchange Online, Outlook.com, Mailu
    r"|throttl|exceeded (?:[\w-]+ ){0,5}limits?\b"
    # Dovecot, Gmail, Courier
    r"|temporar(?:y|ily) (?:[\w-]+ ){0,3}"
    r"(?:failure|error|problem|issue|unavailable|overloaded|not available)"
    r"|(?:mailbox|mail ?drop|inbox|spool)\b.{0,60}\b(?:locked|in use|busy|already open)"
    r"|(?:unable|cannot|can't|could not|couldn't|failed) (?:to )?(?:[\w-]+ )?lock\b"
    r"|lock(?:ed)? (?:held )?by (?:[\w-]+ )?(?:pop3?|imap|session|process|client)"
    r"|another (?:[\w-]+ )?(?:pop3?|imap4?|session|client|process)"
    # Exchange ("Server Unavailable. 15")
    r"|(?:server|service|system|resource|backend|mailbox|store)s? (?:[\w-]+ ){0,3}"
    r"(?:unavailable|not available|overloaded|too busy)"
    r"|shutting down|shut down|restarting|(?:under|down for) maintenance|out of memory",
    re.IGNORECASE,
)

# Words of temporary refusals, unless the text also says that the login failed.
_LATER = re.compile(
    r"(?:try|retry|come back|connect|log ?in) (?:\w+ ){0,3}(?:later|in \d+|after \d+)|\bbusy\b",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"(?:auth\w*|log ?[io]n|sign[- ]?in)\b.{0,30}\b"
    r"(?:fail\w*|denied|refused|rejected|error|incorrect|unsuccessful)"
    r"|denied|not (?:allowed|permitted|authori[sz]ed|enabled)|disabled|banned|blacklist",
    re.IGNORECASE,
)


class Refused(Exception):
    """A server has refused a command. `text` is its printable response."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def is_temporary(text: str) -> bool:
    """Return whether a refusal is temporary, so that the module may try again.

    >>> is_temporary("[ALERT] Too many simultaneous connections. (Failure)")
    True
    >>> is_temporary("[ALERT] Invalid credentials (Failure)")
    False
    """
    codes, words = _codes_and_words(text)
    if codes & TEMPORARY_CODES:
        return True
    if codes & PERMANENT_CODES or _WRONG.search(words):
        return False
    if _LIMITED.search(words):
        return True
    return bool(_LATER.search(words)) and not _FAILED.search(words)


def error_of_refusal(refusal: str, kind: StoreErrorKind, text: str) -> StoreError:
    """Return the error for a refusal: `busy` if it is temporary, and of this kind if it is not."""
    return StoreError("busy" if is_temporary(refusal) else kind, text)


def _codes_and_words(text: str) -> tuple[set[str], str]:
    """Return the response codes at the beginning of a text, and the rest of the text."""
    codes: set[str] = set()
    position = 0
    for _n in range(_MAX_CODES):
        match = _CODES.match(text, position)
        if match is None:
            break
        codes.add(match.group(1).upper())
        position = match.end()
    return codes, text[position : position + _MAX_CHARACTERS]
