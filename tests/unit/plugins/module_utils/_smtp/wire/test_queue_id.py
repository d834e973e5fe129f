# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server accepts a message, and its reply names it or does not; the texts are real servers'."""

from __future__ import annotations

import re

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.text import printable
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.queue_id import queue_id
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.reply import (
    MAX_REPLY_BYTES,
    Reply,
)
from hypothesis import given
from hypothesis import strategies as st

# Where each comes from is said beside it: the source or manual of the server, or whose public log
# it was found in. Names of people and hosts are replaced.
NAMED = [
    # Postfix, also behind others
    ("postfix", "2.0.0 Ok: queued as CBFBF407BE", "CBFBF407BE"),
    ("postfix-long", "2.0.0 Ok: queued as 4XyZ1234abcz1kT", "4XyZ1234abcz1kT"),
    ("postfix-without-enhanced-code", "Ok: queued as 9FFCB76", "9FFCB76"),
    (
        # amavisd-new from 2.7 on; the inner name is the one that Postfix logs from then on.
        "postfix-behind-amavis",
        "2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 2C03762234A",
        "2C03762234A",
    ),
    (
        # Postfix logs in questions on linuxquestions.org and ubuntuforums.org, 2008 to 2012.
        "postfix-behind-an-older-amavis-that-names-itself-first",
        "2.6.0 Ok, id=04860-09, from MTA([127.0.0.1]:10025): 250 2.0.0 Ok: queued as 10F46168773",
        "10F46168773",
    ),
    (
        # Debian and openSUSE guides to amavis: the filter's log is the last that knows of it.
        "amavis-discards",
        "2.7.0 Ok, discarded, id=03491-01 - spam",
        "03491-01",
    ),
    # Exim; Mail.ru and GMX are its kin
    ("exim", "OK id=1sMrpq-0001Ah-UT", "1sMrpq-0001Ah-UT"),
    ("exim-4.97", "OK id=1wLWNN-00000002g1x-0ye6", "1wLWNN-00000002g1x-0ye6"),
    ("mail.ru", "OK id=1wbi1J-00000000BmK-3yPw", "1wbi1J-00000000BmK-3yPw"),
    (
        # PHPMailer traces of kundenserver.de, GMX and WEB.DE alike.
        "gmx",
        "Requested mail action okay, completed: id=1MKsaz-1wevcp3BHR-00M7kH",
        "1MKsaz-1wevcp3BHR-00M7kH",
    ),
    # Sendmail and all that speak like it
    ("sendmail", "2.0.0 rBBDP5ji010691 Message accepted for delivery", "rBBDP5ji010691"),
    # Sendmail 8.9: no enhanced codes yet.
    ("sendmail-of-1998", "DAA75168 Message accepted for delivery", "DAA75168"),
    ("opensmtpd", "2.0.0 a1b2c3d4 Message accepted for delivery", "a1b2c3d4"),
    # smtpd/smtp_session.c of OpenSMTPD 5.x.
    ("opensmtpd-5", "2.0.0: e2b1e0c5 Message accepted for delivery", "e2b1e0c5"),
    ("proofpoint", "2.0.0 25nc6w82mk-1 Message accepted for delivery", "25nc6w82mk-1"),
    (
        # Parsers of Postfix's log have it in their tests.
        "fortimail-says-two",
        "2.0.0 36VKKS9J026559-36VKKS9K026559 Message accepted for delivery",
        "36VKKS9J026559-36VKKS9K026559",
    ),
    # Queue-IDs of this form are in Kerio's administration manual.
    ("kerio", "2.0.0 438dd9ea-00000000 Message accepted for delivery", "438dd9ea-00000000"),
    # logstash patterns of Postfix, from a relay of a provider with Openwave (Cloudmark) servers.
    (
        "openwave",
        "2.0.0 64cP1k0015SCSiQ064cU6t mail accepted for delivery",
        "64cP1k0015SCSiQ064cU6t",
    ),
    # For this one no public trace was at hand.
    ("communigate", "88180025 message accepted for delivery", "88180025"),
    (
        # An IceWarp (Merak) log in a public source file.
        "icewarp",
        "2.6.0 2804 bytes received in 00:00:01; Message id YAR93710 accepted for delivery",
        "YAR93710",
    ),
    # Microsoft
    (
        "exchange",
        (
            "2.6.0 <e6c29c88-7479-4fee-9a7e-5ca909546317@exchange.example.com>"
            " [InternalId=237172389052427, Hostname=exchange.example.com]"
            " 11511 bytes in 0.102, 109,173 KB/sec Queued mail for delivery"
        ),
        "e6c29c88-7479-4fee-9a7e-5ca909546317@exchange.example.com",
    ),
    (
        "exchange-2010",
        "2.6.0 <20111025103822.7F94E1C0299@web1> [InternalId=274498] Queued mail for delivery",
        "20111025103822.7F94E1C0299@web1",
    ),
    (
        "exchange-2007-and-iis",
        "2.6.0 <WEB01JswFCHOzyfyz5b000015ac@relay.example.com> Queued mail for delivery",
        "WEB01JswFCHOzyfyz5b000015ac@relay.example.com",
    ),
    (
        "exchange-online",
        (
            "2.6.0 <4798911130a2069f3483fda756b8e81c@www.example.com> [InternalId=25786240768327,"
            " Hostname=DM6PR01MB4123.prod.exchangelabs.com] 9180 bytes in 0.119, 75.001 KB/sec"
            " Queued mail for delivery"
        ),
        "4798911130a2069f3483fda756b8e81c@www.example.com",
    ),
    # qmail-smtpd.c: the time and the process that queued it, by which qmail-send logs it
    ("qmail", "ok 1375388751 qp 26627", "26627"),
    ("qmail-with-a-name", "ok 1349174460 qp 13230 by mx1.example.org", "13230"),
    (
        "messagelabs-is-a-qmail-with-a-name-of-its-own",
        "ok 1476446307 qp 25307 server-6.tower-123.messagelabs.com!1476446305!416754!1",
        "server-6.tower-123.messagelabs.com!1476446305!416754!1",
    ),
    # Courier: the name of the message in its queue, and in its log as `id=`
    ("courier", "Ok. 000000006B0A67FB.000000A1", "000000006B0A67FB.000000A1"),
    ("courier-long", "Ok. 00046ACB.3C8A3E51.00003B40", "00046ACB.3C8A3E51.00003B40"),
    # Haraka: connection.js puts the name behind what the plugin says
    (
        "haraka",
        "Message Queued (9C7B9D53-AB1B-4C6F-8F55-B4F3D4CAB1F0.1)",
        "9C7B9D53-AB1B-4C6F-8F55-B4F3D4CAB1F0.1",
    ),
    (
        "haraka-with-a-plugin-of-ones-own",
        "Thank you (9C7B9D53-AB1B-4C6F-8F55-B4F3D4CAB1F0.1)",
        "9C7B9D53-AB1B-4C6F-8F55-B4F3D4CAB1F0.1",
    ),
    # LMTP
    ("dovecot", "2.0.0 <user@example.com> ixPpB+Zvv2P7BAAAUi6ngw Saved", "ixPpB+Zvv2P7BAAAUi6ngw"),
    (
        "dovecot-second-recipient",
        "2.0.0 <user@example.com> s3F/FLrz7GiE0QAA0WRAUQ:R2 Saved",
        "s3F/FLrz7GiE0QAA0WRAUQ:R2",
    ),
    ("dovecot-proxied", "2.0.0 qIs0C7bdDFx6RQAAfXFM7g Saved", "qIs0C7bdDFx6RQAAfXFM7g"),
    (
        # BlueMind's manual, on reading mail logs; imap/lmtpengine.c of Cyrus.
        "cyrus",
        "2.1.5 Ok SESSIONID=<cyrus-12823-1488397532-1> [example.net!user.user.INBOX () 2294]",
        "cyrus-12823-1488397532-1",
    ),
    # Gmail, and Naver
    (
        "gmail",
        "2.0.0 OK  1653776100 r33-20020a056870582100b000f169cbbb32sm1847208oap.43 - gsmtp",
        "r33-20020a056870582100b000f169cbbb32sm1847208oap.43",
    ),
    ("gmail-of-2013", "2.0.0 OK 1376056636 i3si9508927obz.16 - gsmtp", "i3si9508927obz.16"),
    ("gmail-of-2011", "2.0.0 OK 1321118137 q15si6316124anp.165", "q15si6316124anp.165"),
    ("naver", "2.0.0 OK wdbCW9-RRYi+rBkZk5wTzg - nsmtp", "wdbCW9-RRYi+rBkZk5wTzg"),
    # Providers
    (
        "amazon-ses",
        "Ok 010201819ab3682a-8a9a6442-6822-4e64-a65d-54561c87b79f-000000",
        "010201819ab3682a-8a9a6442-6822-4e64-a65d-54561c87b79f-000000",
    ),
    ("sparkpost-and-momentum", "2.0.0 OK 00/00-28443-3AF54065", "00/00-28443-3AF54065"),
    # sendgrid/docs issue 2638.
    ("sendgrid", "Ok: queued as nhIMmON9SFOPcT0ii4nt2A", "nhIMmON9SFOPcT0ii4nt2A"),
    (
        "sendgrid-by-chance-without-a-digit",
        "Ok: queued as nhIMmONaSFOPcTdiiqntzA",
        "nhIMmONaSFOPcTdiiqntzA",
    ),
    (
        "mailjet",
        "OK queued as 2b7b9869-0e44-42d4-9246-1039ef6b95ee",
        "2b7b9869-0e44-42d4-9246-1039ef6b95ee",
    ),
    ("mailersend", "Message queued as 185caa69ff7000f47c", "185caa69ff7000f47c"),
    ("mandrill", "Ok: requeued as 4d1f5e0b8a7c", "4d1f5e0b8a7c"),  # nodemailer issue 412
    (
        "brevo-in-angle-brackets",
        "2.0.0 OK: queued as <202508020358.47907466195@smtp-relay.example.com>",
        "202508020358.47907466195@smtp-relay.example.com",
    ),
    (
        "an-id-of-all-that-an-id-may-have",
        "2.0.0 OK: queued as <CAB+k=a/b1@mail.example.com>",
        "CAB+k=a/b1@mail.example.com",
    ),
    (
        # nodemailer issue 422.
        "yandex",
        "2.0.0 Ok: queued on smtp3m.mail.yandex.net as 1430081058-6ltgNFKSir-iHEKdOrm",
        "1430081058-6ltgNFKSir-iHEKdOrm",
    ),
    (
        "yandex-since-2022",
        (
            "2.0.0 Ok: queued on mail-nwsmtp-mxfront-production-main-10.myt.yp-c.yandex.net"
            " 1682952938-btNFgWJPMCg0-4gaCVu2s"
        ),
        "1682952938-btNFgWJPMCg0-4gaCVu2s",
    ),
    (
        # Coremail, of 163.com and Chinese universities: its name begins with the host's.
        "coremail",
        "Mail OK queued as smtp7,DsmowACnrGxFFDlewRb+Aw--.25745S2 1580799046",
        "smtp7,DsmowACnrGxFFDlewRb+Aw--.25745S2",
    ),
    (
        "icloud",
        "2.5.0 Ok, envelope id 0LUD00A9Q8EK4BQ0@smtpin135.mac.com",
        "0LUD00A9Q8EK4BQ0@smtpin135.mac.com",
    ),
    (
        "icloud-with-a-tab",
        "2.5.0 Ok, envelope id \\t0LUD00A9Q8EK4BQ0@smtpin135.mac.com",
        "0LUD00A9Q8EK4BQ0@smtpin135.mac.com",
    ),
    ("barracuda", "Ok: queued as BF88888888", "BF88888888"),
    # Amazon's own example of a delivery notification: the receiver is a Cisco ESA.
    ("ironport", "ok:  Message 64111812 accepted", "64111812"),
    (
        "mimecast",
        "SmtpThread-230451-1550091842414@snd-mta-2.snd.mimecast.lan Received OK",
        "SmtpThread-230451-1550091842414@snd-mta-2.snd.mimecast.lan",
    ),
    (
        "mimecast-that-also-names-the-message",
        (
            "SmtpThread-757489-1400681213454@uk-mta-20.uk.mimecast.lan Received OK"
            " [vH7Ns8biNg-p6EfZ0QaVMQ.us149]"
        ),
        "vH7Ns8biNg-p6EfZ0QaVMQ.us149",
    ),
    # Younger servers
    ("stalwart", "2.0.0 Message queued with id 217700302698266624.", "217700302698266624"),
    (
        "piler",
        "2.0.0 OK: queued 2K6C7TNVWUIRJYGYXJ6K4TYT",
        "2K6C7TNVWUIRJYGYXJ6K4TYT",
    ),  # go-smtp 278
    # stalwart issue 927.
    ("a-provider", "2.0.0 OK ef6e1f86a16411ef8a5442010a7c0015", "ef6e1f86a16411ef8a5442010a7c0015"),
    # email-sdk pull request 222.
    ("id-at-the-end", "2.0.0 Message accepted for delivery id=server-queue-42", "server-queue-42"),
    # KumoMTA's quick start.
    ("kumomta", "OK ids=d7ef132b5d7711eea8c8000c29c33806", "d7ef132b5d7711eea8c8000c29c33806"),
    (
        # The wording is that of a trace in a tutorial, which left the Message-ID out.
        "mdaemon",
        "Ok, message saved <Message-ID: MDAEMON-F200504011203.AA0312345@example.com>",
        "MDAEMON-F200504011203.AA0312345@example.com",
    ),
]

# Real replies that name none, and what could be taken for a name.
NAMELESS = [
    ("says-nothing", "2.0.0 Ok"),
    ("no-text", ""),
    ("the-rfc-and-mailenable", "Requested mail action okay, completed"),
    ("yahoo", "ok dirdel"),
    ("hmailserver", "Queued (10.594 seconds)"),
    ("mdaemon-of-today", "2.6.0 Ok, message saved"),
    ("mdaemon-without-a-message-id", "Ok, message saved <Message-ID: >"),
    ("domino", "Message accepted for delivery"),
    ("sendmail-nameless", "2.0.0 Message accepted for delivery"),
    ("james-and-powermta", "2.6.0 Message received"),
    ("mailgun", "Great success"),
    ("mailgun-too", "Queued. Thank you."),
    ("maddy-and-go-smtp", "2.0.0 OK: queued"),
    ("mox", "2.2.0 it is done"),
    ("stalwart-of-2023", "2.0.0 Message queued for delivery."),
    ("exchange-nameless", "2.6.0 Queued mail for delivery"),
    ("haraka-nameless", "Message Queued"),
    ("dovecot-nameless", "2.0.0 <user@example.com> Saved"),
    ("zimbra-lmtp", "2.1.5 Delivery OK"),
    ("zoho", "Message received"),
    ("an-old-barracuda-or-maillog", "Queued! (#2.0.0)"),
    ("qq-leaves-the-name-out", "Ok: queued as "),
    ("qq-has-a-full-stop-for-it", "OK: queued as."),
    ("exim-without-a-name", "OK id="),
    ("prose", "Message queued as requested"),
    ("prose-too", "Message queued as soon as possible"),
    ("prose-in-capitals", "MESSAGE QUEUED AS REQUESTED"),
    ("a-place-in-the-queue", "Message queued as 3rd of 10"),
    ("a-number-of-messages", "queued 5 messages"),
    ("prose-before-saved", "2.0.0 Message Saved"),
    ("prose-before-accepted", "2.0.0 Thankyou message accepted for delivery"),
    ("another-id", "OK, uid=500 gid=500"),
    ("an-id-in-a-url", "OK, see https://example.com/help?id=12345"),
    ("ok-and-a-word", "Ok. Thanks"),
    ("ok-and-a-date", "OK 2026-11-28"),
    ("an-escape-is-no-name", r"queued as \x1b[31m12345"),
    ("more-than-any-name-has", "queued as " + "4" * 256),
]


@pytest.mark.parametrize(
    ("text", "name"), [pytest.param(text, name, id=server) for server, text, name in NAMED]
)
def test_the_name_that_the_server_gives_a_message_is_found(text: str, name: str) -> None:
    assert queue_id(Reply(250, (text,))) == name


@pytest.mark.parametrize("text", [pytest.param(text, id=what) for what, text in NAMELESS])
def test_where_the_server_gives_no_name_none_is_made_up(text: str) -> None:
    assert queue_id(Reply(250, (text,))) is None


def test_of_two_names_the_last_is_that_of_the_server_behind_a_filter() -> None:
    text = "Ok: queued as 1F2E3D4C5B, from MTA([127.0.0.1]:10025): 250 Ok: queued as 2C03762234A"
    assert queue_id(Reply(250, (text,))) == "2C03762234A"


@pytest.mark.parametrize("beginning", ["", "2.0.0 ", "2.0.0 Thank you. "])
@pytest.mark.parametrize("server", ["postfix-without-enhanced-code", "exim", "qmail", "courier"])
def test_a_greeting_before_it_hides_no_name(beginning: str, server: str) -> None:
    text, name = next((text, name) for one, text, name in NAMED if one == server)
    assert queue_id(Reply(250, (beginning + text,))) == name


def test_a_name_that_the_search_would_cut_in_two_is_none() -> None:
    filler = "x" * 980
    assert queue_id(Reply(250, (f"{filler} queued as CBFBF407BE and more",))) is None
    assert queue_id(Reply(250, (f"{filler[20:]} queued as CBFBF407BE and more",))) == "CBFBF407BE"


def test_the_name_is_found_on_a_later_line_too() -> None:
    assert queue_id(Reply(250, ("2.0.0 Thank you", "2.0.0 Ok: queued as CBFBF407BE"))) == (
        "CBFBF407BE"
    )


def test_a_mebibyte_is_not_searched_for_a_name() -> None:
    assert queue_id(Reply(250, ("x" * MAX_REPLY_BYTES + " queued as CBFBF407BE",))) is None


@given(st.lists(st.one_of(st.sampled_from(["queued as ", "id=", "<", ">", "OK ", " "]), st.text())))
def test_whatever_the_server_says_the_name_is_a_printable_word(pieces: list[str]) -> None:
    name = queue_id(Reply(250, (printable("".join(pieces).encode("utf-8", "replace")),)))
    assert name is None or re.fullmatch("[!-~]{1,255}", name)
