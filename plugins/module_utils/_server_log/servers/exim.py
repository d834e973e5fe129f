# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lines of Exim tell. No I/O.

Exim names the client in each line, and its port and process only where `log_selector` has
`incoming_port` and `pid`.
"""

from __future__ import annotations

import re

from ..model import LogLine, Traits
from ._rules import certain, rule

_CLIENT = re.compile(r"\[([0-9A-Fa-f:.]{2,45})\](?::(\d{1,5}))?", re.ASCII)
_ADDRESS_ONLY = re.compile(r"for IP address ([0-9A-Fa-f:.]{2,45})")
_MESSAGE_ID = re.compile(r"([0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4}) ", re.ASCII)
# Lines of a delivery name the next server in brackets, not the client.
_DELIVERY = (" => ", " -> ", " ** ", " == ", " >> ")


def traits_of(line: LogLine) -> Traits:
    """Return what a line tells of its session."""
    message = _MESSAGE_ID.match(line.text)
    start = message.end() if message else 0
    is_delivery = message is not None and line.text[start - 1 :].startswith(_DELIVERY)
    match = None if is_delivery else _CLIENT.search(line.text) or _ADDRESS_ONLY.search(line.text)
    port = match.group(2) if match and match.re is _CLIENT else None
    return Traits(
        key=f"pid {line.pid}" if line.pid else "",
        clients=(match.group(1),) if match else (),
        port=int(port) if port else None,
        queue_id=message.group(1) if message else None,
    )


RULES = (
    # What does not work on the server.
    certain("fault", r"TLS error .*(?:cert/key setup|reading file|Permission denied|No such file"
            r"|SSL_CTX_use_\w+|Base64|PEM)", "starttls-not-now",
            "The server cannot read the key or the certificate of TLS."),
    certain("fault", r"no space left|not enough (?:free )?space|space on .* spool",
            "queue-space", "The server's queue has not enough disk space."),
    certain("fault", r"lookup of .* (?:gave DEFER|failed)|failed to (?:open|connect to|expand)"
            r"|authentication .*(?:daemon|socket).*fail|database lookup failed",
            "server-look-ups", "A look-up that the server makes does not work."),
    certain("fault", r"(?:spamd|malware|clamd|av_scanner).*(?:unable|fail|timeout|refused|warning)",
            "slow-scanner", "A content scanner of the server does not answer."),
    # Refusals, the most specific first.
    certain("refusal", r"refused: too many connections from that", "limits-for-one-client",
            "A limit of the server for one client is reached."),
    certain("refusal", r"refused: (?:too many connections|load average|.*space)", "server-health",
            "The server has as many connections, or as much load, as it allows."),
    certain("refusal", r"refused connection from .*\((?:host_reject_connection|tcp wrappers)\)"
            r"|rejected connection in \"connect\" ACL", "client-denied",
            "A rule of the server denies the client's address."),
    certain("refusal", r"rejected (?:EHLO|HELO)", "helo-name", "The server refuses the HELO name."),
    certain("refusal", r"SMTP protocol synchronization error", "speaks-too-early",
            "The client sent commands before it was their turn."),
    certain("refusal", r"message too big", "message-size",
            "The message is larger than the server takes."),
    certain("refusal", r"rejected .*grey-?list", "greylist",
            "The server greylists a client that it does not know yet."),
    certain("refusal", r"rejected RCPT <[^>]*>: (?:Unrouteable address|Unknown user|no such user)",
            "recipient-known", "The server does not know the recipient."),
    rule("refusal", r"rejected RCPT .*(?:unknown user|user unknown|no such|unroute)",
         "recipient-known", "The server does not know the recipient."),
    rule("refusal", r"rejected RCPT .*: relay(?:ing)? (?:not permitted|denied)|relay not permitted",
         "relay-for-address",
         "The server does not relay from this client's address to the recipient's domain."),
    rule("refusal", r"rejected .*(?:black-?list|block-?list|dnsbl|listed (?:at|in|by)|is in an? )",
         "address-in-blocklist", "The client's address is on a blocklist that the server asks."),
    rule("refusal", r"rejected .*: (?:Sender verify failed|Could not complete sender verify)"
         r"|sender verify (?:fail|defer)", "sender-domain",
         "The server cannot verify the sender address."),
    rule("refusal", r"rejected .*(?:encrypt|\bTLS (?:is )?required|STARTTLS)", "use-tls",
         "The server asks for TLS first."),
    rule("refusal", r"rejected .*(?:authenticat|log ?in)", "log-in",
         "The server asks for a login first."),
    rule("refusal", r"rejected (?:after DATA|DATA|MIME|DKIM)|rejected by (?:local_scan|non-SMTP)",
         "content-filter", "A rule of the server refuses the message."),
    certain("refusal", r"authenticator failed for .*: 4\d\d ", "authentication-service",
            "The authentication service of the server does not answer."),
    rule("refusal", r"authenticator failed for ", "user-and-password",
         "The login failed at the server."),
    rule("refusal", r"too many (?:recipients)", "fewer-recipients",
         "The message has more recipients than the server takes."),
    rule("refusal", r"temporarily rejected ", "log-of-server",
         "A rule of the server refuses for the time being."),
    rule("refusal", r"rejected ", "log-of-server", "A rule of the server refuses."),
    # How a session ended.
    certain("end", r"too many (?:syntax or protocol errors|unrecognized commands|nonmail commands)",
            "first-refusal", "The dialogue had more errors than the server allows."),
    certain("end", r"SMTP (?:command|data) timeout", "where-time-went",
            "The server waited for the client longer than it is willing to."),
    rule("end", r"TLS error .*(?:unknown ca|certificate|bad cert)", None,
         "The client ended the TLS handshake, since it does not trust the server's certificate."),
    rule("end", r"TLS error .*(?:cipher|No supported|could not negotiate)", "tls-ciphers",
         "Client and server have no cipher in common."),
    rule("end", r"TLS error .*(?:unsupported (?:protocol|version)|version too low)", "tls-versions",
         "Client and server have no TLS version in common."),
    rule("end", r"TLS error ", None, "The TLS handshake failed."),
    rule("end", r"unexpected disconnection|lost while reading|closed by |connection lost", None,
         "The connection was closed from the client's side."),
    # What a refusal may be due to.
    rule("hint", r"no host name found for IP address|no IP address found for host"
         r"|does not match any IP address", "reverse-dns",
         "The name of the client's address does not resolve back to it."),
)  # fmt: skip
