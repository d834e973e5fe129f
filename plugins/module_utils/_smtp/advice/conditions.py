# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The conditions in the column `where` of a rule. No I/O.

A condition is a subject with one or more words: "port:465,587" holds if the port is one of these,
and "port!465,587" if it is known and is none of these. What is not known makes no condition hold.

To let rules ask for another fact, add a field with a default to `Facts`, and a subject here.
"""

from __future__ import annotations

import ipaddress
import re
import typing as t

if t.TYPE_CHECKING:
    from .model import Facts

    # The words that are true of a subject, or None if nothing is known of it.
    Words = t.Optional[t.Container[str]]

# What servers say of themselves in the greeting. The first word that is found counts.
_SOFTWARE = (
    ("google", r"\bg(smtp|cdp)\b"),
    ("exchange", "microsoft esmtp"),
    ("postfix", "postfix"),
    ("exim", "exim"),
    ("sendmail", "sendmail"),
    ("opensmtpd", "opensmtpd"),
    ("haraka", "haraka"),
    ("dovecot", "dovecot"),
)

# Certificate authorities that common systems trust, as they name themselves.
_PUBLIC_AUTHORITIES = (
    "let's encrypt|isrg|digicert|sectigo|comodo|usertrust|globalsign|google trust|amazon|entrust"
    "|godaddy|starfield|geotrust|rapidssl|thawte|zerossl|buypass|certum|actalis|swisssign|identrust"
    "|microsoft (azure|tls)|ssl corp|harica|telekom security|quovadis|gandi|t-systems|network sol"
)

# A firewall that rewrites SMTP leaves asterisks in the greeting, and X in place of a keyword.
_MASKED_GREETING = r"\*\*\*|^[*02 ]{6,}$"
_MASKED_KEYWORD = "X{4,}[A-Z]?$"

# Only the beginning of a greeting is searched, as a hostile server may send a very long one.
_SEARCHED_CHARACTERS = 500


def holds(where: str, facts: Facts) -> bool:
    """Return whether all conditions hold for the facts."""
    return all(_holds(condition, facts) for condition in where.split())


def subjects() -> t.Iterable[str]:
    """Return the subjects that conditions may ask for."""
    return _SUBJECTS


def _holds(condition: str, facts: Facts) -> bool:
    subject, mark, listed = re.split("([:!])", condition, maxsplit=1)
    words = _SUBJECTS[subject](facts)
    if words is None:
        return False
    return any(word in words for word in listed.split(",")) is (mark == ":")


def _sent(facts: Facts) -> Words:
    """Return what this side has sent, or None if it is not known."""
    known = {"proxy": facts.proxy, "xclient": facts.xclient, "login": facts.login}
    if all(sent is None for sent in known.values()):
        return None
    return {word for word, sent in known.items() if sent}


def _software(facts: Facts) -> Words:
    greeting = facts.greeting[:_SEARCHED_CHARACTERS]
    if not greeting:
        return None
    found = (name for name, words in _SOFTWARE if re.search(words, greeting, re.IGNORECASE))
    return {"lmtp" if re.search(r"\blmtp\b", greeting, re.IGNORECASE) else "smtp", *found}


def _masked(facts: Facts) -> Words:
    """Return whether a device on the way has masked something, or None without a greeting."""
    greeting, keywords = facts.greeting[:_SEARCHED_CHARACTERS], facts.keywords
    if not greeting and keywords is None:
        return None
    return _yes_or_no(
        bool(re.search(_MASKED_GREETING, greeting))
        or any(re.match(_MASKED_KEYWORD, keyword[:100]) for keyword in keywords or ())
    )


def _server(facts: Facts) -> Words:
    """Return the kind of the server's address, or None if it is not known."""
    if not facts.server_address:
        return None
    try:
        address = ipaddress.ip_address(facts.server_address.partition("%")[0])
    except ValueError:  # the path of a UNIX socket
        return {"path"}
    return {f"ipv{address.version}", "private" if address.is_private else "public"}


def _translated(facts: Facts) -> Words:
    """Return whether the server sees another address than the client has.

    With a PROXY header or XCLIENT it sees the address that these present.
    """
    if not facts.seen_as or not facts.client_address or facts.proxy or facts.xclient:
        return None
    return _yes_or_no(facts.seen_as != facts.client_address)


def _recipient(facts: Facts) -> Words:
    """Return what the recipient has to do with the host and with the sender."""
    domain = _domain(facts.recipient)
    if not domain:
        return None
    host = (facts.host or "").lower().rstrip(".")
    # A mail exchanger is usually within the domain that it takes mail for.
    found = {
        "host": host == domain,
        "of-host": host == domain or host.endswith("." + domain),
        "of-sender": domain == _domain(facts.sender),
    }
    return {word for word, true in found.items() if true}


def _sender(facts: Facts) -> Words:
    if facts.sender is None:
        return None
    return {"null"} if facts.sender in ("", "<>") else {"address"}


def _helo(facts: Facts) -> Words:
    """Return the form of the name in EHLO: `full` for a name with a dot."""
    name = (facts.helo or "").lower()
    if not name:
        return None
    if name.startswith("["):
        return {"literal"}
    if name.startswith("localhost") or name.endswith((".localdomain", ".local", ".internal")):
        return {"local", "odd"}
    if re.match(r"[0-9.]{7,15}$", name) or ":" in name:
        return {"address", "odd"}
    if "." not in name or "_" in name:
        return {"bare", "odd"}
    return {"full"}


def _issuer(facts: Facts) -> Words:
    if not facts.issuer:
        return None
    known = re.search(_PUBLIC_AUTHORITIES, facts.issuer[:_SEARCHED_CHARACTERS], re.IGNORECASE)
    return {"public" if known else "private"}


def _took(facts: Facts) -> Words:
    """Return how long the failure took.

    `instant` is less than a second, and `early` less than the round trip, so that the server cannot
    have answered. `seconds` is from one to eight seconds.
    """
    seconds, round_trip = facts.seconds, facts.round_trip
    if seconds is None:
        return None
    found = {"instant" if seconds < 1 else "seconds" if seconds < 8 else "long"}
    # Half a round trip, as the shortest one that was measured is not the shortest that there is.
    if round_trip is not None and round_trip > 0.002 and seconds < round_trip / 2:
        found.add("early")
    return found


def _yes_or_no(fact: bool | None) -> Words:
    return None if fact is None else {"yes" if fact else "no"}


def _word(fact: object) -> Words:
    return None if fact is None else {str(fact)}


def _domain(address: str | None) -> str:
    """Return the domain of an address, or an empty text."""
    return (address or "").rpartition("@")[2].lower().rstrip(".>") if address else ""


_SUBJECTS: dict[str, t.Callable[[Facts], Words]] = {
    "port": lambda facts: _word(facts.port),
    "mx": lambda facts: _yes_or_no(facts.mx),
    "protocol": lambda facts: _word(facts.protocol),
    "tls": lambda facts: _word(facts.tls),
    "tls-limits": lambda facts: _yes_or_no(facts.tls_limits),
    "encrypted": lambda facts: _yes_or_no(facts.encrypted),
    "sent": _sent,
    "helo": _helo,
    "sender": _sender,
    "recipient": _recipient,
    "others-accepted": lambda facts: _yes_or_no(facts.others_accepted),
    "greeting": _software,
    "masked": _masked,
    "offers": lambda facts: facts.keywords,
    "server": _server,
    "translated": _translated,
    "issuer": _issuer,
    "errno": lambda facts: _word(facts.errno),
    "took": _took,
    "unacknowledged": lambda facts: _yes_or_no(facts.unacknowledged),
}
