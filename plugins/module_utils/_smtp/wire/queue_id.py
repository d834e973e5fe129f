# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The queue ID of an accepted message, read from the server's reply. No I/O.

RFC 5321 does not define the text of that reply, so each server software has its own. The queue ID
is the word to look for in the server's log. Behind a content filter it is that of the inner server.
For Gmail and qmail it does not include the time before it.
"""

from __future__ import annotations

import re
import typing as t

from .reply import Reply

# The limit on the text of a reply that is searched. A word that is cut there is left out.
_SEARCHED_CHARACTERS = 1000

# The longest queue ID known is the Message-ID that Exchange repeats.
MAX_CHARACTERS = 255

_HEXADECIMAL = "[0-9a-f]"
_UUID = rf"{_HEXADECIMAL}{{8}}(?:-{_HEXADECIMAL}{{4}}){{3}}-{_HEXADECIMAL}{{12}}"

# The most specific patterns come first. No pattern can match at one position in more than one way,
# so the search is linear.
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # Postfix and all that speak like it, SendGrid, Mailjet, Coremail, ZoneMTA, MailerSend.
        r"\b(?:re)?queued as <?([^\s<>()]+)",
        # Yandex, earlier with "as".
        r"\bqueued on \S+ (?:as )?([\w-]+)",
        # Stalwart. Piler, which is one of go-smtp's.
        r"\bqueued with id ([\w-]+)",
        r"\bOK: queued ([0-9A-Z]{16,})(?!\S)",
        # Haraka, whatever its plugin says before it.
        rf"\(({_UUID}(?:\.\d+)?)\)$",
        # KumoMTA, which names all that it made of one message.
        r"\bids=([\w-]+)",
        # Exim, GMX, amavis where nothing is behind it. An id in a URL is another thing.
        r"(?:^|[\s(])id=([\w-]+)",
        # Cyrus.
        r"\bSESSIONID=<([^\s<>]+)>",
        # Sendmail, OpenSMTPD (5 with a colon), Proofpoint, FortiMail, Kerio, CommuniGate,
        # IceWarp with "Message id", Openwave with "mail".
        r"(?:^|\s)([\w-]+) (?:message|mail) accepted for delivery",
        r"\bMessage id ([\w-]+) accepted for delivery",
        # Cisco ESA (IronPort).
        r"\bok: +Message (\d+) accepted",
        # Exchange, Exchange Online, IIS. MDaemon.
        r"<([^\s<>]+)> (?:\[InternalId=|Queued mail for delivery)",
        r"\bmessage saved <Message-ID: <?([^\s<>]+)>",
        # Dovecot, for LMTP.
        r"^2\.\d\.\d (?:<[^\s<>]*> )?([\w+/=:.-]+) Saved",
        # qmail and its kin; MessageLabs adds a name of its own.
        r"\bqp \d+ (server-[^\s!]+![\d!]+)",
        r"\bok \d+ qp (\d+)",
        # Gmail, earlier without its name; Naver.
        r"\bOK +\d{9,11} ([\w-]+\.\d+)",
        r"\bOK ([\w+/=-]+) - nsmtp",
        # Courier.
        rf"(?:^|\s)Ok\. ({_HEXADECIMAL}{{8,16}}(?:\.{_HEXADECIMAL}{{8,16}}){{1,3}})(?!\S)",
        # Amazon SES. Momentum, which is SparkPost's too.
        rf"\bOk ({_HEXADECIMAL}{{16}}(?:-{_HEXADECIMAL}{{4,12}}){{2,5}}-\d{{6}})(?!\S)",
        rf"\bOK ({_HEXADECIMAL}{{2}}/{_HEXADECIMAL}{{2}}-\d+-{_HEXADECIMAL}{{8}})(?!\S)",
        # Some provider, in a report to Stalwart (issue 927).
        rf"\bOK ({_HEXADECIMAL}{{32}})(?!\S)",
        # Oracle Communications Messaging Server, which iCloud was. A tab is shown as an escape.
        r"\benvelope id (?:\\t)?([^\s<>\\]+)",
        # Mimecast.
        r"\bReceived OK \[([\w.-]+)\]",
        r"\b(SmtpThread-\S+) Received OK",
    )
)


def queue_id(reply: Reply) -> str | None:
    """Return the queue ID in a reply, or None."""
    text = _beginning(reply.text)
    for pattern in _PATTERNS:
        # A content filter puts the reply of the inner server last.
        for match in reversed(list(pattern.finditer(text))):
            name = t.cast(str, match.group(1)).rstrip(".,;:!?'\"")
            if _is_name(name):
                return name
    return None


def _beginning(text: str) -> str:
    if len(text) <= _SEARCHED_CHARACTERS:
        return text
    return text[:_SEARCHED_CHARACTERS].rpartition(" ")[0]


def _is_name(word: str) -> bool:
    """Return whether a word can be a queue ID, and not prose without digits and capitals."""
    if not 4 <= len(word) <= MAX_CHARACTERS or not re.fullmatch(r"[!-\[\]-~]+", word):
        return False
    if re.search(r"\d", word):
        return True
    return len(word) >= 8 and bool(re.search("[a-z][A-Z]|^[A-F]+$", word))
