# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lines of Postfix tell. No I/O.

A process of smtpd holds one session after another, each between "connect from" and "disconnect
from". Lines without the client in between belong to the session, too, such as the warning that a
policy server does not answer. postscreen holds many at once, and names address and port in each
line.
"""

from __future__ import annotations

import re

from ..model import LogLine, Traits
from ._rules import certain, rule

_CLIENT = re.compile(
    r"(?:from|for|client=|by|to address|warning:) ?[^\s\[\]]{0,255}"
    r"\[([0-9A-Fa-f:.]{2,45})\](?::(\d{1,5}))?",
    re.ASCII,
)
_POSTSCREEN = re.compile(r"\[([0-9A-Fa-f:.]{2,45})\]:(\d{1,5})", re.ASCII)
_QUEUE_ID = re.compile(r"(?:warning: )?([0-9A-F]{6,20}|[0-9A-Za-z]{10,20}): ", re.ASCII)
_RESOLVES_NOT = re.compile(
    r"(?:does not resolve to|verification failed for) address ([0-9A-Fa-f:.]{2,45})"
)
_SMTPD = ("smtpd", "qmqpd")
_POSTSCREENS = ("postscreen", "tlsproxy", "dnsblog")


def traits_of(line: LogLine) -> Traits:
    """Return what a line tells of its session."""
    text = line.text
    if line.program in _POSTSCREENS:
        match = _POSTSCREEN.search(text)
        if match is None:
            return Traits()
        ip, port = match.group(1), match.group(2)
        return Traits(
            key=f"postscreen {ip} {port}",
            clients=(ip,),
            port=int(port),
            closes=line.program == "postscreen" and text.startswith("DISCONNECT"),
        )
    queue_id = _QUEUE_ID.match(text)
    match = _CLIENT.search(text) or _RESOLVES_NOT.search(text)
    has_port = match is not None and match.re is _CLIENT and match.group(2)
    return Traits(
        key=f"{line.program} {line.pid}" if line.program in _SMTPD and line.pid else "",
        clients=(match.group(1),) if match else (),
        port=int(match.group(2)) if match and has_port else None,
        opens=text.startswith("connect from"),
        closes=text.startswith("disconnect from"),
        queue_id=queue_id.group(1) if queue_id else None,
    )


RULES = (
    # What does not work on the server.
    certain("fault", r"haproxy (?:read|protocol)", "proxy-header-wanted",
            "The listener waits for a PROXY header that the client did not send."),
    certain("fault", r"connect to Milter service|milter \S+: (?:can't|unreasonable|error|timeout)",
            "slow-scanner", "A mail filter (milter) of the server does not answer."),
    certain("fault", r"SASL: Connect to |(?:problem talking to|connect to) \S*(?:auth|sasl)\S*: "
            r"|no SASL authentication mechanisms|SASL \S+ authentication failed: (?:Connection lost"
            r"|temporary)|SASL per-process initialization failed",
            "authentication-service", "The authentication service of the server does not answer."),
    certain("fault", r"problem talking to server |connect to (?:private|inet|unix)[:/]",
            "server-look-ups", "A policy service that the server asks does not answer."),
    certain("fault", r"error opening chain file|cannot (?:get|load) (?:RSA|DSA|ECDSA|EC|private|"
            r"certificate|key|public)|no (?:certs|certificate|key) (?:for|at|in)|disabling TLS"
            r"|fatal: open \S*(?:key|cert|\.pem)|TLS not available|key at index|"
            r"No server certs available",
            "starttls-not-now", "The server cannot read the key or the certificate of TLS."),
    certain("fault", r"(?:is unavailable\. |lookup error for |table lookup problem|unable to look"
            r" up|dict_(?:ldap|mysql|pgsql|sqlite|proxy)\w*: |proxy:\S+ |open database |"
            r"unsupported dictionary type)",
            "server-look-ups", "A look-up table of the server cannot be read."),
    certain("fault", r"not enough free space|No space left on device|Insufficient system storage",
            "queue-space", "The server's queue has not enough disk space."),
    rule("fault", r"^(?:fatal|panic): |throttling|too many open files|all server ports busy"
         r"|Cannot allocate memory", "server-health",
         "A process of the mail server has failed, or lacks a resource."),
    # Refusals, the most specific first.
    rule("refusal", r"rejected: (?:Server configuration|Temporary lookup)", "server-look-ups",
         "A look-up that the server makes does not work."),
    certain("refusal", r"(?:127\.255\.255\.\d|open resolver|query refused).*blocked using|blocked "
            r"using.*(?:127\.255\.255\.\d|open resolver|query refused|excessive (?:number|quer))",
            "blocklist-refused-query", "A blocklist refuses the queries of the server's resolver."),
    certain("refusal", r"reject.* blocked using ", "address-in-blocklist",
            "The client's address is on a blocklist that the server asks."),
    certain("refusal", r"DENYLISTED|BLACKLISTED", "client-denied",
            "The access list of postscreen denies the client's address."),
    certain("refusal", r"DNSBL rank \d+", "address-in-blocklist",
            "The client's address is on blocklists that postscreen asks."),
    certain("refusal", r"reject: RCPT from \[[^\]]*\]:\d+: 550 5\.5\.1 Protocol error",
            "speaks-too-early", "The client broke a rule of SMTP that postscreen tests."),
    certain("refusal", r"PREGREET \d+", "speaks-too-early",
            "The client spoke before postscreen's greeting was over."),
    rule("refusal", r"COMMAND (?:PIPELINING|TIME LIMIT|COUNT LIMIT|LENGTH LIMIT) from"
         r"|NON-SMTP COMMAND from|BARE NEWLINE from", "speaks-too-early",
         "The client broke a rule of SMTP that postscreen tests."),
    certain("refusal", r"reject: RCPT from \[[^\]]*\]:\d+: 450 4\.3\.2 ", "postscreen-tests",
            "Postscreen sees this client for the first time, and has it come again."),
    certain("refusal", r"Connection (?:rate|concurrency) limit exceeded|(?:rate|concurrency) limit "
            r"exceeded: \d+ from|too many connections", "limits-for-one-client",
            "A limit of the server for one client is reached."),
    certain("refusal", r"abort: TLS from ", "client-certificate",
            "The client showed no certificate that the server trusts."),
    certain("refusal", r"reject.*(?:Greylist|greylist|grey-list)", "greylist",
            "The server greylists a client that it does not know yet."),
    certain("refusal", r"User unknown in ", "recipient-known",
            "The recipient is not in the server's table of users."),
    certain("refusal", r"Recipient address rejected: Domain not found", "recipient-domain",
            "The recipient's domain does not exist for the server."),
    certain("refusal", r"does not accept mail \(nullMX\)", "null-mx",
            "The domain accepts no mail."),
    certain("refusal", r"cannot find your (?:reverse )?hostname", "reverse-dns",
            "The client's address has no name that resolves back to it, as the server sees it."),
    certain("refusal", r"Helo command rejected: ", "helo-name",
            "A rule of the server refuses the HELO name."),
    certain("refusal", r"Sender address rejected: Domain not found", "sender-domain",
            "The sender's domain does not exist for the server."),
    certain("refusal", r"Sender address rejected: (?:not owned by|not logged in)", "sender-rights",
            "The login does not own the sender address."),
    certain("refusal", r"Message size exceeds|message file too big|queue file size limit exceeded",
            "message-size", "The message is larger than the server takes."),
    certain("refusal", r"Must issue a STARTTLS command first", "use-tls",
            "The server asks for TLS first."),
    certain("refusal", r"reject.* Too many recipients", "fewer-recipients",
            "The message has more recipients than the server takes."),
    certain("refusal", r": reject: (?:header|body|mime-\w+|nested-header) ", "content-filter",
            "A header or body check of the server refuses the message."),
    certain("refusal", r"Client host rejected: (?!Access denied|Server configuration|Temporary)",
            "client-denied", "A rule of the server denies the client's address or name."),
    rule("refusal", r"Client host rejected: Access denied", "client-denied",
         "A rule of the server denies clients such as this one, or asks for a login."),
    rule("refusal", r"Relay access denied", "relay-for-address",
         "The server does not relay from this client's address to the recipient's domain."),
    rule("refusal", r"Sender address rejected: ", "sender-rights",
         "A rule of the server refuses the sender address."),
    rule("refusal", r"milter-reject: (?:END-OF-MESSAGE|DATA|EOM)", "content-filter",
         "A mail filter (milter) refuses the message."),
    rule("refusal", r"proxy-reject: ", "content-filter",
         "The content filter before the queue refuses the message."),
    rule("refusal", r"milter-reject: ", "log-of-server", "A mail filter (milter) refuses."),
    rule("refusal", r"SASL \S+ authentication failed: (?:Invalid authentication mechanism|no mech)",
         "offered-mechanism", "The server does not offer this login mechanism."),
    rule("refusal", r"SASL \S+ authentication failed", "user-and-password",
         "The login failed at the server's authentication service."),
    rule("refusal", r"Server configuration (?:error|problem)|Temporary lookup failure",
         "server-look-ups",
         "A look-up that the server makes does not work."),
    rule("refusal", r"Recipient address rejected: (?:undeliverable|unverified) address",
         "recipient-known", "The server asked for the recipient elsewhere, without success."),
    rule("refusal", r"Recipient address rejected: ", "recipient-policy",
         "A rule of the server refuses the recipient."),
    rule("refusal", r"\b(?:reject|reject_warning): ", "log-of-server",
         "The server refuses, for the reason that this line names."),
    # How a session ended.
    rule("end", r"too many errors after", "first-refusal",
         "The dialogue had more errors than the server allows.", certain=True),
    rule("end", r"timeout after ", "where-time-went",
         "The server waited for the client longer than it is willing to.", certain=True),
    rule("end", r"improper command pipelining after ", "speaks-too-early",
         "The client sent commands before it was their turn."),
    rule("end", r"TLS library problem: .*alert (?:unknown ca|certificate|bad cert)", None,
         "The client ended the TLS handshake, since it does not trust the server's certificate."),
    rule("end", r"TLS library problem: .*(?:wrong version number|http request|unknown protocol)",
         "tls-port", "The server expects TLS where the client sends plain text."),
    rule("end", r"TLS library problem: .*(?:unsupported protocol|version too low|alert protocol)",
         "tls-versions", "Client and server have no TLS version in common."),
    rule("end", r"TLS library problem: .*no shared cipher", "tls-ciphers",
         "Client and server have no cipher in common, or the server has no key for one."),
    rule("end", r"SSL_accept error from|TLS library problem", None, "The TLS handshake failed."),
    rule("end", r"non-SMTP command from ", None, "The client does not speak SMTP."),
    rule("end", r"HANGUP after|lost connection after ", None,
         "The connection was closed from the client's side."),
    # What a refusal may be due to.
    rule("hint", r"hostname \S+ (?:does not resolve to|verification failed for) address ",
         "reverse-dns", "The name of the client's address does not resolve back to it."),
)  # fmt: skip
