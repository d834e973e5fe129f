# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusals whose cause the other facts of the dialogue tell.

The same reply has other causes on another port, after a login, or in another protocol.
"""

from __future__ import annotations

from ..model import Rule
from .groups import LOOSE, OPEN, REFUSED, RELAY, VAGUE

# On the ports for submission, a server that offers AUTH trusts users, and hardly ever addresses.
_LOGIN_WAS_NOT_TRIED = "port:465,587 offers:AUTH sent!login"

# fmt: off
CIRCUMSTANCES: tuple[Rule, ...] = (  # noqa: E128 - a table
    # The wrong protocol.
    Rule(stage="helo", code="500 501 502 503 504", where="protocol:lmtp", then="lmtp-unwanted"),
    Rule(stage="helo", code="500 501 502 503 504 550", where="protocol:esmtp,smtp greeting:lmtp",
        then="lmtp-wanted"),
    Rule(stage="helo", code="500 501 502 503 504 550", text=r"\b(lhlo|lmtp)\b", then="lmtp-wanted"),
    # Dovecot's submission service knows EHLO; its LMTP service does not name itself.
    Rule(stage="helo", code="500 502", where="protocol:esmtp,smtp greeting:dovecot",
        then="lmtp-wanted"),
    Rule(stage="helo", code="500 502", where="masked:yes", then="middlebox"),

    # What this side pretends to be.
    Rule(stage="helo", code="500 501 502 503", where="sent:proxy", then="proxy-header-unwanted"),
    Rule(stage="greeting", kind="permanent", where="sent:proxy", text="synchroni|protocol",
        then="proxy-header-unwanted"),
    Rule(stage="xclient", code="500 501 502 503 550 554", then="xclient-hosts"),

    # Postfix, some seconds after it expected the PROXY header.
    Rule(stage="greeting", code="421", enhanced="X.3.0", text="server local error",
        then="proxy-header-wanted"),
    # Postfix's postscreen, some seconds after it expected the PROXY header.
    Rule(stage="greeting", code="421", enhanced="X.3.2", text="no system resources",
        then="proxy-header-wanted"),

    # Relaying, and who may.
    Rule(stage="mail_from rcpt_to", kind="permanent", enhanced=LOOSE, text=RELAY,
        where="sent:login", then="relay-for-users"),
    Rule(stage="mail_from rcpt_to", kind=REFUSED, enhanced=LOOSE, text=RELAY,
        where=_LOGIN_WAS_NOT_TRIED, then="log-in"),
    Rule(stage="rcpt_to", kind=REFUSED, enhanced=LOOSE, text=RELAY, where="mx:yes",
        then="local-domains"),
    Rule(stage="rcpt_to", kind=REFUSED, enhanced=LOOSE, text=RELAY, where="recipient:of-host",
        then="local-domains"),
    Rule(stage="mail_from rcpt_to", kind=REFUSED, enhanced=LOOSE, text=RELAY,
        where="translated:yes", then="address-translated"),
    # Postfix names the list of restrictions in which it found `reject`.
    Rule(stage="mail_from rcpt_to", kind="permanent", enhanced=OPEN,
        text="(client host|recipient address|sender address) rejected: access denied",
        where=_LOGIN_WAS_NOT_TRIED, then="log-in"),
    Rule(stage="mail_from rcpt_to", code="550 554", enhanced=VAGUE, text=r"^[\d. ]{0,9}"
        "(access denied|administrative prohibition|rejected|denied|not allowed)?.?$",
        where=_LOGIN_WAS_NOT_TRIED, then="log-in"),
)
# fmt: on
