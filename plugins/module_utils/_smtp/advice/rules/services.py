# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server says when a service that it asks does not answer, and of its own trouble."""

from __future__ import annotations

from ..model import Rule
from .groups import NOT_YET, OPEN, REFUSED

# Codes with which servers report what is their own trouble.
_TROUBLE = OPEN + " X.3.1 X.3.2 X.3.5 X.4.0 X.4.1 X.4.3 X.4.5"

# fmt: off
SERVICES: tuple[Rule, ...] = (  # noqa: E128 - a table
    # Milters. These are the words of Postfix when one cannot be reached, and of Sendmail's library.
    Rule(kind="transient", enhanced=OPEN,
        text="^.{0,9}service unavailable - try again later", then="milter-answers"),
    Rule(stage="mail_from rcpt_to data message", code="451", enhanced="X.3.2",
        text="^.{0,9}please try again later", then="milter-answers"),
    Rule(stage="helo mail_from rcpt_to data", kind="permanent", enhanced=OPEN,
        text=r"^.{0,9}command rejected\.?$", then="milter-refuses"),
    Rule(stage="greeting", kind="permanent", text="not accepting messages", then="milter-refuses"),

    # Other services, and the configuration that names them.
    Rule(kind="transient", enhanced=_TROUBLE, text="policy (service|server)"
        "|server configuration problem$", then="policy-service-answers"),
    Rule(kind=REFUSED, enhanced=_TROUBLE, text="configuration (error|problem)|incorrectly conf"
        "|misconfigured|(read|load|open) .{0,20}(config|control)", then="server-configuration"),
    # Exim has asked the sender's server if its reply names the server that it called.
    Rule(stage="mail_from rcpt_to", kind=REFUSED, enhanced=_TROUBLE + " X.1.7 X.1.8",
        text="sender (address rejected: un(verified|deliverable) address|verify callout)|callback"
        "|called: .{0,300}sender verify", then="sender-callout"),
    Rule(stage="mail_from rcpt_to", kind=REFUSED, enhanced=OPEN, text="sender verify",
        then="sender-domain sender-callout"),
    # Postfix quotes the server that it asked. What that refused for good is not known there.
    Rule(stage="rcpt_to", kind=REFUSED, enhanced=_TROUBLE + " X.1.0 X.1.1 X.2.0",
        text="un(verified|deliverable) address: .{0,300} said: 5", then="recipient-known"),
    Rule(stage="rcpt_to", kind="transient", enhanced=_TROUBLE + " X.1.0 X.1.1 X.2.0",
        text="unverified address|verification (problem|in progress)|verify (callout|address)",
        then="verification-target"),
    Rule(stage="data message", kind="transient", enhanced=_TROUBLE + " X.3.2 X.6.0",
        text=r"(\bav\b|virus|scanner|clam|spam|filter|malware|content).{0,60}(unavail|fail|error"
        "|defer|tim|down|busy|unable|not |overload)|unable to scan|scan(ning)? (fail|error)",
        then="slow-scanner"),

    # The server itself.
    Rule(kind=REFUSED, enhanced=_TROUBLE, text="queue file|spool|disk (space|.{0,9}full)"
        "|space shortage|insufficient (system storage|disk|storage)|out of disk|no space"
        "|mail system full",
        then="queue-space"),
    Rule(kind="transient", enhanced=_TROUBLE, text="lookup (fail|error|defer|time)|local problem"
        r"|\b(ldap|mysql|pgsql|sql|database|directory|(?<!reverse )dns|mx) .{0,20}(fail|error"
        "|unavail|unreach|time|tempor)|(unable|cannot|can not|failed) (to )?(look ?up|resolve"
        "|(check|verify) mx)(?! ptr)|back-?end|user.?(data)?base", then="server-look-ups"),
    Rule(kind="transient", enhanced=_TROUBLE, text="relay server|next hop|onward|upstream"
        "|(smart|relay|remote|destination) ?host.{0,40}(unavail|not|fail|down|refus)",
        then="way-onwards"),
    Rule(kind="transient", enhanced=_TROUBLE + " X.3.1",
        text=r"\bload\b|too busy|system resources|resources? (limit|unavail)|\bfork"
        "|out of memory|shutting|shut ?down|stopping|going down|sigterm|restart|maintenance"
        "|mail system error|internal (server |system )?error|(local|system|temporary) (data )?error"
        "|server error|temporary failure$|overload|congest"
        "|i/o error|temporary file|failed to (store|save|write|queue|process)"
        "|(unable to|cannot|could not) (be )?(write|open|create|save|queue|process)"
        "|queue failure|qqt|insufficient resources",
        then="server-health"),
    Rule(stage=NOT_YET, kind="transient", text="^.{0,60}service (not available|unavailable|"
        "temporarily unavailable)[^;:]{0,60}$", enhanced=OPEN, then="server-health"),
)
# fmt: on
