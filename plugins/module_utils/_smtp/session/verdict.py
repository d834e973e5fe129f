# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came, and what was expected, in; pass or failure out. No I/O.

The kind of a failure tells the truth about what came, never about what was hoped for: where 550 was
expected and 450 came it is `transient`, and where the server was down it is `connect`.
"""

from __future__ import annotations

import errno
import typing as t

from ..._net.errors import ProbeError
from ..model import Failure

if t.TYPE_CHECKING:
    from ..._net.tls.policy import TlsPolicy
    from ..model import Kind, Stage
    from ..options.expectation import Patterns
    from ..options.plan import Plan
    from ..wire.capabilities import Capabilities
    from ..wire.reply import Reply

# What the system says when a process, or this host, has used up what there is.
_EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.ENOSPC, errno.EAGAIN)

_KINDS_OF_REFUSAL: dict[int, Kind] = {4: "transient", 5: "permanent"}


def accepted(stage: Stage, reply: Reply) -> bool:
    """Whether a reply lets the dialogue go on to its next step.

    That is 2yz at every stage but `data`, where it is 354 (RFC 5321 section 4.3.2): a server that
    answers DATA with 250 has taken a message that was not sent.
    """
    return reply.code == 354 if stage == "data" else reply.positive


def judge_reply(
    stage: Stage, reply: Reply, expected: Patterns, recipient: str | None = None
) -> Failure | None:
    """Judge one reply at its stage; None where it is as expected.

    Without an expectation of the user's a reply passes when it is `accepted`.
    """
    good = accepted(stage, reply)
    if any(pattern.matches_reply(reply) for pattern in expected) or (good and not expected):
        return None
    kind = "expectation" if good else _KINDS_OF_REFUSAL.get(reply.code // 100, "protocol")
    return Failure(
        stage, kind, reply.text, reply.code, reply.enhanced_code, recipient, _written(expected)
    )


def judge_error(stage: Stage, error: ProbeError, expected: Patterns) -> Failure | None:
    """Judge a dialogue that could not go on; None where that was expected, at `connect`.

    Every address must have failed as expected, and in a way that proves something about the server.
    """
    failure = Failure(stage, error.kind, error.text, expected=_written(expected))
    if stage != "connect" or not expected:
        return failure
    if not all(_is_expected(cause, expected) for cause in error.causes):
        return failure
    doubts = dict.fromkeys(c.inconclusive for c in error.causes if c.inconclusive is not None)
    return failure._replace(text=f"{error.text} ({'; '.join(doubts)})") if doubts else None


def judge_unsolicited_421(stage: Stage, reply: Reply, expected: Patterns) -> Failure:
    """Judge a 421 that came before the command of its stage: it is what nobody can have expected.

    No command was answered by it, so it does not show how the server answers that command.
    """
    text = f"{reply.text} (before the command was sent)" if expected else reply.text
    return Failure(
        stage, "transient", text, reply.code, reply.enhanced_code, expected=_written(expected)
    )


def judge_421_to_recipient(asked: int, reply: Reply, plan: Plan) -> Failure | None:
    """Judge a 421 to a recipient: those after it are not asked any more, whatever was expected."""
    left = len(plan.envelope.rcpt_to) - asked
    expected = plan.expected("rcpt_to")
    if not left or not expected:
        return None
    text = f"{reply.text} ({left} more {'recipient' if left == 1 else 'recipients'} not asked)"
    return Failure(
        "rcpt_to", "transient", text, reply.code, reply.enhanced_code, expected=_written(expected)
    )


def judge_exception(stage: Stage, error: Exception) -> Failure:
    """Judge a dialogue that ended with an exception which nobody foresaw."""
    if is_lack_of_host(error):
        return Failure(
            stage, "local", f"this host cannot go on: {str(error) or type(error).__name__}"
        )
    return Failure(stage, "internal", f"unexpected {type(error).__name__}: {error}")


def is_lack_of_host(error: Exception) -> bool:
    """Whether an exception says that this host has no memory, descriptor, thread or library."""
    return (
        isinstance(error, (ImportError, MemoryError))
        or (isinstance(error, OSError) and error.errno in _EXHAUSTED)
        or "start new thread" in str(error)
    )


def _is_expected(cause: ProbeError, expected: Patterns) -> bool:
    return any(pattern.matches_error(cause) for pattern in expected)


def judge_connected(address: str, expected: Patterns) -> Failure | None:
    """Judge a connection that stands: every expectation for `connect` is that it does not."""
    if not expected:
        return None
    return Failure("connect", "expectation", f"connected to {address}", expected=_written(expected))


def judge_certificate(stage: Stage, days_left: int | None, policy: TlsPolicy) -> Failure | None:
    """Judge for how long the server's certificate is good."""
    if policy.cert_min_days is None or (
        days_left is not None and days_left >= policy.cert_min_days
    ):
        return None
    text = f"the certificate is good for {days_left} days, less than {policy.cert_min_days}"
    return Failure(stage, "expectation", text)


def judge_dane(stage: Stage, error: str | None) -> Failure | None:
    """Judge how the server's certificate stands to its TLSA records; no error is good."""
    return None if error is None else Failure(stage, "tls", error)


def judge_plain_text(policy: TlsPolicy) -> Failure | None:
    """Judge a dialogue that will stay in plain text."""
    if policy.cert_min_days is None:
        return None
    return Failure("helo", "expectation", "the server does not offer STARTTLS: no certificate")


def judge_capabilities(
    capabilities: Capabilities, expected: tuple[str, ...], forbidden: tuple[str, ...]
) -> Failure | None:
    """Judge what the server offers; the failure names all that is missing or too much."""
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
    """Judge a dialogue that has passed so far, as a whole.

    `seconds` has the stages that took place. An expectation for any other is not met (but every
    dialogue comes to `connect`, though it may end at its name not being resolved). A dialogue that
    was too slow failed at the stage that took the longest.
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


def _written(patterns: Patterns) -> tuple[str, ...]:
    return tuple(pattern.written for pattern in patterns)
