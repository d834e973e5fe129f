# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether DNSSEC vouches for the way to the mail exchangers. No I/O but `ask`.

Only a resolver that validates can say so. If it vouches for nothing at all, then the domain is not
signed, or the resolver does not validate.
"""

from __future__ import annotations

import typing as t

from ..model import Verdict
from .mx import MAX_EXCHANGERS

if t.TYPE_CHECKING:
    from .asker import Asker
    from .subject import Subject


class Question(t.NamedTuple):
    """A question, and whether DNSSEC vouches for the answer, or shows that it is false."""

    name: str
    kind: str
    secure: bool
    bogus: bool = False

    def __str__(self) -> str:
        return f"{self.name} {self.kind}"


def ask(asker: Asker, subject: Subject) -> Verdict:
    """Look up the mail exchangers and their addresses; without a domain, those of the server."""
    domain, hosts, found = subject.own_domain, [subject.host], []
    if domain:
        found += _questions(asker, domain, "MX")
        bogus = any(one.bogus for one in found)
        hosts = [] if bogus else asker.exchangers(domain)[:MAX_EXCHANGERS] or [domain]
    for host in filter(None, hosts):
        found += _questions(asker, host, "A")
    return judge(found)


def judge(found: t.Sequence[Question]) -> Verdict:
    """Judge the answers."""
    if not found:
        return Verdict("not_applicable", "no name that exists is known to ask for")
    bogus = [str(one) for one in found if one.bogus]
    if bogus:
        text = f"the signatures are wrong of {', '.join(bogus)}: who validates gets no answer"
        return Verdict("finding", text)
    insecure = [str(one) for one in found if not one.secure]
    if len(insecure) == len(found):
        text = "the domain is not signed, or the resolver of this host does not validate DNSSEC"
        return Verdict("not_applicable", text)
    if insecure:
        return Verdict("finding", f"DNSSEC does not vouch for {', '.join(insecure)}")
    return Verdict("sound", f"DNSSEC vouches for {', '.join(map(str, found))}")


def _questions(asker: Asker, name: str, kind: str) -> list[Question]:
    """Return the question, or none if there is no such name, which is a matter of other checks."""
    if asker.is_bogus(name, kind):
        return [Question(name, kind, secure=False, bogus=True)]
    found = asker.find(name, kind)
    return [Question(name, kind, found.secure)] if found.exists else []
