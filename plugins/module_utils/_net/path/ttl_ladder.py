# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where does the path end? Connect with a TTL of 1, 2, 3, and see who answers.

Each router takes one from the TTL of a packet, and reports the packet that has none left. So the
packet with TTL 2 is answered by the second router, unless somebody drops or rejects it before. No
privilege is needed, as these are ordinary attempts to connect.

Routers limit how many reports they send, and some send none. The kernel repeats each attempt after
a second, which is the second try of each hop. Paths of equal cost may differ.
"""

from __future__ import annotations

import sys
import time
import typing as t

from .attempts import Attempts, Outcome

if t.TYPE_CHECKING:
    from ..addresses import Address

# Most paths within a network are shorter. A longer one is known as far as this.
MOST_HOPS = 12

# A packet without a TTL goes first, for longer than most round trips. If it connects, no other is
# needed. Otherwise most of the others would connect, too.
_FIRST_SECONDS = 0.7

# Until after the kernel has repeated each attempt once.
_SECOND_TRY_SECONDS = 1.3

# A router, or this host, asks three times for the server before it reports that there is none.
SECONDS = 3.6


# A rule rejects at once. A host asks for a neighbour three times, a second apart, before it gives
# up, and may have begun before.
_AT_ONCE_SECONDS = 0.2


class Ladder(t.NamedTuple):
    """The outcomes of a ladder: `whole` with the system's own TTL, and a rung for each TTL from 1.

    There are no rungs if the whole attempt connected or did not leave this host.
    """

    address: Address
    whole: Outcome
    rungs: tuple[Outcome, ...] = ()

    @property
    def connections(self) -> int:
        """The number of attempts that have connected."""
        return sum(one.state == "connected" for one in (self.whole, *self.rungs))

    @property
    def unsent(self) -> bool:
        """Whether the kernel of this host could not repeat the packet of any attempt."""
        return all(one.unsent for one in (self.whole, *self.rungs))


class Reading(t.NamedTuple):
    """What a ladder means.

    `kind` is one of:

    - "open": it connects.
    - "refused": the connection is reset, with a TTL of at least `hop`.
    - "silent": routers up to number `hop` answer, and nothing answers beyond.
    - "rejected": `sender`, which is router number `hop` if that is known, rejects the connection.
    - "no host": `sender` says that the server does not answer ARP or neighbour discovery.
    - "loop": the packets go round in a circle until their TTL ends.
    - "rejected here": a rule of this host rejects the connection.
    - "dropped here": this host cannot send the packets, and does not say why.
    - "no route here": this host has no route to the server.
    - "no neighbour": the next hop, or the server itself, does not answer this host's ARP.
    - "not possible here": the system cannot make such attempts.

    `meaning` is that of the ICMP message, if there is one.
    """

    kind: str
    hop: int | None = None
    sender: str = ""
    meaning: str = ""


NOT_POSSIBLE = Reading("not possible here")


def climb(
    addresses: t.Sequence[Address],
    seconds: float = SECONDS,
    source_address: str | None = None,
    most_hops: int = MOST_HOPS,
) -> list[Ladder]:
    """Climb a ladder to each address, all side by side. Return them in order.

    They take at most `seconds`. The list is empty if the system cannot make such attempts.
    """
    if not sys.platform.startswith("linux"):
        return []
    started = time.monotonic()
    with Attempts(source_address) as attempts:
        wholes = [attempts.begin(address) for address in addresses]
        ended = _ended(attempts, wholes)
        attempts.wait(started + min(_FIRST_SECONDS, seconds), ended)
        rungs = [
            [attempts.begin(address, hops) for hops in range(1, most_hops + 1)]
            if _is_worth_climbing(attempts.outcome(whole))
            else []
            for address, whole in zip(addresses, wholes)
        ]
        second_try = time.monotonic() + _SECOND_TRY_SECONDS
        attempts.wait(min(second_try, started + seconds), _never)
        attempts.wait(started + seconds, ended)
        return [
            Ladder(address, attempts.outcome(whole), tuple(map(attempts.outcome, steps)))
            for address, whole, steps in zip(addresses, wholes, rungs)
        ]


def read(ladder: Ladder) -> Reading:
    """Return what a ladder means. No I/O."""
    whole, rungs = ladder.whole, ladder.rungs
    if ladder.connections:
        return Reading("open")
    if whole.state == "local":
        return _read_local(whole)
    told = _message(ladder)
    if told is not None:
        return _read_message(ladder, told)
    if whole.state == "refused":
        return Reading("refused", _first_arrival(rungs))
    if whole.state == "silent":
        return _read_silence(ladder)
    return Reading("rejected")  # by an old kernel, which keeps no message


def _read_silence(ladder: Ladder) -> Reading:
    hop = _last_router(ladder.rungs)
    if hop == 0 and ladder.unsent:
        return Reading("dropped here")
    return Reading("silent", hop, _sender(ladder.rungs, hop))


def _is_worth_climbing(whole: Outcome) -> bool:
    return whole.state not in ("connected", "local")


def _ended(attempts: Attempts, numbers: t.Sequence[int]) -> t.Callable[[], bool]:
    def ended() -> bool:
        return all(attempts.outcome(one).state != "silent" for one in numbers)

    return ended


def _never() -> bool:
    return False


def _read_local(whole: Outcome) -> Reading:
    """Return what it means that this host did not send a packet.

    The routes `prohibit` and `blackhole` yield EACCES and EINVAL, and `unreachable` EHOSTUNREACH
    (ip-route(8)). A rule of netfilter yields EPERM.
    """
    if whole.errno in ("EACCES", "EPERM", "EINVAL"):
        return Reading("rejected here")
    if whole.errno in ("ENETUNREACH", "EHOSTUNREACH"):
        return Reading("no route here")
    return NOT_POSSIBLE


def _message(ladder: Ladder) -> Outcome | None:
    """Return the outcome whose ICMP message says why the connection failed, or None.

    A router may report a rung and not the whole attempt, as it limits its reports.
    """
    if ladder.whole.icmp is not None:
        return ladder.whole
    if ladder.whole.state != "silent":
        return None
    told = (one for one in ladder.rungs if one.icmp is not None and not one.expired)
    return next(told, None)


def _read_message(ladder: Ladder, told: Outcome) -> Reading:
    meaning, sender = (told.icmp.meaning, told.icmp.sender) if told.icmp is not None else ("", "")
    if told.expired:
        return Reading("loop", None, sender, meaning)
    no_host = meaning == "no host" and told.seconds >= _AT_ONCE_SECONDS
    if sender and sender == told.own:
        return Reading("no neighbour" if no_host else "rejected here", 0, sender, meaning)
    hop = _hop_of(ladder, sender)
    return Reading("no host" if no_host else "rejected", hop, sender, meaning)


def _hop_of(ladder: Ladder, sender: str) -> int | None:
    """Return the number of the router with this address, or None if it is not known."""
    for hop, rung in enumerate(ladder.rungs, 1):
        if rung.icmp is None or rung.icmp.sender != sender:
            continue
        # A router takes one from the TTL before it rejects, and the server does not take one.
        return hop if rung.expired or sender == ladder.address.ip else max(hop - 1, 1)
    return None


def _first_arrival(rungs: t.Sequence[Outcome]) -> int | None:
    """Return the smallest TTL with which the connection is reset."""
    return next((hop for hop, rung in enumerate(rungs, 1) if rung.arrived), None)


def _last_router(rungs: t.Sequence[Outcome]) -> int:
    """Return the number of the last router that answers, or 0."""
    return max((hop for hop, rung in enumerate(rungs, 1) if rung.expired), default=0)


def _sender(rungs: t.Sequence[Outcome], hop: int) -> str:
    message = rungs[hop - 1].icmp if hop else None
    return message.sender if message is not None else ""
