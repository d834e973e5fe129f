# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DATA and the message: size, headers, signatures, filters."""

from __future__ import annotations

from ..model import Advice

MESSAGE: tuple[Advice, ...] = (
    Advice(
        "message-size",
        "Compare the message's size, encoding included, with SIZE in the EHLO reply and the"
        " server's limit: Postfix and Exim `message_size_limit`, Exchange `MaxMessageSize` of the"
        " connector.",
        "RFC 1870 section 6; postconf(5) message_size_limit",
        cause="The message is larger than the server takes.",
    ),
    Advice(
        "usual-headers",
        "Give the message the usual headers, each once (`message.headers`): a From with one valid"
        " address, Date, Message-ID (RFC 5322 section 3.6).",
        "RFC 5322 section 3.6",
        cause="The message lacks a usual header, or has one twice.",
    ),
    Advice(
        "aligned-domain",
        "Sign with DKIM for the domain in the From header, or pass SPF with a sender of that"
        " domain: DMARC wants one of the two (`dig TXT _dmarc.DOMAIN`).",
        "RFC 7489 section 3.1",
        cause="Neither SPF nor DKIM passes for the domain in the From header.",
    ),
    Advice(
        "content-filter",
        "Ask the content filter's log why (rspamd, Amavis, a milter, Exim `acl_smtp_data`), by time"
        " or Message-ID. Send a short plain message with all usual headers to compare.",
        "https://www.postfix.org/MILTER_README.html",
        cause="A content filter refuses the message.",
    ),
    Advice(
        "mail-loop",
        "Look for a loop in the Received headers: the message has passed too many servers, by"
        " forwards and aliases, or by MX records of a server that does not know the domain for its"
        " own.",
        "RFC 5321 section 6.3",
        cause="The message goes round in a loop.",
    ),
    Advice(
        "replies-to-rcpt",
        "Read the replies to RCPT: DATA is refused when no recipient was accepted before it.",
        "RFC 5321 section 3.3",
        cause="No recipient was accepted before DATA.",
    ),
    Advice(
        "data-without-354",
        "Mend or bypass what answers DATA with anything but 354 (RFC 5321 section 4.3.2): a filter"
        " or proxy that lost count of its replies. The message was not sent.",
        "RFC 5321 section 4.3.2",
        cause="The server answered DATA with a reply that is not 354.",
    ),
    Advice(
        "delivered-twice",
        "Look for the Message-ID in the server's log and in the mailbox before you run this again:"
        " the server may have the message, and would deliver it twice (RFC 5321 section"
        " 4.5.3.2.6).",
        "RFC 5321 section 4.5.3.2.6",
        cause="The message may have been accepted, though no reply says so.",
    ),
    Advice(
        "slow-scanner",
        "Look for a content scanner that is slow or down (a milter, Amavis, ClamAV, rspamd). A"
        " server may think for 10 minutes here (RFC 5321 section 4.5.3.2.6): a longer `timeout` may"
        " do.",
        "RFC 5321 section 4.5.3.2.6",
        cause="A content scanner of the server is slow or down.",
    ),
    Advice(
        "hang-up-in-message",
        "Look for what hung up in the middle of the message: a content filter, a virus gateway, a"
        " crash in the server's log, a size limit that is enforced by closing.",
        "RFC 5321 section 3.8",
        cause="Something closed the connection in the middle of the message.",
    ),
    Advice(
        "header-or-body-rule",
        "Find the rule that matched a line of the message: Postfix `header_checks` and"
        " `body_checks` (its log quotes the line), Exim `acl_smtp_data`, a transport rule of"
        " Exchange. Send a short plain message to compare.",
        "postconf(5) header_checks",
        cause="A rule of the server for headers or body refuses the message.",
    ),
    Advice(
        "long-lines",
        "Break the lines of the message: none may have more than 998 characters (RFC 5322 section"
        " 2.1.1). A content transfer encoding, base64 or quoted-printable, does it.",
        "RFC 5322 section 2.1.1",
        cause="A line of the message is longer than 998 characters.",
    ),
)
