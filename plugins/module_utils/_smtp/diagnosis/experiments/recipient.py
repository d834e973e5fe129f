# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is it the recipient, its domain, or this client? Other recipients get other replies."""

from __future__ import annotations

import typing as t
import uuid

from ...._net.text import escape
from ..model import Evidence, Finding
from ._change import conclusion_of, is_first

if t.TYPE_CHECKING:
    from ...wire.reply import Reply
    from ..investigation import Investigation

# The causes that are about one recipient, and those that are about its domain.
OF_RECIPIENT = (
    "recipient-known",
    "recipient-denied",
    "recipient-policy",
    "verification-target",
    "mailbox-enabled",
    "mailbox-full",
    "recipient-rate",
    "forwarded-recipient",
    "address-syntax",
)
OF_DOMAIN = ("local-domains", "relay-for-address", "recipient-domain", "null-mx", "other-server")

_MAX_CHARACTERS = 200


def another_recipient(investigation: Investigation) -> t.Iterator[Finding]:
    """Ask, in one dialogue, for postmaster and for an unknown recipient of the same domain.

    Every domain has a postmaster, and every server accepts <postmaster> (RFC 5321 section 4.5.1).
    """
    recipient = refused_recipient(investigation)
    domain = recipient.rpartition("@")[2]
    if not domain or domain == recipient or not investigation.reproduced:
        return
    unknown = f"no-such-user-{uuid.uuid4().hex[:12]}@{domain}"
    asked = (f"postmaster@{domain}", unknown, "postmaster")
    plan = investigation.plan
    envelope = plan.envelope._replace(rcpt_to=asked, rcpt_parameters=())
    record = investigation.hold("other recipients", plan._replace(envelope=envelope))
    replies = {one.recipient: one.reply for one in record.replies if one.stage == "rcpt_to"}
    if set(replies) != set(asked):
        return
    yield from _findings(investigation, *(replies[one] for one in asked))


def refused_recipient(investigation: Investigation) -> str:
    """Return the recipient that the control was refused, or an empty text."""
    failure = investigation.control.failure
    recipients = investigation.plan.envelope.rcpt_to
    if failure is not None and failure.recipient:
        return failure.recipient
    return recipients[0] if recipients else ""


def _findings(
    investigation: Investigation, postmaster: Reply, unknown: Reply, bare: Reply
) -> t.Iterator[Finding]:
    """Yield what follows from the replies for postmaster@domain, an unknown one, and postmaster."""
    if postmaster.positive:
        says = "the domain is accepted, so it is this recipient"
        usual = "recipient-policy" if unknown.positive else "recipient-known"
        conclusion = conclusion_of(investigation, (usual, *OF_RECIPIENT))
        if unknown.positive and conclusion.cause == "recipient-known":
            # The reply says that it is unknown, and yet the server accepts one that nobody has.
            conclusion = conclusion._replace(certainty="consistent")
        yield Finding(
            Evidence("postmaster of the same domain", _text(postmaster), says),
            conclusion,
            OF_DOMAIN,
        )
        yield Finding(
            Evidence("an unknown recipient of the domain", _text(unknown), _same(unknown))
        )
    elif bare.positive:
        # Some servers accept <postmaster> from every client.
        says = "the server itself can be written to, and no recipient of this domain"
        yield Finding(
            Evidence("<postmaster> of the server itself", _text(bare), says),
            None,
            OF_RECIPIENT if is_first(investigation, OF_DOMAIN) else (),
        )
    elif _is_refused_alike(investigation, postmaster, unknown, bare):
        yield _finding_of_one_reply(investigation, bare)


def _finding_of_one_reply(investigation: Investigation, bare: Reply) -> Finding:
    """Return what follows if every recipient gets the same reply.

    A server that has no postmaster, such as one for LMTP, knows none of them.
    """
    fact = "three other recipients"
    if is_first(investigation, OF_RECIPIENT):
        return Finding(Evidence(fact, _text(bare), "the same reply"))
    says = "every recipient gets the same reply, so it is not because of the recipient"
    excluded = tuple(one for one in OF_RECIPIENT if one != "address-syntax")
    return Finding(Evidence(fact, _text(bare), says), None, excluded)


def _is_refused_alike(investigation: Investigation, *replies: Reply) -> bool:
    failure = investigation.failure
    return all(
        (one.code, one.enhanced_code) == (failure.code, failure.enhanced_code) for one in replies
    )


def _same(reply: Reply) -> str:
    return "any recipient is accepted" if reply.positive else "unknown recipients are refused"


def _text(reply: Reply) -> str:
    return escape(f"{reply.code} {reply.text}")[:_MAX_CHARACTERS]
