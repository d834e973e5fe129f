# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where does the path to the port end, and does that of another port end there, too?

The other port is one on which nothing listens, so a path without filters ends with a refusal by the
server itself. If it gets further than the port of the dialogue, then a filter for that port is
proven: nothing but the port was changed.
"""

from __future__ import annotations

import typing as t

from ...._net.path.ports import at_port
from ...._net.path.ttl_ladder import Ladder, Reading, climb, read
from ..model import Conclusion, Evidence, Finding
from ._connecting import failed_address, fails_to_connect

if t.TYPE_CHECKING:
    from ..investigation import Investigation
    from ..model import Certainty

# The discard service (RFC 863), which hardly any host has.
CLOSED_PORT = 9

# The causes that a host which answers contradicts.
_HOST_IS_DOWN = ("stale-address", "route-both-ways", "path-ends")


class View(t.NamedTuple):
    """What the ladder to the port of the dialogue means, beside that to a closed port.

    `port_only` is whether the closed port got further.
    """

    subject: Reading
    reference: Reading
    port_only: bool
    is_ipv6: bool = False


def where_path_ends(investigation: Investigation) -> t.Iterator[Finding]:
    """Connect with a TTL of 1, 2, 3 to the port of the dialogue, and to a closed one."""
    if not fails_to_connect(investigation):
        return
    address = failed_address(investigation)
    budget = investigation.budget
    investigation.connecting(f"connections to {address} and port {CLOSED_PORT} with small TTLs")
    ladders = climb(
        [address, at_port(address, CLOSED_PORT)],
        min(_SECONDS, budget.seconds_left),
        investigation.plan.client.source_address,
    )
    if not ladders:
        says = "this host's system cannot make such connections"
        yield Finding(Evidence("the path to the server", "not asked", says))
        return
    made = sum(one.connections for one in ladders) - 1  # one was counted before
    for _connection in range(min(made, budget.connections_left)):
        budget.spend_connection()
    for one in ladders:
        investigation.transcript.event(f"{one.address} with TTL 1, 2, 3: {value_of(one)}")
    yield from findings_from(*ladders)


_SECONDS = 3.6


def findings_from(subject: Ladder, reference: Ladder) -> t.Iterator[Finding]:
    """Yield what two ladders come to. No I/O."""
    view = View(
        read(subject),
        read(reference),
        gets_further(subject, reference),
        ":" in subject.address.ip,
    )
    says, causes, excludes = _interpret(view)
    beside = Evidence(
        f"port {CLOSED_PORT} of the same address, with TTL 1, 2, 3",
        value_of(reference),
        _says_reference(view),
    )
    yield Finding(beside)
    evidence = Evidence(
        f"connections to {subject.address} with TTL 1, 2, 3", value_of(subject), says
    )
    yield Finding(evidence, causes[0] if causes else None, excludes)
    for cause in causes[1:]:
        yield Finding(Evidence(f"the server of {subject.address}", "not asked", _OTHER), cause)


_OTHER = "from outside, this looks the same"


def gets_further(subject: Ladder, reference: Ladder) -> bool:
    """Return whether a ladder to another port got further than the one to the port itself.

    That is so if both were asked with the same TTL, and only the other port was answered by a later
    router, or by the server.
    """
    reading, other = read(subject), read(reference)
    if other.kind in ("rejected here", "dropped here", "no route here", "not possible here"):
        return False
    if reading.kind in ("rejected here", "dropped here", "no route here"):
        return True
    reached = other.kind in ("open", "refused")
    if reading.kind == "silent":
        return any(one.expired for one in reference.rungs[reading.hop or 0 :])
    if reading.kind == "refused":
        # A router has answered the other port with the TTL that was reset here.
        hop = reading.hop or 0
        return hop > 0 and any(one.expired for one in reference.rungs[hop - 1 :])
    if reading.kind == "rejected":
        return reached and reading.sender != other.sender
    return False


def value_of(ladder: Ladder) -> str:
    """Return the outcomes of a ladder as a text: the routers, and what is beyond them."""
    reading = read(ladder)
    steps = []
    for number, rung in enumerate(ladder.rungs, 1):
        if rung.expired and rung.icmp is not None:
            steps.append(f"{number}: {rung.icmp.sender}")
        elif rung.state == "silent" and number <= (reading.hop or 0):
            steps.append(f"{number}: no answer")
    ends = {
        "open": "connected",
        "refused": "refused" + (f" from TTL {reading.hop} on" if reading.hop else ""),
        "silent": "no answer beyond",
        "rejected": f"rejected by {reading.sender or 'a router'} ({reading.meaning})",
        "no host": f"{reading.sender} reports no such host",
        "loop": f"{reading.sender} reports that the TTL has ended",
        "rejected here": f"rejected at once ({ladder.whole.errno})",
        "dropped here": "no packet was sent",
        "no route here": f"not sent ({ladder.whole.errno})",
        "no neighbour": "no answer to ARP",
    }
    return "; ".join([*steps, ends.get(reading.kind, reading.kind)])


def _says_reference(view: View) -> str:
    other = view.reference
    if other.kind in ("open", "refused"):
        where = f", behind {_hops(other.hop - 1)}" if other.hop and other.hop > 1 else ""
        return f"the server is up and answers{where}"
    if view.port_only:
        return "it gets further than the port of the dialogue"
    return "it gets no further than the port of the dialogue"


_Meaning = t.Tuple[str, t.List[Conclusion], t.Tuple[str, ...]]


def _interpret(view: View) -> _Meaning:
    """Return a sentence, the conclusions that it allows, and the causes that it excludes."""
    return _INTERPRETATIONS.get(view.subject.kind, _unknown)(view)


def _unknown(_view: View) -> _Meaning:
    return "this says nothing about the cause", [], ()


def _open(_view: View) -> _Meaning:
    says = "it connects now, so the failure comes and goes"
    return says, [Conclusion("lost-packets", "open")], _HOST_IS_DOWN


def _refused(view: View) -> _Meaning:
    hop = view.subject.hop or 0
    if not view.port_only:
        says = "the host is up, and refuses connections to this port"
        excluded = (*_HOST_IS_DOWN, "firewall-drops", "outgoing-port-25")
        return says, [Conclusion("service-listens", "consistent")], excluded
    if hop <= 1:
        says = "something resets connections to this port before the first router does"
        return says, [Conclusion("forbidden-here", "consistent")], ("service-listens",)
    says = (
        f"connections to this port are reset with TTL {hop} already, behind {_hops(hop - 1)}."
        f" The server itself is further away"
    )
    return says, [Conclusion("firewall-resets", "proven")], ("service-listens", *_HOST_IS_DOWN)


def _rejected(view: View) -> _Meaning:
    reading = view.subject
    who = reading.sender or "a router"
    where = f" (hop {reading.hop})" if reading.hop else ""
    words = {
        "prohibited": "prohibits connections to it",
        "no port": "reports that nothing listens there",
        "no host": "reports that there is no such host",
        "no route": "reports that there is no way to it",
    }
    says = f"{who}{where} {words.get(reading.meaning, 'rejects connections to it')}"
    conclusion = Conclusion(_cause_of_rejection(view), _certainty(view))
    excluded = _HOST_IS_DOWN if view.port_only else ()
    return says, [conclusion], ("service-listens", *excluded)


def _certainty(view: View) -> Certainty:
    """Return how sure a cause is that is about the port, or about the server altogether."""
    return "proven" if view.port_only else "consistent"


def _cause_of_rejection(view: View) -> str:
    meaning = view.subject.meaning
    if meaning == "no port":
        return "firewall-resets"
    if meaning in ("no route", "no host") and not view.port_only:
        return "route-both-ways"
    return "firewall-prohibits-ipv6" if view.is_ipv6 else "firewall-prohibits"


def _no_host(view: View) -> _Meaning:
    says = f"the last router, {view.subject.sender}, asks for the server and gets no answer"
    excluded = ("firewall-drops", "firewall-prohibits", "outgoing-port-25", "service-listens")
    return says, [Conclusion("stale-address", "consistent")], excluded


def _no_neighbour(_view: View) -> _Meaning:
    says = "this host asks for the next hop (ARP or neighbour discovery) and gets no answer"
    excluded = ("firewall-drops", "firewall-prohibits", "outgoing-port-25", "service-listens")
    return says, [Conclusion("stale-address", "consistent")], excluded


def _loop(view: View) -> _Meaning:
    says = f"the packets go round in a circle until {view.subject.sender} drops them"
    return says, [Conclusion("routing-loop", "consistent")], ("firewall-drops", "service-listens")


def _rejected_here(view: View) -> _Meaning:
    if view.port_only:
        says = "this host itself rejects connections to this port, and not those to another"
        return says, [Conclusion("forbidden-here", "proven")], ("firewall-prohibits",)
    says = "this host itself rejects connections to the server"
    return says, [Conclusion("forbidden-here", "consistent")], ("firewall-prohibits",)


def _dropped_here(view: View) -> _Meaning:
    says = "the kernel of this host could not send the packets: one of its own rules drops them"
    conclusion = Conclusion("forbidden-here", _certainty(view))
    return says, [conclusion], ("firewall-drops", "stale-address")


def _no_route_here(_view: View) -> _Meaning:
    says = "this host has no route to the server, and sends nothing"
    return says, [Conclusion("route-from-here", "consistent")], ("firewall-drops",)


def _silent(view: View) -> _Meaning:
    hop, other = view.subject.hop or 0, view.reference
    if view.port_only:
        says = (
            f"{_answers(hop)}, and packets to this port get no further: {_place(view)} drops them"
        )
        return says, [Conclusion("firewall-drops", "proven")], _HOST_IS_DOWN
    if other.kind in ("open", "refused"):
        says = (
            f"{_answers(hop)}. Packets to this port are dropped by {_place(view)}, or the service"
            " takes no new connections"
        )
        causes = [
            Conclusion("firewall-drops", "consistent"),
            Conclusion("accept-queue-full", "open"),
        ]
        return says, causes, _HOST_IS_DOWN
    says = f"{_answers(hop)}, and nothing answers beyond, whatever the port"
    return says, [Conclusion("path-ends", "consistent")], ("service-listens",)


def _answers(hop: int) -> str:
    if not hop:
        return "not even the first router answers"
    return f"{'the first router answers' if hop == 1 else f'the routers up to hop {hop} answer'}"


def _place(view: View) -> str:
    """Return where the packets are dropped: a router may drop before or after it counts the TTL."""
    hop, server = view.subject.hop or 0, view.reference.hop
    router = f"{view.subject.sender} (hop {hop})"
    if not hop:
        return "the first router"
    if server == hop + 1:
        return f"{router} or the server itself"
    return f"{router} or the next one"


def _hops(number: int) -> str:
    return "1 router" if number == 1 else f"{number} routers"


_INTERPRETATIONS: dict[str, t.Callable[[View], _Meaning]] = {
    "open": _open,
    "refused": _refused,
    "rejected": _rejected,
    "no host": _no_host,
    "no neighbour": _no_neighbour,
    "loop": _loop,
    "rejected here": _rejected_here,
    "dropped here": _dropped_here,
    "no route here": _no_route_here,
    "silent": _silent,
}
