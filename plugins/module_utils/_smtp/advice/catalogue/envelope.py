# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sender and recipient, and the parameters of MAIL and RCPT."""

from __future__ import annotations

from ..model import Advice

ENVELOPE: tuple[Advice, ...] = (
    # The sender.
    Advice(
        "sender-rights",
        "Check that this host or user may send as this sender: Postfix `smtpd_sender_login_maps`"
        " and `check_sender_access`, Exchange `Send As`, or whatever binds senders to clients.",
        "postconf(5) smtpd_sender_login_maps",
        cause="This host or user may not use this sender address.",
    ),
    Advice(
        "sender-domain",
        "Use a sender whose domain has an MX or address record where the server looks (`dig MX"
        " DOMAIN` on the server); `localdomain` and the like fail Postfix's"
        " `reject_unknown_sender_domain`.",
        "postconf(5) reject_unknown_sender_domain",
        cause="The sender's domain does not exist for the server.",
    ),
    Advice(
        "own-domain-from-outside",
        "Use a sender outside the recipient's own domain, or have this host allowed to use it: from"
        " outside, a sender of one's own domain looks like a forgery.",
        "https://learn.microsoft.com/defender-office-365/anti-phishing-protection-spoofing-about",
        cause="The sender is of the recipient's own domain, and the mail comes from outside.",
    ),
    Advice(
        "address-in-spf",
        "Add the address that the receiver sees to the SPF record of the sender's domain (`dig TXT"
        " DOMAIN`), or send by way of a relay that is in it.",
        "RFC 7208 section 3",
        cause="The SPF record of the sender's domain does not have the address of this client.",
    ),
    # The recipient.
    Advice(
        "recipient-known",
        "Check the recipient's spelling, and that the server knows it: Postfix `postmap -q ADDRESS"
        " TABLE` with `local_recipient_maps`, `relay_recipient_maps` or `virtual_mailbox_maps`,"
        " Exim `exim -bt ADDRESS`.",
        "postconf(5) local_recipient_maps",
        cause="The server does not know the recipient.",
    ),
    Advice(
        "recipient-domain",
        "Check the recipient's domain: spelling, and `dig MX DOMAIN` on the server.",
        "RFC 5321 section 5.1",
        cause="The recipient's domain does not exist for the server.",
    ),
    Advice(
        "null-mx",
        "Choose a domain that accepts mail: this one publishes a null MX (RFC 7505), or its mail is"
        " switched off. If it ought to accept mail, correct its MX record.",
        "RFC 7505 section 3",
        cause="The domain accepts no mail.",
    ),
    Advice(
        "mailbox-enabled",
        "Check on the final server that the recipient's mailbox is enabled and not throttled.",
        "RFC 3463 section 3.3",
        cause="The recipient's mailbox is disabled.",
    ),
    Advice(
        "mailbox-full",
        "Make room in the recipient's mailbox or raise its quota (Dovecot `doveadm quota get -u"
        " USER`), or probe with another recipient.",
        "doveadm-quota(1)",
        cause="The recipient's mailbox is full.",
    ),
    Advice(
        "recipient-policy",
        "Ask the recipient's administrator for the rule that refuses this sender or host (blocked"
        " senders, anti-spoofing, countries, a transport rule): it is the recipient's own, and its"
        " log names it.",
        "https://learn.microsoft.com/exchange/security-and-compliance/mail-flow-rules/mail-flow-"
        "rules",
        cause="A policy of the recipient refuses this sender or host.",
    ),
    Advice(
        "fewer-recipients",
        "Send to fewer recipients at once: Postfix `smtpd_recipient_limit`, Exim `recipients_max`,"
        " Exchange `MaxRecipientsPerMessage` of the connector.",
        "RFC 5321 section 4.5.3.1.10; postconf(5) smtpd_recipient_limit",
        cause="The message has more recipients than the server takes at once.",
    ),
    Advice(
        "other-server",
        "Send to the address or server that the reply names: the recipient is not local, and this"
        " server does not forward (RFC 5321 section 3.4).",
        "RFC 5321 section 3.4",
        cause="The recipient's mailbox is on another server.",
    ),
    Advice(
        "forwarded-recipient",
        "Expect 2xx, or probe with the address that the server forwards to: 251 accepts.",
        "RFC 5321 section 3.4",
        cause="The server accepts the recipient, and forwards to another address.",
    ),
    # Addresses and parameters.
    Advice(
        "compare-addresses",
        "Compare both addresses of the envelope, sender and recipient, with ones that work.",
        "RFC 3463 section 3.2",
        cause="The server refuses an address of the envelope.",
    ),
    Advice(
        "address-syntax",
        "Correct the address: one `@`, a fully qualified domain, no display name, and blanks or"
        " other special characters only in quotes (RFC 5321 section 4.1.2).",
        "RFC 5321 section 4.1.2",
        cause="An address of the envelope is not well formed.",
    ),
    Advice(
        "ascii-addresses",
        "Use ASCII addresses, or a server that offers SMTPUTF8 and a way onwards that does.",
        "RFC 6531 section 3.5",
        cause="The server takes only ASCII addresses.",
    ),
    Advice(
        "parameters-one-by-one",
        "Leave out `mail_parameters` and `rcpt_parameters`, then add them one by one: the server"
        " knows only those of the extensions in its EHLO reply (RFC 5321 section 2.2.1).",
        "RFC 5321 section 2.2.1",
        cause="The server does not know a parameter of MAIL or RCPT.",
    ),
)
