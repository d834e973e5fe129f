# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the DNS says of the domains of sender and recipient. This needs dnspython."""

from __future__ import annotations

import typing as t

from ...._net.spf import NotEvaluated, Spf
from ...._net.text import escape
from ..model import Conclusion, Evidence, Finding
from ._change import is_first
from ._dns import DomainLookup, NoReply
from ._seen import address_of_client
from .recipient import refused_recipient

if t.TYPE_CHECKING:
    from ..investigation import Investigation

_MOST_EXCHANGERS = 5
_MAX_CHARACTERS = 300

# The failures of which SPF may be the cause.
_ABOUT_SPF = ("address-in-spf", "aligned-domain", "own-domain-from-outside", "domain-reputation")

_NO_DOMAIN, _NULL_MX = "recipient-domain", "null-mx"

# The failures of which the domain of the recipient may be the cause.
_ABOUT_DOMAIN = (_NO_DOMAIN, _NULL_MX, "local-domains", "relay-for-address", "log-of-server")


def domain_of_sender(investigation: Investigation) -> t.Iterator[Finding]:
    """Look up whether the domain of the sender can receive mail, as many servers demand."""
    domain = _domain(investigation.plan.envelope.mail_from)
    if not domain:
        return
    fits = is_first(investigation, ("sender-domain", "null-mx"))
    conclusion = Conclusion("sender-domain", "consistent") if fits else None
    dns = DomainLookup(investigation.budget)
    fact = f"the MX of {domain}"
    try:
        exchangers = dns.exchangers(domain)
    except NoReply as error:
        if not fits:
            raise
        says = "the name servers of the domain do not answer, so nobody knows whether it exists"
        yield Finding(
            Evidence(fact, escape(str(error))[:_MAX_CHARACTERS], says),
            Conclusion("server-look-ups", "consistent"),
            ("sender-domain",),
        )
        return
    if not dns.exists(domain):
        yield Finding(Evidence(fact, "no such domain", "no mail can go back there"), conclusion)
    elif exchangers == [""]:
        null = Conclusion("null-mx", "consistent") if fits else None
        yield Finding(Evidence(fact, "null MX", "the domain accepts no mail"), null)
    elif exchangers:
        yield Finding(Evidence(fact, _shown(exchangers), "the domain can receive mail"))
    elif dns.addresses(domain):
        yield Finding(Evidence(fact, "none, but an address", "the domain can receive mail"))
    else:
        yield Finding(Evidence(fact, "none, and no address", "no mail can go back"), conclusion)


def domain_of_recipient(investigation: Investigation) -> t.Iterator[Finding]:
    """Look up whether this server is a mail exchanger of the recipient's domain."""
    domain = _domain(refused_recipient(investigation))
    if not domain:
        return
    dns = DomainLookup(investigation.budget)
    fact = f"the MX of {domain}"
    exchangers = dns.exchangers(domain)
    # A server may well take mail for a domain that only its own tables know.
    fits = is_first(investigation, _ABOUT_DOMAIN)
    if not dns.exists(domain):
        says, conclusion = "no server accepts mail for it", Conclusion(_NO_DOMAIN, "consistent")
        yield Finding(Evidence(fact, "no such domain", says), conclusion if fits else None)
        return
    if exchangers == [""]:
        says, conclusion = "the domain accepts no mail", Conclusion(_NULL_MX, "consistent")
        yield Finding(Evidence(fact, "null MX", says), conclusion if fits else None)
        return
    hosts = exchangers[:_MOST_EXCHANGERS] or [domain]
    asked = {address.ip for address in investigation.addresses}
    if any(asked.intersection(dns.addresses(host)) for host in hosts):
        says = "this server is named there, so it ought to accept the domain"
        cause = "local-domains"
    else:
        says = "this server is not named there, so it has to relay for this client"
        cause = "relay-for-address"
    decides = is_first(investigation, ("local-domains", "relay-for-address"))
    yield Finding(
        Evidence(fact, _shown(hosts), says), Conclusion(cause, "consistent") if decides else None
    )


def spf_of_sender(investigation: Investigation) -> t.Iterator[Finding]:
    """Evaluate the SPF record of the sender's domain for the address that the server sees."""
    domain = _domain(investigation.plan.envelope.mail_from)
    ip = address_of_client(investigation.control)
    if not domain or not ip or not is_first(investigation, _ABOUT_SPF):
        return
    dns = DomainLookup(investigation.budget)
    fact = f"SPF of {domain} for {ip}"
    record = next((one for one in dns.texts(domain) if one.lower().startswith("v=spf1")), "")
    shown = f" ({escape(record)[:_MAX_CHARACTERS]})" if record else ""
    try:
        result = Spf(ip.partition("%")[0], dns).result(domain)
    except NotEvaluated as error:
        yield Finding(Evidence(fact, f"not evaluated{shown}", escape(str(error))))
        return
    if result == "pass":
        says = "the address may send for the domain"
        yield Finding(Evidence(fact, result + shown, says), excludes=("address-in-spf",))
    elif result == "none":
        yield Finding(Evidence(fact, result, "the domain publishes no SPF record"))
    elif result == "permerror":
        says = "there are several SPF records, so that none of them counts"
        yield Finding(Evidence(fact, result, says))
    else:
        says = "the address is not one that the domain names"
        yield Finding(
            Evidence(fact, result + shown, says), Conclusion("address-in-spf", "consistent")
        )


def dmarc_of_sender(investigation: Investigation) -> t.Iterator[Finding]:
    """Look up the DMARC record of the sender's domain, if the failure may be about it."""
    domain = _domain(investigation.plan.envelope.mail_from)
    if not domain or not is_first(investigation, _ABOUT_SPF):
        return
    texts = DomainLookup(investigation.budget).texts(f"_dmarc.{domain}")
    record = next((one for one in texts if one.lower().startswith("v=dmarc1")), None)
    says = "what receivers do with mail that neither SPF nor DKIM vouches for"
    value = "none" if record is None else escape(record)[:_MAX_CHARACTERS]
    yield Finding(Evidence(f"DMARC of {domain}", value, says))


def _domain(address: str | None) -> str:
    """Return the domain of an address, which is empty for a null sender and an address literal."""
    _local, at, domain = (address or "").rpartition("@")
    return "" if not at or domain.startswith("[") else domain


def _shown(names: t.Sequence[str]) -> str:
    return ", ".join(names[:_MOST_EXCHANGERS])
