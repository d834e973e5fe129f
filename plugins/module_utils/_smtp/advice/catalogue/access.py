# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's rules for one client, sender, recipient or user, and its limits for them."""

from __future__ import annotations

from ..model import Advice

ACCESS: tuple[Advice, ...] = (
    # Rules.
    Advice(
        "sender-denied",
        "Look for a rule that denies this sender or its domain: Postfix `check_sender_access`, Exim"
        " `acl_smtp_mail`, Sendmail's access table, sender filtering of Exchange. Probe with"
        " another sender to compare.",
        "postconf(5) check_sender_access",
        cause="A rule of the server denies this sender address.",
    ),
    Advice(
        "recipient-denied",
        "Look for a rule that denies mail to this recipient, for all clients or for those outside:"
        " Postfix `check_recipient_access`, Exim `acl_smtp_rcpt`, Sendmail's access table. Probe"
        " with another recipient to compare.",
        "postconf(5) check_recipient_access",
        cause="A rule of the server denies mail to this recipient.",
    ),
    Advice(
        "relay-for-users",
        "Let users who have logged in relay on this listener: Postfix `permit_sasl_authenticated`"
        " in `smtpd_relay_restrictions`, Exim `accept authenticated = *` in `acl_smtp_rcpt`.",
        "postconf(5) permit_sasl_authenticated",
        cause="The server does not let users relay who have logged in.",
    ),
    Advice(
        "xclient-hosts",
        "Allow XCLIENT for this host: Postfix `smtpd_authorized_xclient_hosts`, Haraka"
        " `xclient.hosts`, Dovecot `login_trusted_networks`. Otherwise leave `xclient` out, and"
        " probe from the client itself.",
        "postconf(5) smtpd_authorized_xclient_hosts",
        cause="The server does not allow this host to use XCLIENT.",
    ),
    # Limits.
    Advice(
        "sender-rate",
        "Count what this sender sends, from all hosts: a policy service (policyd, postfwd), Exim"
        " `ratelimit` or the hoster allows a sender a number of messages or recipients an hour."
        " Send less, or have the limit raised.",
        "https://www.exim.org/exim-html-current/doc/html/spec_html/ch-access_control_lists.html",
        cause="A limit of the server for one sender is reached.",
    ),
    Advice(
        "reputation-rate",
        "Send less, and evenly, until the provider trusts this address: it slows down whom it does"
        " not know well or whose mail gets complaints. Its postmaster pages (Google Postmaster"
        " Tools, Microsoft SNDS) show the reputation.",
        "https://support.google.com/a/answer/81126",
        cause="The receiver slows this client down for its reputation.",
    ),
)
