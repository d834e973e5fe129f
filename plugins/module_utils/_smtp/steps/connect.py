# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connect to the server. Send a PROXY header and start implicit TLS, both before the greeting."""

from __future__ import annotations

import typing as t

from ..._net.errors import ProbeError
from ..session import verdict
from .ending import EndOfDialogue, end_if, failure_of
from .tls import start_tls

if t.TYPE_CHECKING:
    from ..options.plan import Plan
    from ..session.session import Session


def find_server(session: Session, plan: Plan) -> None:
    """Record the result of the look-up, which took place before the dialogue. Raise its error."""
    lookup, record = session.lookup, session.record
    if lookup.seconds is not None:
        record.seconds["resolve"] = lookup.seconds
    if lookup.error is not None:
        raise lookup.error
    record.addresses = list(lookup.addresses)
    host, found = plan.endpoint.host, ", ".join(address.ip for address in lookup.addresses)
    if host not in (None, found):
        record.transcript.event(f"{host} is {found}")


def open_connection(session: Session, plan: Plan) -> None:
    """Connect to the first address that answers."""
    try:
        session.connect(plan.client.source_address)
    except ProbeError as error:
        # Not the ProbeError: its text would be recorded again, and each address has its event.
        raise EndOfDialogue(failure_of(error, "connect", session, plan)) from error


def has_proxy_header(_session: Session, plan: Plan) -> bool:
    """Return whether a PROXY header is to be sent."""
    return plan.client.proxy is not None


def send_proxy_header(session: Session, plan: Plan) -> None:
    """Send the header of the PROXY protocol, which names the client, before anything else."""
    stream, proxy = session.stream, plan.client.proxy
    if proxy is None:
        return
    from ..wire.proxy_header import header_for  # few dialogues need it

    try:
        header = header_for(proxy, stream.local, stream.address.sockaddr[:2])
    except ValueError as error:
        raise ProbeError("unsupported", str(error)) from error
    session.record.transcript.event(f"sending a PROXY header of version {header.version}: {header}")
    session.send_header(header.as_bytes())


def complete_connection(session: Session, plan: Plan) -> None:
    """Start implicit TLS, if the plan asks for it, and judge the expectations for `connect`."""
    if plan.tls.tls == "implicit":
        start_tls(session, plan, "connect")
    end_if(verdict.judge_connected(session.stream.address, plan.expected("connect")))
