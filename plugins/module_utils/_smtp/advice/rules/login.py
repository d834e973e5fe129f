# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins (AUTH). RFC 4954 section 6 has the reply codes."""

from __future__ import annotations

from ..model import Rule
from .groups import REFUSED

# fmt: off
LOGIN: tuple[Rule, ...] = (  # noqa: E128 - a table
    Rule(stage="auth", kind="unsupported", text="without TLS", then="log-in-over-tls"),
    Rule(stage="auth", kind="unsupported", text="offer AUTH(,|$)", where="masked:yes",
        then="middlebox"),
    Rule(stage="auth", kind="unsupported", text="offer AUTH(,|$)",
        where="tls:never offers:STARTTLS", then="log-in-over-tls"),
    Rule(stage="auth", kind="unsupported", text="offer AUTH(,|$)", then="auth-on"),
    Rule(stage="auth", kind="unsupported", text="`auto` takes", then="mechanism-for-token"),
    Rule(stage="auth", kind="unsupported", text="FIPS|iterations|extension of SCRAM|cannot send",
        then="plain-instead"),
    Rule(stage="auth", kind="unsupported", text=r"offers? AUTH \w|^$", then="offered-mechanism"),
    # A server that cannot sign does not know the password (RFC 5802 section 3).
    Rule(stage="auth", kind="protocol", text="SCRAM (signature|nonce)",
        then="impostor set-password-anew"),
    Rule(stage="auth", kind="protocol", text="^(?!.{0,60}SCRAM (signature|nonce))",
        then="mechanism-out-of-step"),
    Rule(stage="auth", kind="timeout", then="authentication-service"),
    Rule(stage="auth", kind="disconnect", then="login-locked authentication-service"),

    Rule(stage="auth", kind=REFUSED, text="too many auth", then="limits-for-one-client"),
    Rule(stage="auth", code="454 535", text="(connection|lost).{0,20}(lost|to) .{0,9}auth"
        "|temporary auth|internal|back-?end|(server|service) (un|not )avail",
        then="authentication-service"),
    Rule(stage="auth", enhanced="X.7.139", text="basic auth", then="microsoft-token"),
    Rule(stage="auth", enhanced="X.7.139", text="credentials were incorrect",
        then="user-and-password"),
    Rule(stage="auth", enhanced="X.7.139", then="microsoft-smtp-auth"),
    Rule(stage="auth", enhanced="X.7.139 X.7.30", then="microsoft-token"),
    Rule(stage="auth", code="534 535", text=r"\bgsmtp\b|application-specific|app password|browser",
        then="app-password"),
    Rule(stage="auth", kind=REFUSED, text="credits exceeded|sending (paused|quota)",
        then="account-quota"),
    # SendGrid.
    Rule(stage="auth", code="535", text="authorization grant|api.?key", then="password-is-api-key"),
    # Yandex, Mail.ru, Zoho.
    Rule(stage="auth", code="535 554", text="access rights|(smtp|imap|pop) .{0,20}disabled"
        "|disabled (by user from web|for)|(account|user|mailbox|login).{0,20}(disabled|suspended"
        "|inactive|not active|expired)|been (suspended|disabled)", then="account-enabled"),
    Rule(stage="auth", kind=REFUSED, text="too (many|frequent)|locked|blocked|suspicious",
        then="login-locked"),
    # RFC 4954 lists 538 as obsolete. Postfix answers 504 instead, and Dovecot 523.
    Rule(stage="auth", code="523 524 538", then="log-in-over-tls"),
    Rule(stage="auth", code="504 530 535 554", text="encrypt|starttls|secure|without tls",
        then="log-in-over-tls"),
    Rule(stage="auth", code="530", then="log-in-over-tls microsoft-token"),
    Rule(stage="auth", enhanced="X.7.13", then="account-enabled"),
    Rule(stage="auth", code="525", then="account-enabled"),
    Rule(stage="auth", code="535", text="(invalid|unsupported|unknown|unrecognized|no) "
        "(auth[a-z]{0,11} )?mech", then="offered-mechanism"),
    Rule(stage="auth", code="535", then="user-and-password"),
    Rule(stage="auth", code="501 550 554", text="auth[a-z]{0,11} (has )?failed|(invalid|bad|wrong) "
        "(credential|password|login|user)", then="user-and-password"),
    Rule(stage="auth", code="535", enhanced="X.7.3", then="exchange-user-name"),
    Rule(stage="auth", code="535", enhanced="- X.7.0 X.7.1 X.7.8",
        then="hashed-password login-locked"),
    Rule(stage="auth", code="534", then="stronger-mechanism"),
    Rule(stage="auth", code="432", then="password-transition"),
    Rule(stage="auth", kind="transient", then="authentication-service"),
    Rule(stage="auth", enhanced="X.5.6", then="length-of-secret"),
    Rule(stage="auth", code="504", then="offered-mechanism"),
    Rule(stage="auth", code="504", enhanced="X.7.4", then="exchange-basic-auth"),
    Rule(stage="auth", code="501", then="mechanism-not-understood"),
    Rule(stage="auth", code="500 502 503", then="auth-on"),
)
# fmt: on
