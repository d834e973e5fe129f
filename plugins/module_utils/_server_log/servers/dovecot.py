# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lines of Dovecot's submission and LMTP services tell. No I/O.

A login has a session ID, which the lines of its user repeat. A process of lmtp is named by its
number, from "Connect from" to "Disconnect from".
"""

from __future__ import annotations

import re

from ..model import LogLine, Traits
from ._rules import certain, rule

_CLIENT = re.compile(
    r"\brip=([0-9A-Fa-f:.]{2,45})|(?:Connect|Disconnect) from ([0-9A-Fa-f:.]{2,45}?)(?=[\s:]|:? |$)"
    r"|\([^()\s]{0,255},([0-9A-Fa-f:.]{2,45})(?:,[^()\s]{0,255})?\): ",
    re.ASCII,
)
_PORT = re.compile(r"\brport=(\d{1,5})", re.ASCII)
_SESSION = re.compile(
    r"\bsession=<([\w+/=:.-]{1,64})>|\)<\d{1,10}><([\w+/=:.-]{1,64})>: ", re.ASCII
)
_IN_AUTH = re.compile(r",<([\w+/=:.-]{1,64})>\): ", re.ASCII)
_PROCESS = re.compile(r"lmtp\([^()]{0,255}\)<(\d{1,10})>", re.ASCII)


def traits_of(line: LogLine) -> Traits:
    """Return what a line tells of its session."""
    client = _CLIENT.search(line.text)
    port = _PORT.search(line.text)
    ip = next((group for group in client.groups() if group), None) if client else None
    return Traits(
        key=_key(line),
        clients=(ip,) if ip else (),
        port=int(port.group(1)) if port else None,
        opens=line.program == "lmtp" and ": Connect from " in f": {line.text}",
        closes=line.program == "lmtp" and "Disconnect from " in line.text,
    )


def _key(line: LogLine) -> str:
    if line.program == "lmtp":
        process = _PROCESS.search(line.text)
        pid = line.pid or (process.group(1) if process else "")
        return f"lmtp {pid}" if pid else ""
    session = _SESSION.search(line.text) or _IN_AUTH.search(line.text)
    return next((group for group in session.groups() if group), "") if session else ""


RULES = (
    # What does not work on the server.
    certain("fault", r"haproxy: Client not trusted", "proxy-header-unwanted",
            "The listener takes a PROXY header from other addresses only."),
    certain("fault", r"haproxy[:(]", "proxy-header-wanted",
            "The listener waits for a PROXY header that the client did not send."),
    certain("fault", r"(?:ssl_cert|ssl_key|SSL context|Can't load (?:SSL|private key|ssl)"
            r"|Couldn't (?:parse|load) .*(?:ssl|key|cert))", "starttls-not-now",
            "The server cannot read the key or the certificate of TLS."),
    certain("fault", r"(?:client_limit|process_limit) \(?\d+\)? reached", "server-health",
            "A service of the server has as many connections as it allows."),
    certain("fault", r"Temporary authentication failure|temp(?:orary)?(?: auth)? fail"
            r"|Auth (?:process|server) (?:broken|died|not |connection)|waiting for auth process"
            r"|disconnected before auth was ready|auth service reported temporary failure"
            r"|Error: (?:sql|ldap|dict|passwd-file|pam)\b|connect\(\S*auth\S*\) failed",
            "authentication-service", "The authentication service of the server does not work."),
    certain("fault", r"No space left on device|Not enough (?:disk )?space", "queue-space",
            "The server has not enough disk space."),
    rule("fault", r"(?:Fatal|Panic): ", "server-health", "A process of the server has failed."),
    # Refusals.
    certain("refusal", r"Maximum number of connections from user\+IP exceeded",
            "limits-for-one-client", "The user has as many connections as the server allows."),
    certain("refusal", r"Quota exceeded|mailbox for user is full", "mailbox-full",
            "The recipient's mailbox is full."),
    certain("refusal", r": Password mismatch", "user-and-password", "The password is wrong."),
    # The same is logged of a recipient of LMTP.
    rule("refusal", r"(?:unknown user|user not found)", "user-and-password",
         "The server does not know the user."),
    certain("refusal", r"tried to use disallowed (?:plaintext|cleartext) auth", "log-in-over-tls",
            "The server takes this login only over TLS."),
    certain("refusal", r"tried to use (?:unsupported|disabled|unknown) (?:auth )?mech",
            "offered-mechanism", "The server does not offer this login mechanism."),
    certain("refusal", r"user (?:is )?disabled|account (?:is )?(?:locked|disabled|expired)",
            "account-enabled", "The account is disabled."),
    rule("refusal", r"\(auth failed, \d+ attempts", "user-and-password",
         "The login failed at the server."),
    rule("refusal", r"User doesn't exist", "recipient-known",
         "The server does not know the recipient."),
    rule("refusal", r"save failed to |Failed to (?:RCPT|DATA|MAIL)|rejected: ", "log-of-server",
         "The server refuses, for the reason that this line names."),
    rule("refusal", r"relay.*(?:failed|refused|timed out|disconnected)", "way-onwards",
         "The relay behind the submission service cannot be reached."),
    # How a session ended.
    rule("end", r"SSL_accept\(\) failed: .*(?:unknown ca|alert certificate|bad certificate)"
         r"|TLS handshaking: .*(?:unknown ca|alert certificate)", None,
         "The client ended the TLS handshake, since it does not trust the server's certificate."),
    rule("end", r"SSL_accept\(\) failed: .*(?:wrong version number|http request)", "tls-port",
         "The server expects TLS where the client sends plain text."),
    rule("end", r"SSL_accept\(\) failed: .*(?:unsupported protocol|version too low)",
         "tls-versions", "Client and server have no TLS version in common."),
    rule("end", r"SSL_accept\(\) failed: .*no shared cipher", "tls-ciphers",
         "Client and server have no cipher in common."),
    rule("end", r"SSL_accept\(\) failed|SSL_accept error", None, "The TLS handshake failed."),
    rule("end", r"TLS handshaking", "tls-port",
         "The TLS handshake did not end: the server waited for TLS from the client."),
    rule("end", r"Disconnected.*(?:Inactivity|timed? ?out)", "where-time-went",
         "The server waited for the client longer than it is willing to.", certain=True),
    rule("end", r"Aborted login|no auth attempts", "log-in", "The client did not log in."),
)  # fmt: skip
