# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Do other ports of the server answer, and do other addresses of it?"""

from __future__ import annotations

import socket
import typing as t

from ...._net.addresses import Address
from ...._net.path.ports import at_port, try_ports
from ...._net.resolver import BackgroundCall
from ..model import Conclusion, Evidence, Finding
from ._connecting import failed_address, fails_to_connect

if t.TYPE_CHECKING:
    from ...._net.path.attempts import Outcome
    from ...model import Failure
    from ..investigation import Investigation

# The ports of mail servers (RFC 5321, RFC 6409, RFC 8314).
MAIL_PORTS = (25, 465, 587)

_MOST_ADDRESSES = 3

# The option for the duration of a dialogue, which a failure names if it took longer.
_LIMIT = "max_seconds"

_LOOKUP_SECONDS = 1.0


def other_mail_ports(investigation: Investigation) -> t.Iterator[Finding]:
    """Connect to the other ports of a mail server, side by side."""
    if not fails_to_connect(investigation):
        return
    address = failed_address(investigation)
    budget = investigation.budget
    ports = [port for port in MAIL_PORTS if port != address.sockaddr[1]]
    others = [at_port(address, port) for port in ports][: budget.connections_left]
    budget.check_time()
    outcomes = try_ports(others, source_address=investigation.plan.client.source_address)
    _note(investigation, others, outcomes)
    refused = investigation.failure.errno == "ECONNREFUSED" or (
        "refused" in investigation.failure.text
    )
    yield from findings_of_ports(others, outcomes, refused)


def findings_of_ports(
    others: t.Sequence[Address], outcomes: t.Sequence[Outcome], refused: bool
) -> t.Iterator[Finding]:
    """Yield what the states of other ports come to. No I/O.

    `refused` is whether the port of the dialogue refused the connection.
    """
    if not others:
        return
    fact = f"other ports of {others[0].ip}"
    value = ", ".join(
        f"{address.sockaddr[1]}: {_state(outcome)}" for address, outcome in zip(others, outcomes)
    )
    is_open = [a.sockaddr[1] for a, one in zip(others, outcomes) if one.state == "connected"]
    if is_open and refused:
        says = "a service for mail listens there, and none on the port of the dialogue"
        yield Finding(Evidence(fact, value, says), Conclusion("port-of-service", "consistent"))
    elif is_open:
        says = "the server is up: it is the port of the dialogue alone that does not answer"
        yield Finding(
            Evidence(fact, value, says),
            Conclusion("firewall-drops", "consistent"),
            ("stale-address", "route-both-ways", "path-ends"),
        )
    elif refused and all(one.state == "refused" for one in outcomes):
        says = "no service for mail listens on this address"
        yield Finding(Evidence(fact, value, says), Conclusion("service-listens", "consistent"))
    else:
        yield Finding(Evidence(fact, value, "they do not answer either"))


def addresses_of_server(investigation: Investigation) -> t.Iterator[Finding]:
    """Connect to each address of the server, of both families, side by side."""
    addresses = _all_addresses(investigation)[:_MOST_ADDRESSES]
    addresses = addresses[: investigation.budget.connections_left]
    failure = investigation.failure
    met_other = failure.kind == "expectation" and _LIMIT not in failure.text
    if len(addresses) < 2 or met_other or not fails_to_connect(investigation):
        return
    investigation.budget.check_time()
    outcomes = try_ports(addresses, source_address=investigation.plan.client.source_address)
    _note(investigation, addresses, outcomes)
    yield from findings_of_addresses(addresses, outcomes, failure)


def findings_of_addresses(
    addresses: t.Sequence[Address], outcomes: t.Sequence[Outcome], failure: Failure
) -> t.Iterator[Finding]:
    """Yield what the states of the addresses come to. No I/O.

    A dead address is the cause if the failure names it, or if it was tried before a good one and
    the dialogue took too long.
    """
    states = dict(zip(addresses, outcomes))
    good = [one for one in addresses if states[one].state == "connected"]
    before = addresses[: addresses.index(good[0])] if good else []
    blamed = before if failure.kind == "expectation" else _named(addresses, failure)
    for address in addresses:
        says = "it accepts connections" if address in good else "it accepts no connection"
        conclusion = None
        if address not in good and good:
            says = f"it accepts no connection, and {good[0].ip} does"
            if address in blamed:
                conclusion = Conclusion(_cause(address, good), "proven")
        yield Finding(Evidence(f"address {address}", _state(states[address]), says), conclusion)


def _named(addresses: t.Sequence[Address], failure: Failure) -> list[Address]:
    return [one for one in addresses if str(one) in failure.text]


def _cause(bad: Address, good: t.Sequence[Address]) -> str:
    """Return the cause for an address that is dead beside good ones."""
    if bad.family == socket.AF_INET6 and all(one.family == socket.AF_INET for one in good):
        return "ipv4-without-ipv6"
    return "dead-address"


def _all_addresses(investigation: Investigation) -> list[Address]:
    """Return the addresses of the dialogue first, and then those of the other family."""
    found = [one for one in investigation.addresses if not one.is_path]
    endpoint = investigation.plan.endpoint
    if endpoint.host is None or endpoint.address_family == "any":
        return found
    host, port = endpoint.host, endpoint.port

    def ask() -> list[t.Any]:
        return socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM, socket.IPPROTO_TCP)

    try:
        answers = BackgroundCall(ask).wait(_LOOKUP_SECONDS)
    except (OSError, UnicodeError, TimeoutError, RuntimeError):
        return found
    return list(dict.fromkeys([*found, *(Address(one[0], one[4]) for one in answers)]))


def _note(
    investigation: Investigation, addresses: t.Sequence[Address], outcomes: t.Sequence[Outcome]
) -> None:
    """Note each attempt in the transcript, and count those that have connected."""
    for address, outcome in zip(addresses, outcomes):
        what = f"connecting to {address}: {_state(outcome)}"
        if outcome.state == "connected":
            investigation.connecting(what)
        else:
            investigation.transcript.event(what)


def _state(outcome: Outcome) -> str:
    words = {"connected": "open", "silent": "no answer", "local": "not reached from this host"}
    if outcome.icmp is not None and outcome.icmp.sender:
        return f"rejected by {outcome.icmp.sender} ({outcome.icmp.meaning})"
    return words.get(outcome.state, outcome.state)
