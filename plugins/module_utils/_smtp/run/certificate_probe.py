# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Examine the certificate in a second connection, which only Python 3.7 needs.

The ssl module of Python 3.7 does not return a certificate that it refused, and it never returns
intermediate certificates. So the module cannot verify a chain after a handshake without
verification. The second connection ends after the TLS handshake. It verifies the certificate if the
first one did not, and does not verify it if the first one did. Later versions of Python need one
connection only.
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
    """Complete a record that lacks the certificate, or the result of its verification."""
    tls, address = record.tls, record.address
    if tls is None or address is None:
        return
    refused = tls.verified is False and tls.certificate is None
    not_judged = tls.verified is None and tls.error is None
    if not (refused or not_judged):
        return
    purpose = "for the certificate that it refused" if refused else "to verify the certificate"
    record.transcript.event(f"connecting again {purpose}, as Python 3.7 needs a second connection")
    probe = _plan_up_to_tls(plan, validate_certs=not_judged)
    shown = hold(probe, lookup.at(address), record.transcript, network).tls
    if shown is not None and refused:
        record.tls = tls._replace(certificate=shown.certificate, chain=shown.chain)
        _add_verify_errors(record, shown.verify_errors if shown.verified is False else ())
    elif shown is not None and shown.verified is not None:
        record.tls = tls._replace(verified=shown.verified, verify_errors=shown.verify_errors)


def _add_verify_errors(record: Record, verify_errors: tuple[str, ...]) -> None:
    """Add what else is wrong with a refused certificate to the record and its failure."""
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
    """Return the plan of a dialogue that ends after the TLS handshake."""
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
