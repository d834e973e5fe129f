# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts of a failed dialogue, for the rules of advice. No I/O."""

from __future__ import annotations

import typing as t

from ..advice.model import Facts
from ..wire.seen_as import seen_as

if t.TYPE_CHECKING:
    from ..model import Failure
    from ..session.record import Record


def facts_of(record: Record, failure: Failure) -> Facts:
    """Return what a record says of its failure."""
    plan, endpoint = record.plan, record.plan.endpoint
    tcp_info = failure.tcp_info
    return Facts(
        failure.stage,
        failure.kind,
        failure.code,
        failure.enhanced_code,
        failure.text,
        port=None if endpoint.socket else endpoint.port,
        host=endpoint.host,
        mx=endpoint.mx_preference is not None,
        protocol=plan.steps.protocol,
        tls=plan.tls.tls,
        tls_limits=bool(plan.tls.tls_min_version or plan.tls.tls_ciphers),
        encrypted=record.tls is not None and record.tls.error is None,
        proxy=plan.client.proxy is not None,
        xclient=bool(plan.client.xclient),
        login=plan.login is not None,
        helo=record.helo,
        sender=plan.envelope.mail_from,
        recipient=failure.recipient or "".join(plan.envelope.rcpt_to[:1]) or None,
        others_accepted=_others_accepted(record, failure),
        greeting=_greeting(record),
        keywords=_keywords(record),
        server_address=_server_address(record),
        client_address=record.local[0] or None,
        seen_as=seen_as([(one.command, one.judged) for one in record.replies]),
        issuer=record.tls.certificate.issuer if record.tls and record.tls.certificate else None,
        errno=failure.errno,
        seconds=_seconds(record, failure),
        round_trip=failure.round_trip,
        unacknowledged=None if tcp_info is None else tcp_info.unacked > 0,
    )


def _others_accepted(record: Record, failure: Failure) -> bool | None:
    """Return whether another recipient was accepted, or None if no other one was named."""
    others = [
        one.accepted
        for one in record.replies
        if one.stage == failure.stage and one.recipient not in (None, failure.recipient)
    ]
    return any(others) if others else None


def _greeting(record: Record) -> str:
    return "".join(one.judged.text for one in record.replies[:1] if one.stage == "greeting")


def _keywords(record: Record) -> frozenset[str] | None:
    """Return the keywords that the server offers, or None if it accepted no EHLO."""
    if any(one.stage == "helo" and one.accepted for one in record.replies):
        return frozenset(record.capabilities)
    return None


def _server_address(record: Record) -> str | None:
    """Return the address of the server: the last one tried if no connection was made."""
    address = record.address or (record.addresses[-1] if record.addresses else None)
    return None if address is None else address.ip


def _seconds(record: Record, failure: Failure) -> float | None:
    """Return how long it took until the failure. A look-up has a duration of its own."""
    if failure.kind == "resolve":
        return record.seconds.get("resolve")
    return failure.seconds
