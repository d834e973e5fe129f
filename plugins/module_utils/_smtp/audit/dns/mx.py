# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether mail for the own domain finds a mail exchanger. No I/O but `ask`."""

from __future__ import annotations

import typing as t

from ..model import Verdict

if t.TYPE_CHECKING:
    from .asker import Asker, Found
    from .subject import Subject

# The exchangers whose addresses are looked up.
MAX_EXCHANGERS = 8


class Reached(t.NamedTuple):
    """A mail exchanger, the name that it is an alias of, or itself, and its addresses."""

    host: str
    owner: str
    addresses: tuple[str, ...]


def reach(asker: Asker, host: str) -> Reached:
    """Look up the addresses of a mail exchanger."""
    ipv4, ipv6 = asker.find(host, "A"), asker.find(host, "AAAA")
    owner = ipv4.owner if ipv4.owner != host else ipv6.owner
    return Reached(host, owner, (*ipv4.records, *ipv6.records))


def ask(asker: Asker, subject: Subject) -> Verdict:
    """Look up the mail exchangers, and their addresses."""
    domain = subject.own_domain
    found = asker.find(domain, "MX")
    hosts = [one.host for one in found.records if one.host] or [domain]
    return judge(domain, found, [reach(asker, one) for one in hosts[:MAX_EXCHANGERS]])


def judge(domain: str, found: Found, reached: t.Sequence[Reached]) -> Verdict:
    """Judge the mail exchangers, or a domain that is its own one (RFC 5321 section 5.1)."""
    fault = _fault_of_domain(domain, found) or _fault_of_hosts(domain, found, reached)
    if fault is not None:
        return Verdict("finding", fault)
    if not found.records:
        return Verdict("sound", f"{domain} has no MX, so mail goes to its own address")
    return Verdict("sound", f"{domain} MX: {', '.join(map(str, found.records))}")


def _fault_of_domain(domain: str, found: Found) -> str | None:
    if not found.exists:
        return f"there is no domain {domain}"
    if all(one.host for one in found.records):
        return None
    if len(found.records) > 1:  # RFC 7505 section 3
        return f"{domain} has a null MX beside others: {found}"
    return f"{domain} has a null MX: it says that it takes no mail"


def _fault_of_hosts(domain: str, found: Found, reached: t.Sequence[Reached]) -> str | None:
    for one in reached:
        if found.records and one.owner != one.host:  # RFC 2181 section 10.3
            return f"the MX {one.host} is an alias of {one.owner}"
        if not one.addresses:
            what = f"the MX {one.host}" if found.records else f"{domain} has no MX, and"
            return f"{what} has no address"
    return None
