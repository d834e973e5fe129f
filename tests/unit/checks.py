# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One check of the collection, made on a server that follows a script."""

from __future__ import annotations

import socket
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.auditor import (
    Auditor,
    Result,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.form import check_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.parts import share_key
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.values import Values
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.lookup import ServerLookup
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import (
    Entry,
    checks_of_collection,
)
from ansible_collections.mailops.smtp.tests.unit.audits import (
    LOOKUP,
    QUIT,
    RESET,
    USER,
    Waits,
    plan_options,
)
from ansible_collections.mailops.smtp.tests.unit.memory import MemoryNetwork
from ansible_collections.mailops.smtp.tests.unit.scripted import ScriptedServer

_SILENCE_SECONDS = 0.2

TOKEN = "audit-abcdefghijkl"  # as long as a random one
VALUES = {
    **USER,
    "second_user": "lee@example.com",
    "null_mx_domain": "silent.example.org",
    "spf_domain": "unsent.example.org",
    "dmarc_domain": "strict.example.org",
    "wanted_size": "50000",
    "token": TOKEN,
}

# A server with all extensions that checks ask for, and the envelope of a message to the auditor.
OFFERS = """
S: 220 mx.example.com ESMTP
C: EHLO client.example.org
S: 250-mx.example.com
S: 250-PIPELINING
S: 250-SIZE 10240000
S: 250-AUTH PLAIN LOGIN
S: 250-CHUNKING
S: 250 8BITMIME"""
TO_DATA = """
C: MAIL FROM:<eve@example.net>
S: 250 2.1.0 Ok
C: RCPT TO:<ann@example.com>
S: 250 2.1.5 Ok
C: DATA
S: 354 End data with <CR><LF>.<CR><LF>"""


def entry(identity: str) -> Entry:
    """Return a check of the collection."""
    (found,) = [one for one in checks_of_collection() if one.check.id == identity]
    return found


def made(
    identity: str, *scripts: str, claimed: t.Any = None, ends: bool = True, **options: t.Any
) -> Result:
    """Make a check on a server in memory.

    Each script is that of a connection. If `ends`, the client must leave with QUIT.
    """
    definition = entry(identity).definition
    check = check_from(definition)
    reset = RESET if share_key(check) is not None else ""
    network = MemoryNetwork(*[f"{one}{reset}{QUIT}" if ends else one for one in scripts])
    auditor = Auditor(
        plan_from(plan_options(**options)),
        LOOKUP,
        Values(VALUES),
        claimed or check.vantages[0],
        network,
        Waits(network),
        max_risk=2,
    )
    (result,) = auditor.audit([check]).results
    network.join()
    return result


def made_over_tls(
    identity: str, server: ScriptedServer, claimed: t.Any = None, **options: t.Any
) -> Result:
    """Make a check on a server on a socket, which shakes hands, and answers at once if it does."""
    check = check_from(entry(identity).definition)
    steps = [one._replace(seconds=min(one.seconds, _SILENCE_SECONDS)) for one in check.steps]
    check = check._replace(steps=tuple(steps))
    address = Address(socket.AF_INET, (server.host, server.port))
    options = {"host": server.host, "port": server.port, "validate_certs": False, **options}
    auditor = Auditor(
        plan_from(plan_options(**options)),
        ServerLookup((address,)),
        Values(VALUES),
        claimed or check.vantages[0],
        max_risk=2,
    )
    (result,) = auditor.audit([check]).results
    server.join()
    return result


def verdict_of(identity: str, *scripts: str, **options: t.Any) -> str:
    """Return the verdict of a check on a server in memory."""
    return made(identity, *scripts, **options).verdict.name
