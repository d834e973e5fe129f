# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lines of Sendmail tell. No I/O.

Sendmail has a process for each connection, and an ID for each message that it begins with.
"""

from __future__ import annotations

import re

from ..model import LogLine, Traits
from ._rules import certain, rule

_CLIENT = re.compile(r"\[(?:IPv6:)?([0-9A-Fa-f:.]{2,45})\]", re.ASCII)
_QUEUE_ID = re.compile(r"([0-9A-Za-z]{8,20}): ", re.ASCII)


def traits_of(line: LogLine) -> Traits:
    """Return what a line tells of its session."""
    queue_id = _QUEUE_ID.match(line.text)
    # The relay of a delivery is the next server, not the client.
    is_delivery = " stat=" in line.text or ", stat=" in line.text
    match = None if is_delivery else _CLIENT.search(line.text)
    return Traits(
        key=f"pid {line.pid}" if line.pid and not is_delivery else "",
        clients=(match.group(1),) if match else (),
        queue_id=queue_id.group(1) if queue_id else None,
    )


RULES = (
    certain("fault", r"Milter.*: (?:error connecting|to error state|timeout|init failed)",
            "slow-scanner", "A mail filter (milter) of the server does not answer."),
    certain("fault", r"STARTTLS.*(?:file .* (?:unsafe|missing)|cannot (?:load|read)|TLS_?init)",
            "starttls-not-now", "The server cannot read the key or the certificate of TLS."),
    certain("fault", r"low on space|No space left on device|insufficient disk space", "queue-space",
            "The server's queue has not enough disk space."),
    certain("fault", r"(?:map|database|ldap).*(?:cannot open|lookup failed|Temporary)",
            "server-look-ups", "A look-up table of the server cannot be read."),
    certain("refusal", r"rejecting connections on|load average: ", "server-health",
            "The server has more load than it allows."),
    certain("refusal", r"ruleset=check_relay.*(?:Connection rate limit|Too many open connections)",
            "limits-for-one-client", "A limit of the server for one client is reached."),
    certain("refusal", r"ruleset=check_r\w+,.*reject=.*(?:blocked|listed|rejected: .*see http)",
            "address-in-blocklist", "The client's address is on a blocklist that the server asks."),
    certain("refusal", r"pre-greeting traffic", "speaks-too-early",
            "The client spoke before the server's greeting."),
    certain("refusal", r"reject=.*(?:User unknown|no such user)|\.\.\. User unknown",
            "recipient-known", "The server does not know the recipient."),
    certain("refusal", r"reject=.*Domain of sender address .* does not (?:exist|resolve)",
            "sender-domain", "The sender's domain does not exist for the server."),
    certain("refusal", r"reject=.*[Gg]rey-?list", "greylist",
            "The server greylists a client that it does not know yet."),
    certain("refusal", r"reject=.*(?:Fix reverse DNS|resolve PTR|IP name (?:lookup|possibly))",
            "reverse-dns", "The client's address has no name that resolves back to it."),
    certain("refusal", r"message size .* exceeds|exceeds maximum", "message-size",
            "The message is larger than the server takes."),
    rule("refusal", r"reject=.*Relaying (?:denied|temporarily denied)", "relay-for-address",
         "The server does not relay from this client's address to the recipient's domain."),
    rule("refusal", r"ruleset=check_relay.*reject=", "client-denied",
         "A rule of the server denies the client's address."),
    rule("refusal", r"AUTH failure", "user-and-password", "The login failed at the server."),
    rule("refusal", r"Milter.*: .*reject=", "content-filter",
         "A mail filter (milter) refuses the message."),
    rule("refusal", r"reject=", "log-of-server",
         "The server refuses, for the reason that this line names."),
    certain("end", r"timeout waiting for input", "where-time-went",
            "The server waited for the client longer than it is willing to."),
    rule("end", r"STARTTLS=server, error: accept failed", None, "The TLS handshake failed."),
    rule("end", r"lost input channel|did not issue MAIL/EXPN|premature EOF|unexpected close", None,
         "The connection was closed from the client's side."),
    rule("hint", r"\(may be forged\)", "reverse-dns",
         "The name of the client's address does not resolve back to it."),
)  # fmt: skip
