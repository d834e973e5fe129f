# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reply codes and the stage of the reply: RFC 5321 section 4.2 and RFC 7504."""

from __future__ import annotations

from ..model import Rule
from .groups import NOT_YET, OPEN, VAGUE

# fmt: off
REPLY_CODES: tuple[Rule, ...] = (  # noqa: E128 - a table
    # Without the PROXY header that it expects, postscreen answers 421 4.3.2, and Haraka 421 alone.
    Rule(stage="greeting", code="421", enhanced="- X.3.2",
        then="fleet-behind-one-address limits-for-one-client proxy-header-wanted"),
    Rule(stage="helo mail_from", code="421",
        then="fleet-behind-one-address limits-for-one-client helo-name"),
    Rule(code="421", then="fleet-behind-one-address limits-for-one-client server-health"),
    # Courier's own codes.
    Rule(stage="rcpt_to", code="513", then="relay-for-address log-in local-domains"),
    Rule(stage="mail_from rcpt_to", code="517", then="sender-domain"),
    Rule(code="511", then="address-in-blocklist"),
    Rule(stage="mail_from data message", code="523 534", then="message-size"),
    Rule(stage="data message", code="432", then="slow-scanner"),
    Rule(code="417", then="server-look-ups"),
    # By default, `smtpd_relay_restrictions` of Postfix ends with `defer_unauth_destination`.
    Rule(stage="rcpt_to", code="454", enhanced=VAGUE,
        then="relay-for-address log-in local-domains"),
    Rule(stage="mail_from rcpt_to message", code="450 451", enhanced=VAGUE + " X.2.0",
        then="greylist"),
    Rule(stage="helo mail_from rcpt_to", code="450", enhanced=VAGUE, then="reverse-dns"),
    Rule(stage="message", code="450 451", enhanced=VAGUE, then="slow-scanner"),
    Rule(code="450 451", enhanced=VAGUE, then="server-look-ups"),
    # RFC 5321 section 4.5.3.1.10: 452 means too many recipients; older servers answer 552.
    Rule(stage="rcpt_to", code="452", enhanced=VAGUE,
        then="fewer-recipients queue-space mailbox-full"),
    Rule(code="452", enhanced=VAGUE, then="queue-space"),
    Rule(stage="helo", code="500 502", then="try-helo middlebox other-protocol-greets"),
    Rule(code="500 502", then="command-on middlebox"),
    Rule(stage="helo", code="501 504", then="helo-name"),
    Rule(code="504", text="(sender|recipient) address", then="address-syntax"),
    Rule(stage="mail_from rcpt_to", code="504", then="helo-name address-syntax"),
    Rule(stage="mail_from rcpt_to", code="501", enhanced="- X.0.0 X.5.0 X.5.2 X.5.4",
        then="address-syntax parameters-one-by-one"),
    Rule(stage="data", code="503 554", enhanced="- X.5.0 X.5.1", then="replies-to-rcpt"),
    Rule(code="503", then="reply-before speaks-too-early"),
    # RFC 5321 section 3.1 and RFC 7504: a server may exist only to refuse mail.
    Rule(stage="greeting", code="521 550 554",
        then="client-denied address-in-blocklist closed-on-purpose reverse-dns"),
    # 530 means that a login is required (RFC 4954 section 6), or TLS (RFC 3207 section 4).
    Rule(stage=NOT_YET, code="530", text="auth|log ?in", then="log-in"),
    Rule(stage=NOT_YET, code="530", then="use-tls log-in"),
    Rule(stage="helo", code="550 554", then="helo-name client-denied address-in-blocklist"),
    Rule(stage="mail_from", code="550 553 554", enhanced=VAGUE,
        then="sender-rights sender-domain log-in helo-name"),
    Rule(stage="rcpt_to", code="550", enhanced="X.1.0", then="recipient-known sender-domain"),
    # Exim, when a rule without a message denies.
    Rule(stage="helo mail_from rcpt_to", code="550", text="^administrative prohibition$",
        then="log-of-server client-denied sender-denied recipient-denied"),
    Rule(stage="rcpt_to", code="550 554", enhanced="- X.0.0 X.5.0 X.7.0 X.7.1",
        then="relay-for-address log-in local-domains"),
    Rule(stage="rcpt_to", code="550", enhanced="- X.0.0 X.5.0", then="recipient-known"),
    Rule(stage="rcpt_to", code="553", enhanced="X.7.0 X.7.1", then="sender-rights log-in"),
    Rule(stage="rcpt_to", code="553", enhanced="- X.0.0 X.5.0",
        then="address-syntax relay-for-address"),
    Rule(stage="data message", code="550 554", enhanced=OPEN, then="content-filter sender-rights"),
    Rule(code="551", then="other-server local-domains relay-for-address"),
    Rule(stage="rcpt_to", code="552", enhanced=VAGUE, then="mailbox-full fewer-recipients"),
    Rule(code="552", enhanced=VAGUE, then="message-size mailbox-full"),
    Rule(code="555", then="parameters-one-by-one"),
    Rule(code="556", then="null-mx"),
)
# fmt: on
