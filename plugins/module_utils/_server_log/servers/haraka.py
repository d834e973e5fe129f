# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lines of Haraka tell. No I/O.

Each line has the UUID of its connection, with a number for the transaction behind it. The line
"disconnect" has the last reply (`lr`), but only "connect" has the port.
"""

from __future__ import annotations

import re

from ..model import LogLine, Traits
from ._rules import certain, rule

_CLIENT = re.compile(
    r"(?:^|\s)(?:connect|disconnect) ip=([0-9A-Fa-f:.]{2,45})(?: port=(\d{1,5}))?", re.ASCII
)


def traits_of(line: LogLine) -> Traits:
    """Return what a line tells of its session."""
    match = _CLIENT.search(line.text)
    session = line.pid.partition(".")[0]
    return Traits(
        key=session if session != "-" else "",
        clients=(match.group(1),) if match else (),
        port=int(match.group(2)) if match and match.group(2) else None,
        opens=line.text.startswith("connect "),
        closes=line.text.startswith("disconnect "),
        queue_id=line.pid if "." in line.pid else None,
    )


RULES = (
    certain("fault", r"plugin .*(?:timed out|failed with error)|(?:clamd|spamassassin|rspamd).*"
            r"(?:error|timeout|refused)", "slow-scanner",
            "A plugin of the server fails, or does not answer in time."),
    certain("fault", r"ENOSPC|no space left", "queue-space",
            "The server's queue has not enough disk space."),
    certain("refusal", r"retval=DENY\S* .*(?:dnsbl|dns-list|blacklist|blocklist)|plugin=(?:dnsbl|"
            r"dns-list)\S* .*retval=DENY", "address-in-blocklist",
            "The client's address is on a blocklist that the server asks."),
    certain("refusal", r"plugin=(?:greylist)\S* .*retval=DENY", "greylist",
            "The server greylists a client that it does not know yet."),
    certain("refusal", r"plugin=(?:access|connect\.acl|limit)\S* .*retval=DENY", "client-denied",
            "A rule of the server denies the client."),
    certain("refusal", r"plugin=helo\S* .*retval=DENY", "helo-name",
            "The server refuses the HELO name."),
    certain("refusal", r"lr=\"5\d\d (?:Message too big|.*too large)", "message-size",
            "The message is larger than the server takes."),
    certain("refusal", r"lr=\"501 SSL attempted over a non-SSL socket", "tls-from-first-byte",
            "The port does not speak TLS from the first byte."),
    rule("refusal", r"lr=\"5\d\d I cannot deliver mail for|relay(?:ing)? (?:access )?denied",
         "local-domains", "The server does not take mail for the recipient's domain."),
    rule("refusal", r"lr=\"5\d\d .*(?:user unknown|no such user|unknown user|mailbox)",
         "recipient-known", "The server does not know the recipient."),
    rule("refusal", r"lr=\"5\d\d .*[Aa]uthentication failed", "user-and-password",
         "The login failed at the server."),
    rule("refusal", r"lr=\"4\d\d .*grey-?list", "greylist",
         "The server greylists a client that it does not know yet."),
    rule("refusal", r"retval=DENY(?:SOFT|DISCONNECT|SOFTDISCONNECT)? ", "log-of-server",
         "A plugin of the server refuses, as this line names."),
    rule("refusal", r"lr=\"[45]\d\d ", "log-of-server",
         "The server refuses, for the reason that its last reply names."),
    rule("end", r"client .*(?:dropped|closed|half-closed) connection", None,
         "The connection was closed from the client's side."),
    rule("end", r"connection timed out|client .*timed out", "where-time-went",
         "The server waited for the client longer than it is willing to.", certain=True),
)  # fmt: skip
