# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lines of OpenSMTPD tell. No I/O.

Each line begins with the ID of its session. Only the line "connected" has the client's address.
"""

from __future__ import annotations

import re

from ..model import LogLine, Traits
from ._rules import certain, rule

_SESSION = re.compile(r"([0-9a-f]{16}) ", re.ASCII)
_CLIENT = re.compile(r"\baddress=(?:\[?IPv6:)?([0-9A-Fa-f:.]{2,45})\]?", re.ASCII)
_MESSAGE = re.compile(r"\bmsgid=([0-9a-f]{8})\b", re.ASCII)


def traits_of(line: LogLine) -> Traits:
    """Return what a line tells of its session."""
    session = _SESSION.match(line.text)
    client = _CLIENT.search(line.text) if " smtp connected " in line.text else None
    message = _MESSAGE.search(line.text)
    return Traits(
        key=session.group(1) if session else "",
        clients=(client.group(1),) if client else (),
        opens=" smtp connected " in line.text,
        closes=" smtp disconnected " in line.text,
        queue_id=message.group(1) if message else None,
    )


RULES = (
    certain("fault", r"(?:lookup|table).*(?:failed|error)|table-proc: ", "server-look-ups",
            "A look-up table of the server cannot be read."),
    certain("fault", r"filter.*(?:exited|failed|timeout)", "slow-scanner",
            "A filter of the server does not work."),
    certain("refusal", r"result=\"5\d\d .*Must issue a STARTTLS", "use-tls",
            "The server asks for TLS first."),
    certain("refusal", r"result=\"5\d\d .*Must issue an AUTH", "log-in",
            "The server asks for a login first."),
    certain("refusal", r"result=\"5\d\d .*(?:too (?:big|large)|size exceeds)", "message-size",
            "The message is larger than the server takes."),
    rule("refusal", r"result=\"5\d\d .*Invalid recipient", "recipient-known",
         "The server does not take mail for the recipient from this client."),
    rule("refusal", r"result=\"5\d\d .*Authentication failed|authentication .*result=permfail",
         "user-and-password", "The login failed at the server."),
    certain("refusal", r"result=\"421 .*(?:Temporary|Try again)|result=\"4\d\d .*Temporary",
            "server-health", "The server has a temporary error."),
    rule("refusal", r"result=\"[45]\d\d ", "log-of-server",
         "The server refuses, for the reason that this line names."),
    certain("end", r"disconnected .*reason=\"?timeout", "where-time-went",
            "The server waited for the client longer than it is willing to."),
    rule("end", r"disconnected .*reason=\"?io-error.*(?:certificate|unknown ca)", None,
         "The client ended the TLS handshake, since it does not trust the server's certificate."),
    rule("end", r"disconnected .*reason=\"?(?:io-error|disconnect)", None,
         "The connection was closed from the client's side."),
)  # fmt: skip
