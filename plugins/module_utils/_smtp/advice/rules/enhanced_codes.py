# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enhanced codes that name a cause of their own.

The codes are those of RFC 3463, RFC 5248 and the IANA registry. X.7.30, X.7.54, X.7.57, X.7.60,
X.7.64, X.7.139 and all from X.7.500 on are Microsoft's.
"""

from __future__ import annotations

from ..model import Rule
from .groups import MICROSOFT, MICROSOFT_BANNED, MICROSOFT_DEFERS, MICROSOFT_TENANT

# fmt: off
ENHANCED_CODES: tuple[Rule, ...] = (  # noqa: E128 - a table
    Rule(enhanced="X.7.57", then="microsoft-login exchange-anonymous use-tls"),
    Rule(enhanced="X.7.64", then="microsoft-connector microsoft-sender-domain"),
    Rule(enhanced="X.7.501 X.7.502 X.7.503", then="account-banned"),
    Rule(enhanced="X.7.504 X.7.505", then="recipient-known"),
    Rule(enhanced="X.7.506", then="helo-name"),
    Rule(enhanced="X.7.507 X.7.513", then="recipient-policy address-in-blocklist"),
    Rule(enhanced="X.7.508", then="fleet-behind-one-address ipv4-only"),
    Rule(enhanced="X.7.509 X.7.515", then="aligned-domain address-in-spf"),
    Rule(enhanced="X.7.510", then="ipv4-only"),
    Rule(enhanced="X.7.511 " + MICROSOFT_BANNED, then="address-in-blocklist microsoft-delist"),
    Rule(enhanced="X.7.512", then="usual-headers"),
    Rule(enhanced="X.7.520", then="microsoft-forwarding"),
    Rule(kind="transient", enhanced="X.7.650 X.7.651 X.7.652",
        then="fleet-behind-one-address address-in-blocklist microsoft-delist"),
    Rule(enhanced="X.7.703", then="microsoft-tenant-blocklist"),
    Rule(kind="permanent", enhanced="X.7.708", then="account-banned address-in-blocklist"),
    Rule(kind="permanent", enhanced=MICROSOFT_TENANT, then="account-banned account-quota"),
    Rule(enhanced="X.7.750", then="microsoft-tenant-domain account-banned"),
    Rule(enhanced="X.7.800", then="domain-reputation account-banned"),
    Rule(kind="transient", enhanced=MICROSOFT_DEFERS,
        then="fleet-behind-one-address address-in-blocklist"),
    Rule(enhanced=MICROSOFT, then="microsoft-code"),
    Rule(enhanced="X.7.124 X.7.129 X.7.133 X.7.134 X.7.135 X.7.136",
        then="recipient-policy log-in"),
    Rule(enhanced="X.7.232 X.7.233 X.1.90", then="account-quota"),
    Rule(enhanced="X.2.121 X.2.122", then="recipient-rate"),
    Rule(enhanced="X.7.54", then="relay-for-address log-in local-domains"),
    Rule(enhanced="X.7.60", then="sender-rights log-in"),
    Rule(enhanced="X.7.10", then="use-tls"),
    # Orange and La Poste use it for a full mailbox as well.
    Rule(stage="rcpt_to message", code="552", enhanced="X.1.1", then="mailbox-full"),
    Rule(enhanced="X.1.1 X.1.6", then="recipient-known"),
    # Microsoft 365 uses both for a recipient that the tenant does not know.
    Rule(stage="rcpt_to", code="550", enhanced="X.1.10 X.4.1",
        then="recipient-known local-domains"),
    Rule(enhanced="X.1.10 X.7.27", then="null-mx"),
    Rule(enhanced="X.1.2", then="recipient-domain local-domains"),
    Rule(enhanced="X.1.3 X.1.7", then="address-syntax"),
    # Postfix also answers 450 when the domain does not exist (`unknown_address_reject_code`).
    Rule(enhanced="X.1.8", then="sender-domain"),
    Rule(kind="transient", enhanced="X.1.8", then="server-look-ups"),
    Rule(enhanced="X.2.1", then="mailbox-enabled"),
    Rule(enhanced="X.2.2", then="mailbox-full"),
    Rule(enhanced="X.2.3 X.3.4", then="message-size"),
    Rule(enhanced="X.3.1", then="queue-space"),
    # Postfix's postscreen: after a client has passed its deep protocol tests, while it still tests
    # one, and for good to one on its deny list.
    Rule(stage="rcpt_to", code="450", enhanced="X.3.2", then="postscreen-tests greylist"),
    Rule(stage="rcpt_to", kind="transient", enhanced="X.3.2", then="greylist"),
    Rule(kind="permanent", enhanced="X.3.2", then="client-denied"),
    # Postfix, some seconds after it expected the PROXY header.
    Rule(stage="greeting", code="421", enhanced="X.3.0", then="proxy-header-wanted"),
    Rule(enhanced="X.3.5", then="server-configuration server-look-ups"),
    Rule(enhanced="X.3.0 X.4.3 X.4.4", then="server-look-ups server-health"),
    Rule(enhanced="X.4.5", then="server-health"),
    Rule(stage="rcpt_to", enhanced="X.7.2", text="list|expan", then="recipient-denied"),
    Rule(stage="rcpt_to message", enhanced="X.7.13", then="mailbox-enabled"),
    Rule(stage="mail_from rcpt_to", enhanced="X.7.11", then="use-tls"),
    # Google uses X.7.29, which is a failed ARC chain, for a connection without TLS.
    Rule(enhanced="X.7.29", text="tls", then="use-tls"),
    Rule(enhanced="X.7.29", text="^(?!.{0,300}tls)", then="aligned-domain"),
    Rule(enhanced="X.4.6 X.4.14", then="mail-loop"),
    Rule(enhanced="X.5.3", then="fewer-recipients"),
    Rule(enhanced="X.6.7", then="ascii-addresses"),
    Rule(enhanced="X.7.23 X.7.24", then="address-in-spf"),
    # Google uses X.7.32 for a From that is not aligned, and X.7.40 for a missing DMARC record.
    Rule(enhanced="X.7.20 X.7.21 X.7.22 X.7.32 X.7.40", then="aligned-domain"),
    # More than one check failed (RFC 7372). Google uses it for mail without SPF and DKIM, and for
    # DMARC.
    Rule(enhanced="X.7.26", then="aligned-domain address-in-spf"),
    Rule(enhanced="X.7.25", then="reverse-dns helo-name"),
    Rule(enhanced="X.7.28", then="fleet-behind-one-address limits-for-one-client"),
)
# fmt: on
