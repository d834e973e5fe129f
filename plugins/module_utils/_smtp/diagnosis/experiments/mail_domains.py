# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the DNS says of the domains of sender and recipient. This needs dnspython."""

from __future__ import annotations

import typing as t

from ...._net.text import escape
from ..model import Conclusion, Evidence, Finding
from ._change import is_first
from ._names import addresses_of
from .recipient import refused_recipient

if t.TYPE_CHECKING:
    from ..investigation import Investigation

_SECONDS = 2.0
_MOST_EXCHANGERS = 5


class NotAsked(OSError):
    """The DNS was not asked, or gave no answer. The text says why."""


def exchangers_of(domain: str, seconds: float) -> list[str] | None:
    """Return the mail exchangers of a domain, which may be none. Return None if it does not exist.

    A null MX (RFC 7505) is an exchanger with an empty name. Raise NotAsked.
    """
    from ...._net import dns

    if dns.MISSING is not None:
        raise NotAsked("dnspython is not installed on this host")
    try:
        records = dns.query(domain, "MX", min(_SECONDS, seconds)).records
    except dns.NoSuchName:
        return None
    except dns.NoAnswer as error:
        raise NotAsked(str(error)) from error
    found = sorted(records, key=lambda record: int(record.preference))
    return [record.exchange.to_text(omit_final_dot=True) for record in found]


def domain_of_sender(investigation: Investigation) -> t.Iterator[Finding]:
    """Look up whether the domain of the sender can receive mail, as many servers demand."""
    sender = investigation.plan.envelope.mail_from or ""
    domain = sender.rpartition("@")[2]
    if not domain:
        return
    fits = is_first(investigation, ("sender-domain",))
    conclusion = Conclusion("sender-domain", "consistent") if fits else None
    budget = investigation.budget
    fact = f"the MX of {domain}"
    exchangers = exchangers_of(domain, budget.seconds_left)
    if exchangers is None:
        yield Finding(Evidence(fact, "no such domain", "no mail can go back there"), conclusion)
    elif exchangers == [""]:
        yield Finding(Evidence(fact, "null MX", "the domain accepts no mail"), conclusion)
    elif exchangers:
        yield Finding(Evidence(fact, _shown(exchangers), "the domain can receive mail"))
    elif addresses_of(domain, budget):
        yield Finding(Evidence(fact, "none, but an address", "the domain can receive mail"))
    else:
        yield Finding(Evidence(fact, "none, and no address", "no mail can go back"), conclusion)


def domain_of_recipient(investigation: Investigation) -> t.Iterator[Finding]:
    """Look up whether this server is a mail exchanger of the recipient's domain."""
    domain = refused_recipient(investigation).rpartition("@")[2]
    if not domain:
        return
    budget = investigation.budget
    fact = f"the MX of {domain}"
    exchangers = exchangers_of(domain, budget.seconds_left)
    about_domain = is_first(investigation, ("local-domains", "relay-for-address"))
    if exchangers is None:
        yield Finding(
            Evidence(fact, "no such domain", "no server accepts mail for it"),
            Conclusion("recipient-domain", "consistent"),
        )
        return
    if exchangers == [""]:
        yield Finding(
            Evidence(fact, "null MX", "the domain accepts no mail"),
            Conclusion("null-mx", "consistent"),
        )
        return
    hosts = exchangers[:_MOST_EXCHANGERS] or [domain]
    asked = {address.ip for address in investigation.addresses}
    own = any(asked.intersection(addresses_of(host, budget)) for host in hosts)
    if own:
        says = "this server is named there, so it ought to accept the domain"
        cause = "local-domains"
    else:
        says = "this server is not named there, so it has to relay for this client"
        cause = "relay-for-address"
    yield Finding(
        Evidence(fact, _shown(hosts), says),
        Conclusion(cause, "consistent") if about_domain else None,
    )


def _shown(names: t.Sequence[str]) -> str:
    return escape(", ".join(names[:_MOST_EXCHANGERS]))
