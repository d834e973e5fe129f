# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Audits of a server in memory: a script for each connection, in their order."""

from __future__ import annotations

import socket
import types
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.client_hello import (
    Offer,
    client_hello,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.auditor import (
    Auditor,
    Report,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.form import check_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import Check, Held
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.script import Connection
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.values import Values
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.lookup import ServerLookup
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS
from ansible_collections.mailops.smtp.tests.unit.memory import HOST, PORT, MemoryNetwork

USER: t.Mapping[str, str | None] = types.MappingProxyType(
    {
        "own_domain": "example.com",
        "user": "ann@example.com",
        "user_local": "ann",
        "other_domain": "example.net",
        "other_user": "bob@example.net",
        "other_local": "bob",
        "stranger": "eve@example.net",
    }
)

HELLO = """
S: 220 mx.example.com ESMTP
C: EHLO client.example.org
S: 250 mx.example.com"""
QUIT = """
C: QUIT
S: 221 2.0.0 Bye"""
RESET = """
C: RSET
S: 250 2.0.0 Ok"""

# A relay check, and how servers answer to it.
RELAY: dict[str, t.Any] = {
    "id": "relay-02",
    "proves": "The server does not relay for strangers.",
    "from": ["untrusted"],
    "steps": [{"hello": True}, "MAIL FROM:<{stranger}>", "RCPT TO:<{other_user}>"],
    "want": {"rcpt": "refused"},
}
# The same check from the null sender, which proves nothing more if the other is a finding.
NULL_SENDER: dict[str, t.Any] = {
    **RELAY,
    "id": "relay-01",
    "unless": ["relay-02"],
    "steps": [{"hello": True}, "MAIL FROM:<>", "RCPT TO:<{other_user}>"],
}
TO_RCPT = """
C: MAIL FROM:<eve@example.net>
S: 250 2.1.0 Ok
C: RCPT TO:<bob@example.net>"""
REFUSES = f"{TO_RCPT}\nS: 554 5.7.1 Relay access denied"
ACCEPTS = f"{TO_RCPT}\nS: 250 2.1.5 Ok"

# The controls, and how servers answer to them.
VANTAGE: dict[str, t.Any] = {
    "id": "ctl-vantage",
    "proves": "Whether the server relays for this host.",
    "is_control": "vantage",
    "steps": [
        {"hello": True},
        "MAIL FROM:<{user}>",
        {"send": "RCPT TO:<{other_user}>", "name": "own"},
        "RSET",
        "MAIL FROM:<{stranger}>",
        {"send": "RCPT TO:<{other_user}>", "name": "stranger"},
    ],
    "want": {"own": "any", "stranger": "any"},
}
LOCAL: dict[str, t.Any] = {
    "id": "ctl-local",
    "proves": "The server takes mail for its own domain.",
    "is_control": "positive",
    "from": ["untrusted"],
    "steps": [{"hello": True}, "MAIL FROM:<{stranger}>", "RCPT TO:<{user}>"],
    "want": {"rcpt": "accepted"},
}
FROM_OWN = """
C: MAIL FROM:<ann@example.com>
S: 250 2.1.0 Ok
C: RCPT TO:<bob@example.net>"""
TO_OWN = """
C: MAIL FROM:<eve@example.net>
S: 250 2.1.0 Ok
C: RCPT TO:<ann@example.com>"""


def check_of(**changes: t.Any) -> Check:
    """Return the relay check with changes."""
    return check_from({**RELAY, **changes})


def plan_options(**options: t.Any) -> dict[str, t.Any]:
    """Return the options of the dialogues of an audit."""
    return {
        **DEFAULTS,
        "host": HOST,
        "port": PORT,
        "helo": "client.example.org",
        "timeout": 5.0,
        **options,
    }


class Waits:
    """Waits on the clock of a network in memory, and remembers how long."""

    def __init__(self, network: MemoryNetwork) -> None:
        self._network = network
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        """Move the clock."""
        self.seconds.append(seconds)
        self._network.clock += seconds


LOOKUP = ServerLookup((Address(socket.AF_INET, (HOST, PORT)),))


def audit(
    *scripts: str,
    checks: t.Sequence[t.Mapping[str, t.Any]] = (RELAY,),
    claimed: t.Any = "untrusted",
    lookup: ServerLookup = LOOKUP,
    user: t.Mapping[str, str | None] = USER,
    followed: bool = True,
    limits: t.Mapping[str, t.Any] | None = None,
    **options: t.Any,
) -> Report:
    """Audit a server that plays a script for each connection, to its end if `followed`."""
    network = MemoryNetwork(*scripts)
    auditor = Auditor(
        plan_from(plan_options(**options)),
        lookup,
        Values(user),
        claimed,
        network,
        Waits(network),
        **(limits or {}),
    )
    report = auditor.audit([check_from(one) for one in checks])
    if followed:
        network.join()
    return report


def verdicts(report: Report) -> dict[str, str]:
    """Return the name of each verdict, by the id of its check."""
    return {one.check.id: one.verdict.name for one in report.results}


def held(
    script: str,
    check: Check,
    user: t.Mapping[str, str | None] = USER,
    variant: t.Mapping[str, str] | None = None,
    **options: t.Any,
) -> tuple[Held, list[str]]:
    """Hold the steps of one check. Return what was held, and the transcript without its times."""
    network = MemoryNetwork(script)
    plan = plan_from(plan_options(**options))
    values = Values(user)
    values.variant = variant or {}
    connection = Connection(plan, LOOKUP, values, network, Waits(network))
    found = connection.hold(check)
    connection.close()
    network.join()
    return found, [line.partition("] ")[2] for line in connection.transcript.lines]


def escaped(data: bytes) -> str:
    """Return bytes as a script has them."""
    return "".join(f"\\x{byte:02x}" for byte in data)


def offer_of(*versions: str, **offer: t.Any) -> dict[str, t.Any]:
    """Return a check that offers TLS, and wants it to be refused."""
    return {
        "id": "tls-floor",
        "proves": "The server takes nothing old.",
        "steps": [{"offer": {"versions": list(versions), **offer}}],
        "want": {"tls": "refused"},
    }


def asks_for_tls(check: t.Mapping[str, t.Any], answer: bytes) -> str:
    """Return a script in which TLS is offered with STARTTLS, with a random of zero bytes."""
    hello = client_hello(check_from(check).steps[0].offer or Offer(()), "", bytes(32))
    return f"""
C: EHLO client.example.org
S: 250-mx.example.com
S: 250 STARTTLS
C: STARTTLS
S: 220 2.0.0 Ready
C> {escaped(hello)}
S> {escaped(answer)}"""
