# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether blocklists have the addresses that the server sends from. No I/O but `ask`.

Only the lists that the user names are asked, each after its own health test (RFC 5782 section 5): a
list that has everything, or nothing, says nothing.
"""

from __future__ import annotations

import typing as t

from ...._net.dnsbl import ALWAYS, NEVER, REFUSES, query_name
from ..model import Verdict
from .asker import Unanswered
from .subject import no_senders

if t.TYPE_CHECKING:
    from .asker import Asker
    from .subject import Subject

# How the answers of a list begin. Another one is an error.
_ANSWERS = "127."


class Answer(t.NamedTuple):
    """What a list says: of its two test entries, and of each address. `error` is why not."""

    zone: str
    always: t.Sequence[str] = ()
    never: t.Sequence[str] = ()
    listed: t.Mapping[str, t.Sequence[str]] = {}
    error: str = ""


def ask(asker: Asker, subject: Subject) -> Verdict:
    """Ask each list."""
    if not subject.blocklists:
        return Verdict("not_applicable", "no blocklist is named in dnsbl")
    lacks = no_senders(subject)
    if lacks is not None:
        return lacks
    found = [_ask_list(asker, zone, subject.senders) for zone in subject.blocklists]
    return judge(found)


def _ask_list(asker: Asker, zone: str, ips: t.Iterable[str]) -> Answer:
    def entries(ip: str) -> tuple[str, ...]:
        return asker.find(query_name(ip, zone), "A").records

    try:
        always, never = entries(ALWAYS), entries(NEVER)
        return Answer(zone, always, never, {ip: entries(ip) for ip in ips})
    except Unanswered as error:
        return Answer(zone, error=str(error))


def judge(found: t.Sequence[Answer]) -> Verdict:
    """Judge the answers of all lists."""
    doubts, clear = [], []
    for one in found:
        doubt = _doubt(one)
        if doubt is not None:
            doubts.append(f"{one.zone}: {doubt}")
            continue
        listed = [f"{ip} ({', '.join(codes)})" for ip, codes in one.listed.items() if codes]
        if listed:
            return Verdict("finding", f"{one.zone} lists {', '.join(listed)}")
        clear.append(one.zone)
    if doubts:
        return Verdict("undecided", "; ".join(doubts))
    return Verdict("sound", f"not listed: {', '.join(clear)}")


def _doubt(one: Answer) -> str | None:
    """Return why the answers of a list say nothing, or None if they do."""
    if one.error:
        return one.error
    codes = [*one.always, *one.never, *(code for codes in one.listed.values() for code in codes)]
    if any(code.startswith(REFUSES) for code in codes):
        return "it refuses to answer this resolver"
    if not one.always or one.never or not all(code.startswith(_ANSWERS) for code in codes):
        return "its test entries are wrong, so that its answers say nothing"
    return None
