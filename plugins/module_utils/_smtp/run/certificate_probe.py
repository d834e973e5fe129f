# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one connection does not show of a certificate on Python 3.7, a second one does.

There the ssl module has no certificate to show once it has refused one, and never an intermediate
one: so of a chain that was not judged in the handshake, it cannot be told whether it would verify.
A second connection, which goes no further than TLS and does the opposite, tells what the first did
not. On later Pythons one connection shows it all.
"""

from __future__ import annotations

import typing as t

from ..dialogue import hold
from ..options.plan import Plan, Steps

if t.TYPE_CHECKING:
    from ..._net.network import Network
    from ..session.lookup import ServerLookup
    from ..session.record import Record


def complete_certificate(
    plan: Plan, lookup: ServerLookup, record: Record, network: Network
) -> None:
    """Complete a record whose certificate has not been seen, or not been judged."""
    tls, address = record.tls, record.address
    if tls is None or address is None:
        return
    refused = tls.verified is False and tls.certificate is None
    not_judged = tls.verified is None and tls.error is None
    if not (refused or not_judged):
        return
    lacking = "what it has refused" if refused else "what is needed to judge the certificate"
    record.transcript.event(f"connecting again: this Python does not show {lacking}")
    probe = _plan_up_to_tls(plan, validate_certs=not_judged)
    shown = hold(probe, lookup.at(address), record.transcript, network).tls
    if shown is not None and refused:
        record.tls = tls._replace(certificate=shown.certificate, chain=shown.chain)
        _add_verify_errors(record, shown.verify_errors if shown.verified is False else ())
    elif shown is not None and shown.verified is not None:
        record.tls = tls._replace(verified=shown.verified, verify_errors=shown.verify_errors)


def _add_verify_errors(record: Record, verify_errors: tuple[str, ...]) -> None:
    """Say what else is wrong with a certificate that was refused."""
    tls, failure = record.tls, record.failure
    if tls is None:
        return
    record.tls = tls._replace(
        verify_errors=tuple(dict.fromkeys((*tls.verify_errors, *verify_errors)))
    )
    before, after = str(tls.verify_error), str(record.tls.verify_error)
    if failure is not None and failure.text.endswith(before):
        text = failure.text[: -len(before)] + after
        record.failure = failure._replace(text=text)


def _plan_up_to_tls(plan: Plan, validate_certs: bool) -> Plan:
    """Plan a dialogue that ends where TLS stands, or does not."""
    implicit = plan.tls.tls == "implicit"
    return Plan(
        endpoint=plan.endpoint,
        client=plan.client._replace(xclient={}),
        tls=plan.tls._replace(
            tls="implicit" if implicit else "required",
            validate_certs=validate_certs,
            cert_min_days=None,
            dane=False,
        ),
        limits=plan.limits,
        steps=Steps(plan.steps.protocol, stop_after="connect" if implicit else "starttls"),
    )
