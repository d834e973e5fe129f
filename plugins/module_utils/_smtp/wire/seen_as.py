# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The address that the server says it sees as the client. No I/O.

It differs from the source address of the connection if a router translates addresses (NAT), or if a
proxy is in between. With a PROXY header or XCLIENT, it is the address that these present.

Only known wordings are read: a reply may also name the server, a resolver, or the answer of a
blocklist. Many servers repeat the name that the client has sent in EHLO, which may be an address
literal. An address that the client sent proves nothing. In doubt there is no address.
"""

from __future__ import annotations

import re
import socket
import typing as t

if t.TYPE_CHECKING:
    from .reply import Reply

# Exim, Sendmail, OpenSMTPD, Exchange, Haraka, Domino and others say Hello, then the name that the
# client sent or that the DNS has for it, and then the address of the client. Gmail and servers made
# with Nodemailer have other words, which also come before the address.
_SALUTATION = r"\b(?:hello|at your service|nice to meet you)\b"
_BRACKETS = r"\[([^\[\]]{2,60})\]"

# An address in a refusal, in brackets of any kind or in none.
_ADDRESS = r"[\[(<]?\s?(?:ipv6:)?([0-9a-f][0-9a-f:.]{2,44})(?![\w@-])"

# The words around the address of the client in a refusal. {} is the address.
_REFUSALS = (
    # Postfix and postscreen, also Microsoft 365 and Barracuda
    r"<[^<>\[\]\s]{{0,255}}{}\]>: (?:unverified )?client host rejected",
    r"\bclient(?: host)? (?=\[){}",
    r"\bcannot find your (?:reverse )?hostname, {}",
    r"\btoo (?:many|much) [a-z ]{{3,30}} from (?:[^\s\[\]]{{1,255}}(?=\[))?{}",
    # Sendmail
    r"\bip name (?:lookup failed|possibly forged) {}",
    r"\bfix reverse dns for {}",
    r"\brejected: {} (?:listed|found)\b",
    # Exim, with the wording of its manual or that of cPanel
    r"\bbecause {}>? is in a (?:black|block) ?list",
    r"(?:^|\s){} is listed at\b",
    r"\bjunkmail rejected - (?:[^\s\[\]]{{1,255}} )?(?:\([^()\s]{{1,255}}\) )?(?=\[){}",
    # Gmail: with a number after the address
    r"^(?:[45]\.\d{{1,3}}\.\d{{1,3}} )?(?=\[){}\s{{0,12}}(?:\d{{1,3}})?\]",
    r"\bwith ip: (?=\[){}",
    # Microsoft 365 and Outlook.com
    r"\bbanned sender ?(?=\[){}",
    r"\bthe mail server (?=\[){}\] has\b",
    r"\btry again later from (?=\[){}",
    # Other providers
    r"\b(?:your|sending)(?: server'?s)? ip(?:v[46])?(?: address)?(?: is)?[:=]? ?{}",
    r"^(?:[45]\.\d{{1,3}}\.\d{{1,3}} )?ip(?: address |=| ){}",
    r"\b(?:access|connection|mail|messages?|detected|accepted) from (?:ip (?:address )?)?{}",
    r"\s{} found on one or more dnsbls",
    r"\bspf: {} is not allowed",
    r"\bdnsbl:\w{{1,20}} \d{{1,4}}{} ?>_is_blocked",
)
_SENT = r"(?:ipv6:)?([0-9a-f:.]{3,60})"
_URL = r"\b\w{2,10}://\S+"

# Limits on the text that is searched.
_MAX_LINE_CHARACTERS = 1000
_MAX_TEXT_CHARACTERS = 2000


def seen_as(replies: t.Sequence[tuple[str | None, Reply]]) -> str | None:
    """Return the address of the client in the last reply that names it, or None.

    `replies` are pairs of command and reply, in order. The greeting has no command.

    >>> from .reply import Reply
    >>> hello = Reply(250, ("mx.example.com Hello client.example.com [192.0.2.1]",))
    >>> seen_as([("EHLO client.example.com", hello)])
    '192.0.2.1'
    """
    for command, reply in reversed(replies):
        found = _in_refusal(reply) if reply.code >= 400 else _in_salutation(command or "", reply)
        sent = _addresses(re.findall(_SENT, command or "", re.IGNORECASE))
        seen = _not_repeated(found, sent)
        if seen is not None:
            return seen
    return None


def _not_repeated(found: list[str], sent: list[str]) -> str | None:
    """Return the one address that is found apart from those that the client has sent, or None.

    Exim and OpenSMTPD repeat the literal of EHLO and then name the client. So an address that was
    sent once and found twice is the address of the client.
    """
    rest = list(found)
    for address in sent:
        if address in rest:
            rest.remove(address)
    return rest[0] if len(set(rest)) == 1 else None


def _in_salutation(command: str, reply: Reply) -> list[str]:
    """Return the addresses after the salutation in a reply to EHLO, HELO or LHLO."""
    if not command.startswith(("EHLO ", "HELO ", "LHLO ")):
        return []
    line = reply.lines[0][:_MAX_LINE_CHARACTERS]
    salutation = re.search(_SALUTATION, line, re.IGNORECASE)
    if salutation is None:
        return []
    return _addresses(re.findall(_BRACKETS, line[salutation.end() :]))


def _in_refusal(reply: Reply) -> list[str]:
    """Return the addresses in a refusal, each once."""
    text = re.sub(_URL, "", reply.text[:_MAX_TEXT_CHARACTERS])
    found = [
        address
        for match in re.finditer(_refusal_pattern(), text, re.IGNORECASE | re.ASCII)
        for address in match.groups()
        if address is not None
    ]
    return list(dict.fromkeys(_addresses(found)))


def _refusal_pattern() -> str:
    """Return the pattern of all refusals. It is compiled only if the server refused something."""
    return "|".join(refusal.format(_ADDRESS) for refusal in _REFUSALS)


def _addresses(words: t.Iterable[str]) -> list[str]:
    """Return the words that are addresses, in their usual form."""
    return [address for address in map(_address, words) if address is not None]


def _address(word: str) -> str | None:
    """Return an IPv4 or IPv6 address in its usual form, or None for any other word."""
    text = word[5:] if word[:5].upper() == "IPV6:" else word
    text = text.rstrip(".")
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            shown = socket.inet_ntop(family, socket.inet_pton(family, text))
        except (OSError, ValueError):
            continue
        # A server with one socket for both families sees IPv4 so (RFC 4291 section 2.5.5.2).
        return shown[7:] if shown.startswith("::ffff:") and "." in shown else shown
    return None
