# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Do the name servers of this host, and its hosts file, agree on the server's addresses?"""

from __future__ import annotations

import typing as t

from ...._net.addresses import FAMILIES, Address, family_of
from ...._net.path.ports import try_ports
from ...._net.path.resolvers import (
    NameServerAnswer,
    ask_each,
    hosts_addresses,
    name_servers,
)
from ...._net.text import escape
from ..model import Conclusion, Evidence, Finding
from ._connecting import fails_to_connect
from ._dns import DomainLookup, NotAsked

if t.TYPE_CHECKING:
    from ..investigation import Investigation

_SECONDS = 2.0
_MOST_TRIED = 2
_MOST_SHOWN = 5


class NameView(t.NamedTuple):
    """What is known of a name: the addresses in use, those in /etc/hosts, and the answers.

    `answers` is None if the name servers could not be asked one by one.
    """

    name: str
    used: tuple[str, ...]
    in_hosts: tuple[str, ...]
    answers: tuple[NameServerAnswer, ...] | None

    @property
    def others(self) -> list[str]:
        """The addresses that some name server has and that are not in use."""
        found = [ip for one in self.answers or () for ip in one.addresses]
        return [ip for ip in dict.fromkeys(found) if ip not in self.used]


def answers_of_name_servers(investigation: Investigation) -> t.Iterator[Finding]:
    """Compare what is known of the server's name. Try addresses that are not in use."""
    name = investigation.plan.endpoint.host
    if name is None or _is_ip(name) or not fails_to_connect(investigation):
        return
    seconds = min(_SECONDS, investigation.budget.seconds_left)
    answers = ask_each(name, name_servers(), seconds)
    view = NameView(
        name,
        tuple(address.ip for address in investigation.addresses),
        tuple(hosts_addresses(name)),
        None if answers is None else tuple(answers),
    )
    yield from _findings_of_hosts(view)
    yield from findings_of_answers(view)
    other_family = _is_of_other_family(view, investigation.plan.endpoint.address_family)
    if other_family:
        yield _finding_of_family(view)
        return
    if investigation.failure.kind == "resolve":
        yield from _findings_of_mail_domain(investigation, view)
    yield from _try_others(investigation, view)
    if answers is None:
        raise NotAsked("dnspython is not installed on this host, so no name server was asked")


def _findings_of_hosts(view: NameView) -> t.Iterator[Finding]:
    if not view.in_hosts:
        return
    shown = ", ".join(view.in_hosts)
    differs = bool(view.others) and set(view.in_hosts) & set(view.used)
    says = "the hosts file of this host names the address, and the DNS names another"
    yield Finding(
        Evidence(f"{view.name} in /etc/hosts", shown, says if differs else "this host uses it"),
        Conclusion("hosts-file-entry", "consistent") if differs else None,
    )


def findings_of_answers(view: NameView) -> t.Iterator[Finding]:
    """Yield what the answers of the name servers come to. No I/O."""
    if view.answers is None:
        return
    for answer in view.answers:
        yield Finding(
            Evidence(f"name server {escape(answer.server)}", _value(answer), _says(answer))
        )
    states = {answer.state for answer in view.answers}
    asked = ", ".join(escape(answer.server) for answer in view.answers)
    if not view.answers:
        return
    if states == {"no answer"}:
        says = "no name server of this host answers"
        yield Finding(
            Evidence("the name servers", asked, says), Conclusion("resolver-answers", "consistent")
        )
    elif states == {"no such name"}:
        says = "all of them say that there is no such name"
        yield Finding(
            Evidence("the name servers", asked, says),
            Conclusion("look-name-up-here", "consistent"),
            ("resolver-answers", "resolver-of-this-host"),
        )
    elif {"found", "no such name"} <= states:
        says = "only some of them know the name: which one is asked decides"
        yield Finding(
            Evidence("the name servers", asked, says), Conclusion("split-horizon", "proven")
        )
    elif len({one.addresses for one in view.answers if one.state == "found"}) > 1:
        says = "they name different addresses: which one is asked decides"
        yield Finding(
            Evidence("the name servers", asked, says), Conclusion("split-horizon", "consistent")
        )
    elif "no answer" in states:
        says = "some of them do not answer, which delays each look-up"
        yield Finding(
            Evidence("the name servers", asked, says), Conclusion("resolver-answers", "open")
        )


def _is_of_other_family(view: NameView, wanted: str) -> bool:
    """Return whether the name has addresses, but none of the family that was asked for."""
    if wanted == "any" or view.used or not view.others:
        return False
    return all(family_of(ip) != FAMILIES[wanted] for ip in view.others)


def _finding_of_family(view: NameView) -> Finding:
    says = "the name has addresses of the other family only"
    return Finding(
        Evidence(f"the addresses of {view.name}", ", ".join(view.others), says),
        Conclusion("address-of-family", "consistent"),
        ("look-name-up-here", "split-horizon"),
    )


def _findings_of_mail_domain(investigation: Investigation, view: NameView) -> t.Iterator[Finding]:
    """Look up whether the name is that of a mail domain, which needs no address."""
    if {answer.state for answer in view.answers or ()} != {"no such name"}:
        return
    exchangers = DomainLookup(investigation.budget).exchangers(view.name)
    named = ", ".join(exchangers[:_MOST_SHOWN])
    if named:
        says = "it is a mail domain, and these hosts take its mail"
        yield Finding(
            Evidence(f"the MX of {view.name}", named, says),
            Conclusion("mail-domain-as-host", "consistent"),
            ("look-name-up-here",),
        )


def _try_others(investigation: Investigation, view: NameView) -> t.Iterator[Finding]:
    """Connect to addresses that some name server has, and that were not asked."""
    if investigation.failure.stage != "connect":
        return
    left = min(_MOST_TRIED, investigation.budget.connections_left)
    port = investigation.plan.endpoint.port
    others = [Address(family_of(ip), (ip, port)) for ip in view.others[:left]]
    if not others:
        return
    investigation.check_may_connect()
    outcomes = try_ports(others, source_address=investigation.plan.client.source_address)
    for address, outcome in zip(others, outcomes):
        if outcome.state == "connected":
            investigation.connecting(f"connecting to {address}: {outcome.state}")
            cause = "hosts-file-entry" if set(view.in_hosts) & set(view.used) else "split-horizon"
            says = "this address accepts connections, and the one in use does not"
            yield Finding(Evidence(f"{address}", outcome.state, says), Conclusion(cause, "proven"))
        else:
            yield Finding(Evidence(f"{address}", outcome.state, "no better than the one in use"))


def _value(answer: NameServerAnswer) -> str:
    return escape(", ".join(answer.addresses)) or answer.state


def _says(answer: NameServerAnswer) -> str:
    if answer.state == "no answer":
        return escape(answer.problem)[:200] or "it does not answer"
    return "it knows the name" if answer.addresses else "it does not know an address of the name"


def _is_ip(name: str) -> bool:
    try:
        family_of(name.partition("%")[0])
    except ValueError:
        return False
    return True
