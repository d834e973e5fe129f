# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at certificates: start TLS and go no further."""

from __future__ import annotations

import typing as t

from ...options.plan import Envelope, Steps

if t.TYPE_CHECKING:
    from ...._net.addresses import Address
    from ...._net.tls.handshake import TlsSession
    from ...options.plan import Plan
    from ..investigation import Investigation


def tls_of_control(investigation: Investigation) -> TlsSession | None:
    """Return the TLS of the control, with the certificate if the server shows one.

    The ssl module of Python 3.7 does not return a certificate that it has refused, so that it takes
    another connection, which does not judge it. The control keeps what was found.
    """
    record = investigation.control
    if record.tls is None or record.tls.certificate is not None or record.tls.verified is None:
        return record.tls
    name = investigation.plan.tls_name
    shown = tls_at(investigation, "the certificate", investigation.address, name, judges=False)
    if shown is not None:
        record.tls = record.tls._replace(certificate=shown.certificate, chain=shown.chain)
    return record.tls


def tls_at(
    investigation: Investigation, what: str, address: Address, name: str, judges: bool
) -> TlsSession | None:
    """Start TLS with an address. Return what it shows to a client that asks for a name."""
    plan = plan_up_to_tls(investigation.plan, address, name, judges)
    return start_tls(investigation, what, plan, address)


def start_tls(
    investigation: Investigation, what: str, plan: Plan, address: Address
) -> TlsSession | None:
    """Hold a dialogue that ends after TLS. Return a report of TLS, or None if it did not begin."""
    lookup = investigation.lookup.at(address)._replace(tlsa=None)
    return investigation.hold(what, plan, lookup).tls


def plan_up_to_tls(plan: Plan, address: Address, name: str, judges: bool) -> Plan:
    """Return the plan of a dialogue that ends after TLS. Without a name it sends no SNI."""
    implicit = plan.tls.tls == "implicit"
    endpoint = plan.endpoint if name else plan.endpoint._replace(host=address.ip)
    return plan._replace(
        endpoint=endpoint,
        client=plan.client._replace(xclient={}),
        tls=plan.tls._replace(
            tls="implicit" if implicit else "required",
            tls_server_name=name or None,
            validate_certs=judges,
            dane=False,
        ),
        envelope=Envelope(),
        steps=Steps(plan.steps.protocol, stop_after="connect" if implicit else "starttls"),
    )
