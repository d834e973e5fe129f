# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What kind of listener is silent, or hangs up, where a greeting is due?"""

from __future__ import annotations

import typing as t

from ...._net.path.listener import WAIT, Answer, Opening, client_hello, wait_and_open
from ...wire.proxy_header import ProxySpec, header_for
from ..model import Conclusion, Evidence, Finding

if t.TYPE_CHECKING:
    from ..investigation import Investigation

_PATIENT, _PROXY_1, _PROXY_2, _TLS = WAIT.name, "PROXY 1", "PROXY 2", "TLS"

_FACTS = {
    _PATIENT: "a connection that sends nothing and waits",
    _PROXY_1: "a connection with a PROXY header of version 1",
    _PROXY_2: "a connection with a PROXY header of version 2",
    _TLS: "a connection with a TLS handshake",
}

# The longest wait for a greeting, and the time that must remain.
_SECONDS = 5.0
_RESERVE_SECONDS = 1.0

# A greeting that comes after this time is slow, whatever the limit was.
_SLOW_SECONDS = 1.0


def kind_of_listener(investigation: Investigation) -> t.Iterator[Finding]:
    """Open connections in several ways, side by side, and compare what comes.

    The one that only waits is the control.
    """
    address, plan = investigation.address, investigation.plan
    if address.is_path or plan.client.proxy is not None or plan.tls.tls == "implicit":
        return
    investigation.connecting(_FACTS[_PATIENT])
    seconds = min(_SECONDS, investigation.budget.seconds_left - _RESERVE_SECONDS)
    network, openings = investigation.network, _openings(plan.tls_name)
    until, source = network.now() + seconds, plan.client.source_address
    patient, others = wait_and_open(network, address, openings, until, source)
    answers = {opening.name: answer for opening, answer in zip(openings, others)}
    for name in answers:
        investigation.connecting(_FACTS[name])
    for name, answer in {_PATIENT: patient, **answers}.items():
        investigation.transcript.event(f"{_FACTS[name]}: {_value(answer)}")
    yield from findings_from(
        {_PATIENT: patient, **answers},
        investigation.failure.kind,
        plan.limits.timeout,
        seconds,
    )


def _openings(name: str) -> list[Opening]:
    openings = [
        Opening(_PROXY_1, lambda own, other: _header(1, own, other)),
        Opening(_PROXY_2, lambda own, other: _header(2, own, other)),
    ]
    try:
        hello = client_hello(name)
    except (ImportError, ValueError, OSError):  # without ssl, or with a name that it refuses
        return openings
    return [*openings, Opening(_TLS, lambda _own, _other: hello)]


def _header(version: int, own: tuple[str, int], other: tuple[str, int]) -> bytes:
    return header_for(ProxySpec(version), own, other).as_bytes()


def findings_from(
    answers: t.Mapping[str, Answer], kind: str, timeout: float, waited: float
) -> t.Iterator[Finding]:
    """Yield what the answers come to. No I/O.

    `kind` is that of the failure, `timeout` the limit of the first dialogue on a reply, and
    `waited` the number of seconds that these connections waited.
    """
    patient = answers[_PATIENT]
    finding = _finding_of_patient(patient, kind, timeout, waited)
    headers = [name for name in (_PROXY_1, _PROXY_2) if name in answers]
    sooner = [name for name in headers if _is_sooner(answers[name], patient)]
    if sooner:
        # Exim waits for the header for some seconds, and greets then, only to refuse what follows.
        yield finding._replace(conclusion=None)
        says = "the server greets at once after the header, and late without it"
        evidence = _evidence(sooner[0], answers[sooner[0]], says)
        yield Finding(evidence, _proven("proxy-header-wanted"), ("slow-greeting",))
        return
    yield finding
    if patient.state == "answered":
        return
    for name in (_PROXY_1, _PROXY_2):
        answer = answers[name]
        if answer.greets:
            says = "the server greets after the header, and not without it"
            yield Finding(_evidence(name, answer, says), _proven("proxy-header-wanted"))
            return
        if answer.protocol and answer.protocol != "SMTP" and answer.protocol != "TLS":
            says = f"this is the answer of a service that speaks {answer.protocol}"
            yield Finding(_evidence(name, answer, says), _proven("other-protocol"))
            return
    answer = answers.get(_TLS, Answer("not connected"))
    if answer.protocol == "TLS":
        says = "the listener speaks TLS from the first byte"
        yield Finding(_evidence(_TLS, answer, says), _proven("tls-port"))
        return
    yield from _findings_of_none(answers, patient)


def _is_sooner(answer: Answer, patient: Answer) -> bool:
    """Return whether the server greets much sooner after a header than without."""
    slow = patient.greets and patient.seconds >= _SLOW_SECONDS
    return slow and answer.greets and answer.seconds < patient.seconds / 2


def _finding_of_patient(patient: Answer, kind: str, timeout: float, waited: float) -> Finding:
    if patient.greets:
        return _finding_of_greeting(patient, kind, timeout)
    says, conclusion = f"no greeting within {waited:.0f} s", None
    excluded: tuple[str, ...] = ()
    if patient.state == "answered":
        says = "this is not the greeting of a mail server"
        if patient.protocol not in ("", "SMTP"):
            says = f"this is a service that speaks {patient.protocol}"
            conclusion = Conclusion("other-protocol", "consistent")
    elif patient.state == "closed":
        says, excluded = "the server hangs up without a greeting", ("slow-greeting",)
    elif patient.state == "not connected":
        says = "the port takes no connection now"
    return Finding(_evidence(_PATIENT, patient, says), conclusion, excluded)


def _finding_of_greeting(patient: Answer, kind: str, timeout: float) -> Finding:
    if not patient.whole:
        says = f"the greeting begins, and has no end after {patient.seconds:.0f} s"
        return Finding(
            _evidence(_PATIENT, patient, says), Conclusion("slow-greeting", "consistent")
        )
    if patient.seconds < _SLOW_SECONDS:
        says = "the greeting comes at once now"
        return Finding(_evidence(_PATIENT, patient, says), Conclusion("log-of-hang-up", "open"))
    late = kind == "timeout" and patient.seconds >= timeout
    says = f"the greeting takes {patient.seconds:.1f} s"
    if late:
        says += f", longer than the limit of {timeout:g} s"
    conclusion = Conclusion("slow-greeting", "proven" if late else "consistent")
    return Finding(_evidence(_PATIENT, patient, says), conclusion)


def _findings_of_none(answers: t.Mapping[str, Answer], patient: Answer) -> t.Iterator[Finding]:
    """Yield what follows if no opening got an answer that tells the listener."""
    excluded = ("tls-port", "proxy-header-wanted")
    others = [name for name in answers if name != _PATIENT]
    # While a queue is full, the system takes no further connection.
    quiet = ("silent", "not connected")
    alike = all(answers[name].state == patient.state for name in others)
    all_quiet = patient.state in quiet and all(answers[name].state in quiet for name in others)
    fact = "connections with a PROXY header and with a TLS handshake"
    value = ", ".join(dict.fromkeys(answers[name].state for name in others))
    if all_quiet:
        says = "no service answers, whatever is sent: the system alone takes the connections"
        yield Finding(
            Evidence(fact, value, says), Conclusion("accept-queue-full", "consistent"), excluded
        )
        yield Finding(
            Evidence("the server itself", "not asked", "from outside, a long delay looks the same"),
            Conclusion("slow-greeting", "open"),
        )
    elif patient.state == "closed" and alike:
        says = "the server hangs up whatever is sent"
        yield Finding(
            Evidence(fact, value, says), Conclusion("what-listens", "consistent"), excluded
        )
    else:
        yield Finding(Evidence(fact, value, "they get no greeting either"), excludes=excluded)


def _evidence(name: str, answer: Answer, says: str) -> Evidence:
    return Evidence(_FACTS[name], _value(answer), says)


def _value(answer: Answer) -> str:
    value = f"{answer.protocol or 'answered'}: {answer.text}" if answer.text else answer.state
    return f"{value} after {answer.seconds:.1f} s"


def _proven(cause: str) -> Conclusion:
    return Conclusion(cause, "proven")
