# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's own state, what it offers, and where to read on."""

from __future__ import annotations

from ..model import Advice

SERVER: tuple[Advice, ...] = (
    # Its state.
    Advice(
        "server-health",
        "Check the server's health: whether the mail service is stopping, overloaded or short of"
        " disk (`df -h`, `df -i`, `uptime`), and what its own log complains of.",
        "RFC 5321 section 3.8",
        cause="The server is stopping, overloaded or short of a resource.",
    ),
    Advice(
        "server-look-ups",
        "Check the look-ups that the server itself makes: its DNS resolver (`dig` on the server),"
        " and the LDAP, SQL and policy services behind its tables (`postmap -q`).",
        "postmap(1)",
        cause="A look-up that the server makes does not work.",
    ),
    Advice(
        "queue-space",
        "Free space in the server's queue file system (`df -h`, `df -i`): Postfix wants"
        " `queue_minfree` and 1.5 times `message_size_limit`, Exim `check_spool_space`, and"
        " Exchange calls it back pressure.",
        "postconf(5) queue_minfree",
        cause="The server's queue has not enough disk space.",
    ),
    Advice(
        "way-onwards",
        "Check the server's own way onwards: its DNS, its routes, and its next hop.",
        "RFC 3463 section 3.5",
        cause="The server cannot reach the next server.",
    ),
    # What it offers.
    Advice(
        "compare-extensions",
        "Compare the EHLO reply with one from the server itself or another port: keywords can be"
        " off for some clients (Postfix `smtpd_discard_ehlo_keyword_address_maps`, Exim"
        " `..._advertise_hosts`), offered only after STARTTLS, or masked by a firewall.",
        "postconf(5) smtpd_discard_ehlo_keyword_address_maps",
        cause="The server does not offer this extension to this client.",
    ),
    Advice(
        "capability-off",
        "Switch the capability off for this listener (Postfix `smtpd_discard_ehlo_keywords`,"
        " `smtpd_tls_auth_only` for AUTH in plain text, Exim `..._advertise_hosts`).",
        "postconf(5) smtpd_discard_ehlo_keywords",
        cause="The server offers a capability that was expected to be off.",
    ),
    Advice(
        "smtputf8-on",
        "Switch SMTPUTF8 on (Postfix `smtputf8_enable`, Exim `smtputf8_advertise_hosts`), or use"
        " ASCII addresses, the domain in its xn-- form.",
        "postconf(5) smtputf8_enable",
        cause="The server does not offer SMTPUTF8.",
    ),
    Advice(
        "extension-on",
        "Switch the extension on: Exim `dsn_advertise_hosts` and `accept_8bitmime`; Postfix offers"
        " DSN, 8BITMIME and SIZE unless `smtpd_discard_ehlo_keywords` has them.",
        "https://www.exim.org/exim-html-current/doc/html/spec_html/ch-main_configuration.html",
        cause="The extension is switched off on this listener.",
    ),
    Advice(
        "extensions-after-ehlo",
        "Use `protocol: esmtp`: after HELO, asked for or fallen back to, there are no extensions.",
        "RFC 5321 section 3.2",
        cause="The dialogue began with HELO, after which there are no extensions.",
    ),
    Advice(
        "without-extension",
        "Leave out what asks for the extension, where the test does not need it.",
        "RFC 5321 section 2.2.1",
        cause="The test asks for an extension that the server does not have.",
    ),
    Advice(
        "try-helo",
        "Try `protocol: smtp`: an old server or a firewall may know HELO and not EHLO.",
        "RFC 5321 section 3.2",
        cause="The server does not know EHLO.",
    ),
    Advice(
        "command-on",
        "Check that the command is switched on for this listener.",
        "RFC 5321 section 4.2.4",
        cause="The command is switched off, or unknown to the server.",
    ),
    Advice(
        "reply-before",
        "Read the reply before this one in the transcript: what the server wanted first (HELO,"
        " STARTTLS, AUTH, MAIL) was left out, refused, or swallowed on the way.",
        "RFC 5321 section 4.1.4",
        cause="A step that the server wants first is missing.",
    ),
    Advice(
        "refused-command",
        "Compare the refused command in the transcript with one that this server does take.",
        "RFC 3463 section 3.6",
        cause="The server does not accept a command as it was sent.",
    ),
    # Where to read on, when nothing is more likely.
    Advice(
        "log-of-server",
        "Find this dialogue in the server's log, by time and this host's address: it names the rule"
        " that decided. With Exim, `exim -bh ADDRESS` plays it again.",
        "exim(8)",
        cause="A rule of the server refused, and only its log names the rule.",
    ),
    Advice(
        "try-later",
        "Try again in some minutes (`retries`, `retry_delay`); treat hours of it as a refusal.",
        "RFC 5321 section 4.5.4.1",
        cause="The server refuses for the time being.",
    ),
    Advice(
        "read-transcript",
        "Read the transcript up to its last line, and the server's log of the same moment.",
        "smtp_handshake transcript",
        cause="The cause is not known yet.",
    ),
    Advice(
        "correct-expectation",
        "Compare `replies` and `capabilities` with what was expected; where the server is right,"
        " correct the expectation.",
        "smtp_handshake expect",
        cause="The server replies otherwise than was expected.",
    ),
    Advice(
        "reach-stage",
        "Let the dialogue get there (`stop_after`, `message`, an earlier refusal that was"
        " expected), or expect nothing of that stage.",
        "smtp_handshake stop_after",
        cause="The dialogue ended before the stage of which something was expected.",
    ),
)
