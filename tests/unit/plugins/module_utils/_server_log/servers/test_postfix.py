# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines as Postfix 3.7 has written them, or as its source has them, and what they mean."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.servers.postfix import (
    traits_of,
)
from ansible_collections.mailops.smtp.tests.unit.log_lines import line_of, meaning_of

CLIENT = "unknown[192.0.2.7]"
ENVELOPE = "; from=<bob@example.org> to=<carol@example.net> proto=ESMTP helo=<client.example.test>"


def smtpd(text: str) -> str:
    return f"Nov 28 16:48:10 mx postfix/smtpd[137]: {text}"


def postscreen(text: str) -> str:
    return f"2026-11-28T16:48:10.123456+00:00 mx postfix/postscreen[151]: {text}"


def rejected(text: str, stage: str = "RCPT") -> str:
    return smtpd(f"NOQUEUE: reject: {stage} from {CLIENT}: {text}{ENVELOPE}")


@pytest.mark.parametrize(
    ("whole", "kind", "cause_id", "certain"),
    [
        (rejected("554 5.7.1 <carol@example.net>: Relay access denied"),
         "refusal", "relay-for-address", False),
        (rejected("550 5.1.1 <n@example.test>: Recipient address rejected: User unknown in virtual"
                  " mailbox table"), "refusal", "recipient-known", True),
        (rejected("554 5.7.1 <unknown[192.0.2.7]>: Client host rejected: this network may not send"
                  " here"), "refusal", "client-denied", True),
        (rejected("554 5.7.1 <unknown[192.0.2.7]>: Client host rejected: Access denied"),
         "refusal", "client-denied", False),
        (rejected("450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.7]"),
         "refusal", "reverse-dns", True),
        (rejected("450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.7]"),
         "refusal", "reverse-dns", True),
        (rejected("504 5.5.2 <bare>: Helo command rejected: need fully-qualified hostname"),
         "refusal", "helo-name", True),
        (rejected("554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using"
                  " zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.7"),
         "refusal", "address-in-blocklist", True),
        (rejected("554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using"
                  " zen.spamhaus.org; Error: open resolver; https://check.spamhaus.org/returnc/pub"),
         "refusal", "blocklist-refused-query", True),
        (rejected("450 4.1.8 <bob@example.org>: Sender address rejected: Domain not found"),
         "refusal", "sender-domain", True),
        (rejected("553 5.7.1 <bob@example.org>: Sender address rejected: not owned by user alice"),
         "refusal", "sender-rights", True),
        (rejected("450 4.1.2 <c@nowhere.test>: Recipient address rejected: Domain not found"),
         "refusal", "recipient-domain", True),
        (rejected("556 5.1.10 <c@example.net>: Recipient address rejected: Domain example.net does"
                  " not accept mail (nullMX)"), "refusal", "null-mx", True),
        (rejected("450 4.2.0 <carol@example.net>: Recipient address rejected: Greylisted, see"
                  " http://postgrey.schweikert.ch/help"), "refusal", "greylist", True),
        (rejected("451 4.3.5 <alice@example.test>: Recipient address rejected: Server"
                  " configuration problem"), "refusal", "server-look-ups", False),
        (rejected("451 4.3.5 <x>: Helo command rejected: Server configuration error"),
         "refusal", "server-look-ups", False),
        (rejected("552 5.3.4 Message size exceeds fixed limit", "MAIL"),
         "refusal", "message-size", True),
        (rejected("530 5.7.0 Must issue a STARTTLS command first", "MAIL"),
         "refusal", "use-tls", True),
        (smtpd(f"NOQUEUE: milter-reject: CONNECT from {CLIENT}: 451 4.7.1 Service unavailable - try"
               " again later; proto=SMTP"), "refusal", "log-of-server", False),
        (smtpd(f"NOQUEUE: abort: TLS from {CLIENT}: No client certificate presented"),
         "refusal", "client-certificate", True),
        (smtpd(f"warning: Connection rate limit exceeded: 2 from {CLIENT} for service"
               " 127.0.0.1:21000"), "refusal", "limits-for-one-client", True),
        (smtpd(f"warning: Connection concurrency limit exceeded: 51 from {CLIENT} for service x"),
         "refusal", "limits-for-one-client", True),
        (smtpd(f"warning: {CLIENT}: SASL SCRAM-SHA-256 authentication failed: (reason unavailable),"
               " sasl_username=alice"), "refusal", "user-and-password", False),
        (("Nov 28 16:48:10 mx postfix/cleanup[150]: 776B22147C1: reject: header Subject: x from"
         " unknown[192.0.2.7]; from=<b@example.org> to=<a@example.test>: 5.7.1 no"),
         "refusal", "content-filter", True),
        (smtpd("warning: problem talking to server private/policy: No such file or directory"),
         "fault", "server-look-ups", True),
        (smtpd("warning: connect to Milter service unix:/run/milter.socket: No such file or"
               " directory"), "fault", "slow-scanner", True),
        (smtpd("warning: SASL: Connect to private/auth failed: No such file or directory"),
         "fault", "authentication-service", True),
        (smtpd("warning: error opening chain file: /etc/postfix/missing.pem: No such file or"
               " directory"), "fault", "starttls-not-now", True),
        (smtpd("fatal: open /etc/postfix/key.pem: Permission denied"),
         "fault", "starttls-not-now", True),
        (smtpd("warning: texthash:/etc/postfix/missing lookup error for \"alice@example.test\""),
         "fault", "server-look-ups", True),
        (smtpd("warning: proxy:mysql:/etc/postfix/mysql.cf lookup error for \"example.test\""),
         "fault", "server-look-ups", True),
        (smtpd("warning: haproxy read: timeout error"), "fault", "proxy-header-wanted", True),
        (smtpd("warning: not enough free space in mail queue: 1000 bytes < 1.5*message size limit"),
         "fault", "queue-space", True),
        (("Nov 28 16:48:10 mx postfix/master[134]: warning: /usr/lib/postfix/sbin/smtpd: bad"
         " command startup -- throttling"), "fault", "server-health", False),
        (smtpd("fatal: unexpected condition"), "fault", "server-health", False),
        (smtpd(f"timeout after RCPT from {CLIENT}"), "end", "where-time-went", True),
        (smtpd(f"too many errors after RCPT from {CLIENT}"), "end", "first-refusal", True),
        (smtpd(f"lost connection after STARTTLS from {CLIENT}"), "end", None, False),
        (smtpd(f"SSL_accept error from {CLIENT}: -1"), "end", None, False),
        (smtpd(f"improper command pipelining after HELO from {CLIENT}: MAIL FROM:<a@b.c>\\r\\n"),
         "end", "speaks-too-early", False),
        (smtpd("warning: TLS library problem: error:0A000418:SSL routines::tlsv1 alert unknown"
               " ca:../ssl/record/rec_layer_s3.c:1601:SSL alert number 48:"), "end", None, False),
        (smtpd("warning: TLS library problem: error:0A0000C1:SSL routines::no shared"
               " cipher:../ssl/statem/statem_srvr.c:2226:"), "end", "tls-ciphers", False),
        (smtpd("warning: TLS library problem: error:0A000102:SSL routines::unsupported protocol:"),
         "end", "tls-versions", False),
        (smtpd("warning: hostname web1.example.com does not resolve to address 192.0.2.7"),
         "hint", "reverse-dns", False),
        (postscreen("DENYLISTED [192.0.2.7]:54683"), "refusal", "client-denied", True),
        (postscreen("PREGREET 11 after 0.1 from [192.0.2.7]:54683: EHLO a\\r\\n"),
         "refusal", "speaks-too-early", True),
        (postscreen("DNSBL rank 3 for [192.0.2.7]:54683"), "refusal", "address-in-blocklist", True),
        (postscreen("HANGUP after 0 from [192.0.2.7]:54683 in tests after SMTP handshake"),
         "end", None, False),
        (postscreen("NOQUEUE: reject: RCPT from [192.0.2.7]:54683: 450 4.3.2 Service currently"
                    " unavailable; from=<bob@example.org>, to=<a@example.test>, proto=ESMTP,"
                    " helo=<client.example.test>"), "refusal", "postscreen-tests", True),
        (postscreen("NOQUEUE: reject: RCPT from [192.0.2.7]:54683: 550 5.5.1 Protocol error;"
                    " from=<bob@example.org>"), "refusal", "speaks-too-early", True),
        (postscreen("NOQUEUE: reject: CONNECT from [192.0.2.7]:54683: all server ports busy"),
         "fault", "server-health", False),
    ],
)  # fmt: skip
def test_what_a_line_means(whole, kind, cause_id, certain) -> None:
    rule = meaning_of(whole)
    assert (rule.kind, rule.cause_id, rule.certain) == (kind, cause_id, certain)


def test_what_a_client_says_of_itself_is_no_reason() -> None:
    whole = smtpd(
        "NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 554 5.7.1 <carol@example.net>: Relay access"
        " denied; from=<User unknown in greylist@example.org> to=<carol@example.net> proto=ESMTP"
        " helo=<Helo command rejected: >"
    )
    assert meaning_of(whole).cause_id == "relay-for-address"


@pytest.mark.parametrize(
    ("text", "clients", "port", "opens", "closes"),
    [
        ("connect from unknown[192.0.2.7]", ("192.0.2.7",), None, True, False),
        ("connect from web[2001:db8::1]:40000", ("2001:db8::1",), 40000, True, False),
        ("disconnect from unknown[192.0.2.7] ehlo=1 quit=1", ("192.0.2.7",), None, False, True),
        ("warning: unknown[192.0.2.7]: SASL PLAIN authentication failed: x",
         ("192.0.2.7",), None, False, False),
        ("776B22147C1: client=unknown[192.0.2.7]:40001", ("192.0.2.7",), 40001, False, False),
        ("warning: hostname a does not resolve to address 192.0.2.7",
         ("192.0.2.7",), None, False, False),
        ("warning: problem talking to server private/policy: x", (), None, False, False),
    ],
)  # fmt: skip
def test_what_a_line_tells_of_its_session(text, clients, port, opens, closes) -> None:
    traits = traits_of(line_of(smtpd(text)))
    assert traits.key == "smtpd 137"
    assert (traits.clients, traits.port) == (clients, port)
    assert (traits.opens, traits.closes) == (opens, closes)


def test_postscreen_names_the_port_in_each_line() -> None:
    traits = traits_of(line_of(postscreen("DISCONNECT [192.0.2.7]:54683")))
    assert (traits.clients, traits.port, traits.closes) == (("192.0.2.7",), 54683, True)
    assert traits.key == "postscreen 192.0.2.7 54683"


def test_the_next_server_of_a_delivery_is_not_the_client() -> None:
    whole = (
        "Nov 28 16:48:13 mx postfix/smtp[158]: 7E8E22147C3: to=<a@example.test>,"
        " relay=mx2[192.0.2.7]:25, delay=0.01, dsn=2.0.0, status=sent (250 ok)"
    )
    traits = traits_of(line_of(whole))
    assert (traits.clients, traits.key, traits.queue_id) == ((), "", "7E8E22147C3")
