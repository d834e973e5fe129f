# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judge replies and errors: return a failure, or None for a pass. No I/O.

The kind of a failure depends on what happened, and not on what the user expected. If the user
expected 550, a reply 450 is a failure of kind `transient`, and a server that is down is a failure
of kind `connect`.
"""

from __future__ import annotations

import errno
import typing as t

from ..._net.errors import ProbeError
from ..._net.stream import errno_name
from ..model import Failure

if t.TYPE_CHECKING:
    from ..._net.addresses import Address
    from ..._net.tls.policy import TlsPolicy
    from ..model import Kind, Stage
    from ..options.expectation import Patterns
    from ..options.plan import Plan
    from ..wire.capabilities import Capabilities
    from ..wire.reply import Reply

# The errors of the system when a process, or this host, has reached a limit.
_EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.ENOSPC, errno.EAGAIN)

_KINDS_OF_REFUSAL: dict[int, Kind] = {4: "transient", 5: "permanent"}


def accepted(stage: Stage, reply: Reply) -> bool:
    """Return whether the dialogue can go on after a reply.

    It can after 2yz, and at stage `data` after 354 only (RFC 5321 section 4.3.2). A server that
    replies 250 to DATA has accepted a message that was not sent.
    """
    return reply.code == 354 if stage == "data" else reply.positive


def judge_reply(
    stage: Stage, reply: Reply, expected: Patterns, recipient: str | None = None
) -> Failure | None:
    """Judge a reply at a stage. Return None if it is as expected.

    If the user expects nothing in particular, a reply is as expected if it is `accepted`.
    """
    good = accepted(stage, reply)
    if any(pattern.matches_reply(reply) for pattern in expected) if expected else good:
        return None
    kind = "expectation" if good else _KINDS_OF_REFUSAL.get(reply.code // 100, "protocol")
    return _refused(stage, kind, reply, reply.text, expected, recipient)


def judge_error(stage: Stage, error: ProbeError, expected: Patterns) -> Failure | None:
    """Judge an error. Return None if the user expected it, which is possible at `connect` only.

    Every address must have failed as expected, and each failure must be conclusive. A failure is
    inconclusive if its cause may be another one than the server, such as a resolver.
    """
    failure = Failure(
        stage,
        error.kind,
        error.text,
        expected=_written(expected),
        errno=error.errno,
        seconds=error.seconds,
        tcp_info=error.tcp_info,
    )
    if stage != "connect" or not expected:
        return failure
    if not all(_is_expected(cause, expected) for cause in error.causes):
        return failure
    doubts = dict.fromkeys(c.inconclusive for c in error.causes if c.inconclusive is not None)
    return failure._replace(text=f"{error.text} ({'; '.join(doubts)})") if doubts else None


def judge_unsolicited_421(stage: Stage, reply: Reply, expected: Patterns) -> Failure:
    """Judge a reply 421 that came before the command of the stage. It is never as expected.

    The reply does not answer the command, so it does not show how the server would answer it.
    """
    text = f"{reply.text} (before the command was sent)" if expected else reply.text
    return _refused(stage, "transient", reply, text, expected)


def judge_421_to_recipient(sent: int, reply: Reply, plan: Plan) -> Failure | None:
    """Judge a reply 421 to RCPT number `sent`, after which no other RCPT is sent.

    Even if the user expected 421, it is a failure if there are more recipients.
    """
    unsent = len(plan.envelope.rcpt_to) - sent
    expected = plan.expected("rcpt_to")
    if not unsent or not expected:
        return None
    recipients = "recipient" if unsent == 1 else "recipients"
    text = f"{reply.text} (no RCPT was sent for {unsent} more {recipients})"
    return _refused("rcpt_to", "transient", reply, text, expected)


def judge_exception(stage: Stage, error: Exception) -> Failure:
    """Judge an exception that the code does not handle."""
    number = errno_name(error)
    if is_lack_of_host(error):
        text = f"this host cannot go on: {str(error) or type(error).__name__}"
        return Failure(stage, "local", text, errno=number)
    text = f"unexpected {type(error).__name__}: {error}"
    return Failure(stage, "internal", text, errno=number)


def is_lack_of_host(error: Exception) -> bool:
    """Return whether an exception says that this host lacks memory, files, threads or a library."""
    return (
        isinstance(error, (ImportError, MemoryError))
        or (isinstance(error, OSError) and error.errno in _EXHAUSTED)
        or "start new thread" in str(error)
    )


def _is_expected(cause: ProbeError, expected: Patterns) -> bool:
    return any(pattern.matches_error(cause) for pattern in expected)


def judge_connected(address: Address, expected: Patterns) -> Failure | None:
    """Judge a successful connection. It is a failure if the user expects `connect` to fail."""
    if not expected:
        return None
    return Failure("connect", "expectation", f"connected to {address}", expected=_written(expected))


def judge_certificate(stage: Stage, days_left: int | None, policy: TlsPolicy) -> Failure | None:
    """Judge the number of days for which the server's certificate is valid (`cert_min_days`).

    `days_left` is None if the certificate is not known.
    """
    if policy.cert_min_days is None or (
        days_left is not None and days_left >= policy.cert_min_days
    ):
        return None
    if days_left is None:
        text = "the server showed no certificate that can be read, so its last day is not known"
    else:
        text = f"the certificate is good for {days_left} days, less than {policy.cert_min_days}"
    return Failure(stage, "expectation", text)


def judge_dane(stage: Stage, error: str | None) -> Failure | None:
    """Judge the comparison of the server's certificate with its TLSA records."""
    return None if error is None else Failure(stage, "tls", error)


def judge_plain_text(policy: TlsPolicy, capabilities: Capabilities | None) -> Failure | None:
    """Judge a dialogue without TLS. It is a failure if the user expects something of a certificate.

    `capabilities` is None if the dialogue ended before EHLO was accepted.
    """
    if policy.cert_min_days is None and not policy.dane:
        return None
    if capabilities is None:
        text = "the dialogue ended before TLS was started: no certificate"
        return Failure("starttls", "expectation", text)
    offered = capabilities.offers("STARTTLS")
    why = "TLS was not started" if offered else "the server does not offer STARTTLS"
    return Failure("helo", "expectation", f"{why}: no certificate")


def judge_capabilities(
    capabilities: Capabilities | None, expected: tuple[str, ...], forbidden: tuple[str, ...]
) -> Failure | None:
    """Judge the capabilities. The failure names all that are missing and all that are forbidden.

    `capabilities` is None if the dialogue ended before EHLO was accepted.
    """
    if capabilities is None:
        if not expected and not forbidden:
            return None
        text = "the dialogue ended before EHLO was accepted: no capabilities"
        return Failure("helo", "expectation", text)
    missing = [wanted for wanted in expected if not capabilities.offers(wanted)]
    offered = [unwanted for unwanted in forbidden if capabilities.offers(unwanted)]
    texts = []
    if missing:
        texts.append(f"the server does not offer {', '.join(missing)}")
    if offered:
        texts.append(f"the server offers {', '.join(offered)}, which is forbidden")
    return Failure("helo", "expectation", "; ".join(texts)) if texts else None


def judge_whole_dialogue(
    expected: t.Mapping[Stage, Patterns],
    seconds: t.Mapping[Stage, float],
    max_seconds: float | None,
) -> Failure | None:
    """Judge a whole dialogue in which every stage has passed.

    `seconds` has the duration of each stage that took place. An expectation for any other stage is
    not met, except for `connect`, which takes place even if the name cannot be resolved. A dialogue
    that took longer than `max_seconds` has failed at its longest stage.
    """
    for stage, patterns in expected.items():
        if stage not in seconds and stage != "connect":
            text = "the dialogue ended before this stage"
            return Failure(stage, "expectation", text, expected=_written(patterns))
    total = sum(seconds.values())
    if max_seconds is None or total <= max_seconds:
        return None
    slowest = max(seconds, key=lambda stage: seconds[stage])
    text = (
        f"the dialogue took {total:.3f} s, more than max_seconds {max_seconds:g};"
        f" this stage alone took {seconds[slowest]:.3f} s"
    )
    return Failure(slowest, "expectation", text)


def _refused(
    stage: Stage,
    kind: Kind,
    reply: Reply,
    text: str,
    expected: Patterns,
    recipient: str | None = None,
) -> Failure:
    """Return the failure that a reply decided."""
    return Failure(
        stage,
        kind,
        text,
        reply.code,
        reply.enhanced_code,
        recipient,
        _written(expected),
        seconds=reply.since_sent,
    )


def _written(patterns: Patterns) -> tuple[str, ...]:
    return tuple(pattern.written for pattern in patterns)
