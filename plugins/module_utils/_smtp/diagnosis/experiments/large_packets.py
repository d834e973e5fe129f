# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Do large packets get lost on the way? Ask again with small segments: nothing else is changed."""

from __future__ import annotations

import typing as t

from ...._net.errors import ProbeError
from ...._net.path.large_packets import (
    SMALL_SEGMENT_BYTES,
    Burst,
    send_burst,
    with_small_segments,
)
from ...dialogue import hold
from ...model import STAGES
from ...options.plan import Limits
from ...session.record import Record
from ...session.session import Session
from ...steps.connect import (
    complete_connection,
    find_server,
    open_connection,
    send_proxy_header,
)
from ...steps.ending import EndOfDialogue
from ...steps.hello import read_greeting, say_hello
from ..model import Conclusion, Evidence, Finding
from ._change import gets_further
from ._outcome import outcome_of

if t.TYPE_CHECKING:
    from ...._net.network import Network
    from ...._net.tcp_info import TcpInfo
    from ..investigation import Investigation

CAUSE = "large-packets"

# Harmless commands that may be pipelined (RFC 2920 section 3.1), filled up with blanks, which a
# server should tolerate (RFC 5321 section 4.1.1). A line has at most 512 bytes.
_LINE = b"RSET".ljust(510) + b"\r\n"
_LINES = 8
BURST = _LINE * _LINES

# The stages at which the server answers something that was sent, and those with large packets.
_SENDS_SOMETHING = STAGES[STAGES.index("helo") : STAGES.index("quit")]
_SENDS_MUCH = ("starttls", "data", "message")

# Long enough for the kernel to send a lost packet again several times.
_SECONDS = 2.5


def state_at_time_out(investigation: Investigation) -> t.Iterator[Finding]:
    """Say what the state of the connection at the time-out of the first dialogue means."""
    failure = investigation.failure
    if failure.tcp_info is None or failure.stage not in _SENDS_SOMETHING:
        return
    yield from findings_of_state(failure.stage, failure.tcp_info)


def findings_of_state(stage: str, info: TcpInfo) -> t.Iterator[Finding]:
    """Yield what the state of a connection comes to, for which the server was to answer. No I/O."""
    fact = "TCP when the time was up"
    value = f"{info.unacked} segments unacknowledged, {info.retransmits} repeats"
    if info.unacked and info.retransmits:
        says = "the server's system has not got what was sent: the network loses it"
        cause = CAUSE if stage in _SENDS_MUCH else "lost-packets"
        yield Finding(Evidence(fact, value, says), Conclusion(cause, "consistent"))
    elif not info.unacked:
        says = "the server's system has everything that was sent"
        yield Finding(Evidence(fact, value, says), excludes=("lost-packets",))


def small_segments(investigation: Investigation) -> t.Iterator[Finding]:
    """Hold the same dialogue with small segments in both directions."""
    plan = investigation.plan
    in_handshake = investigation.failure.stage != "connect" or plan.tls.tls == "implicit"
    if plan.endpoint.socket is not None or not in_handshake or not investigation.reproduced:
        return
    fact = f"segments of at most {SMALL_SEGMENT_BYTES} bytes"
    investigation.connecting(fact)
    limits = investigation.plan.limits._replace(
        timeout=_SECONDS, deadline=max(investigation.budget.seconds_left, 0.01)
    )
    record = hold(
        investigation.plan._replace(limits=limits),
        investigation.lookup.at(investigation.address),
        investigation.transcript,
        with_small_segments(investigation.network),
    )
    investigation.note_replies(record)
    if gets_further(investigation, record):
        says = "the dialogue gets further, so the network loses large packets"
        conclusion: Conclusion | None = Conclusion(CAUSE, "proven")
        yield Finding(Evidence(fact, outcome_of(record), says), conclusion)
    else:
        says = "it makes no difference, so it is not the size of the packets"
        yield Finding(Evidence(fact, outcome_of(record), says), excludes=(CAUSE,))


def burst_of_commands(investigation: Investigation) -> t.Iterator[Finding]:
    """Send 4,000 bytes of harmless commands after EHLO, in large packets and in small ones."""
    if investigation.plan.endpoint.socket is not None:
        return
    fact = f"{len(BURST)} bytes of harmless commands after EHLO"
    large = _try_burst(investigation, fact, investigation.network)
    if large is None:
        says = "the server does not offer PIPELINING, or does not get as far as EHLO"
        yield Finding(Evidence(fact, "not asked", says))
        return
    if large.answered:
        says = "large packets get through, and the server answers"
        yield Finding(Evidence(fact, "answered", says), excludes=(CAUSE,))
        return
    if large.taken:
        says = "the server's system has them all, and the service does not answer"
        yield Finding(Evidence(fact, value_of(large), says), excludes=(CAUSE,))
        return
    says = "the network loses the packets" if large.lost else "the server does not answer"
    fits = Conclusion(CAUSE, "consistent") if large.lost else None
    yield Finding(Evidence(fact, value_of(large), says), fits)
    fact = f"the same bytes in segments of at most {SMALL_SEGMENT_BYTES}"
    small = _try_burst(investigation, fact, with_small_segments(investigation.network))
    if small is not None and small.answered:
        says = "small packets get through and large ones do not"
        yield Finding(Evidence(fact, "answered", says), Conclusion(CAUSE, "proven"))
    elif small is not None:
        says = "small packets get lost, too"
        yield Finding(Evidence(fact, value_of(small), says))


def value_of(burst: Burst) -> str:
    """Return the outcome of a burst as a text."""
    info = burst.info
    if burst.answered or info is None:
        return "answered" if burst.answered else "no answer"
    return (
        f"no answer; {info.unacked} segments unacknowledged, {info.retransmits} repeats,"
        f" {info.mss} bytes each"
    )


def _try_burst(investigation: Investigation, what: str, network: Network) -> Burst | None:
    """Say hello and send the burst. Return None if it cannot be sent."""
    investigation.connecting(what)
    seconds = min(_SECONDS, investigation.budget.seconds_left)
    plan = investigation.plan
    if plan.tls.tls != "implicit":
        plan = plan._replace(tls=plan.tls._replace(tls="never", dane=False))
    limits = Limits(seconds, seconds, max(investigation.budget.seconds_left, 0.01))
    record = Record(plan, investigation.transcript)
    lookup = investigation.lookup.at(investigation.address)
    session = Session(record, lookup, limits, network)
    try:
        find_server(session, plan)
        open_connection(session, plan)
        send_proxy_header(session, plan)
        complete_connection(session, plan)
        read_greeting(session, plan)
        say_hello(session, plan)
        if not record.capabilities.offers("PIPELINING"):
            return None
        investigation.transcript.event(f"sending {what}")
        return send_burst(session.stream, BURST, _LINES, network.now() + seconds)
    except (EndOfDialogue, ProbeError):
        return None
    finally:
        session.close()
        investigation.note_replies(record)
