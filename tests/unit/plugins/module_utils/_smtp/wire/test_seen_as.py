# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server says which address it sees, in its own words; what the client said proves nothing."""

from __future__ import annotations

import pathlib
import re

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.reply import Reply
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.seen_as import seen_as
from ansible_collections.mailops.smtp.tests.unit.work import assert_ends
from hypothesis import given
from hypothesis import strategies as st

SEEN = "192.0.2.7"
EHLO, EHLO_LITERAL = "EHLO web1.example.com", "EHLO [10.0.0.5]"
RCPT = "RCPT TO:<bob@example.net>"

# What servers say in reply to EHLO from 192.0.2.7.
SALUTATIONS = [
    # Exim (smtp_in.c): the name in the DNS, or that of EHLO, and the address
    (EHLO, f"mx.example.com Hello web1.example.com [{SEEN}]"),
    (EHLO, f"mx.example.com Hello mail at web1.example.com [{SEEN}]"),
    (EHLO_LITERAL, f"mx.example.com Hello [10.0.0.5] [{SEEN}]"),
    (EHLO_LITERAL, f"mx.example.com Hello web1.example.com [{SEEN}]"),
    # Sendmail (srvrsmtp.c)
    (EHLO, f"mx.example.com Hello [{SEEN}], pleased to meet you"),
    (EHLO, f"mx.example.com Hello web1.example.com [{SEEN}], pleased to meet you"),
    (EHLO, f"mx.example.com Hello web1.example.com [{SEEN}] (may be forged), pleased to meet you"),
    (EHLO_LITERAL, f"mx.example.com Hello [{SEEN}], pleased to meet you"),
    # OpenSMTPD (smtp_session.c): the name of EHLO and the address
    (EHLO, f"mx.example.com Hello web1.example.com [{SEEN}], pleased to meet you"),
    (EHLO_LITERAL, f"mx.example.com Hello [10.0.0.5] [{SEEN}], pleased to meet you"),
    # Exchange and Microsoft 365
    (EHLO, f"EX01.contoso.example Hello [{SEEN}]"),
    # Haraka
    (EHLO, f"mx.example.com Hello web1.example.com [{SEEN}], Haraka is at your service."),
    (EHLO, f"mx.example.com Hello Unknown [{SEEN}], Haraka is at your service."),
    # Domino
    (EHLO, f"mx Hello web1.example.com ([{SEEN}]), pleased to meet you"),
    # Gmail
    (EHLO, f"mx.google.com at your service, [{SEEN}]"),
    (EHLO_LITERAL, f"mx.google.com at your service, [{SEEN}]"),
    # Nodemailer's smtp-server
    (EHLO, f"mx.example.com Nice to meet you, [{SEEN}]"),
    # A server with an address in place of a name, and one with IPv6 sockets for IPv4
    (EHLO, f"[198.51.100.1] Hello web1.example.com [{SEEN}]"),
    (EHLO, f"mx.example.com Hello web1.example.com [::ffff:{SEEN}]"),
    ("HELO web1", f"mx.example.com Hello web1 [{SEEN}]"),
    ("LHLO web1", f"mx.example.com Hello web1 [{SEEN}]"),
]

REFUSALS = [
    # Postfix (smtpd_check.c, smtpd.c) and postscreen (postscreen_early.c)
    (554, f"5.7.1 <unknown[{SEEN}]>: Client host rejected: Access denied"),
    (554, f"5.7.1 <web1.example.com[{SEEN}]>: Client host rejected: blocked using bl.example"),
    (550, f"5.7.1 <unknown[{SEEN}]>: Unverified Client host rejected: Access denied"),
    (450, f"4.7.25 Client host rejected: cannot find your hostname, [{SEEN}]"),
    (450, f"4.7.1 Client host rejected: cannot find your reverse hostname, [{SEEN}]"),
    (421, f"4.7.0 mx.example.com Error: too many connections from {SEEN}"),
    (454, f"4.7.0 Error: too many new TLS sessions from unknown[{SEEN}]"),
    (450, f"4.7.1 Error: too much mail from {SEEN}"),
    (
        554,
        f"5.7.1 Service unavailable; Client host [{SEEN}] blocked using zen; http://a/{SEEN}",
    ),
    (550, f"5.7.1 Service unavailable; client [{SEEN}] blocked using zen.example"),
    # Sendmail (proto.m4)
    (550, f"5.7.1 <bob@example.net>... Relaying denied. IP name lookup failed [{SEEN}]"),
    (550, f"5.7.1 <bob@example.net>... Relaying denied. IP name possibly forged [{SEEN}]"),
    (550, f"5.7.1 Rejected: {SEEN} listed at zen.example"),
    (550, f"5.7.1 Fix reverse DNS for {SEEN}"),
    # Exim, in the words of its default configuration and of cPanel
    (550, f"rejected because {SEEN} is in a black list at zen.example Listed"),
    (550, f"{SEEN} is listed at zen.example (127.0.0.4: 198.51.100.53)"),
    (550, f'"JunkMail rejected - web1.example.com [{SEEN}]:24706 is in an RBL"'),
    (550, f"JunkMail rejected - ([10.0.0.5]) [{SEEN}]:24706 is in an RBL"),
    # Providers
    (550, f"5.7.606 Access denied, banned sending IP [{SEEN}]. To request removal"),
    (550, f"5.7.1 [{SEEN}      12] Our system has detected that this message is likely spam"),
    (550, f"5.4.1 Your IP {SEEN} is blocked"),
    (550, f"5.2.1 Mailbox unavailable. Your IP address {SEEN} is blacklisted."),
    (554, f"IP={SEEN} - A problem occurred. (Ask your postmaster for help)"),
    (421, f"4.7.0 [TSS04] Messages from {SEEN} temporarily deferred"),
]

# Addresses that are not that of the client, or may not be.
UNKNOWN = [
    # A name of EHLO that many servers repeat
    (EHLO_LITERAL, 250, "Hello [10.0.0.5]"),
    (EHLO_LITERAL, 250, "mx.example.com Hello [10.0.0.5], pleased to meet you"),
    ("EHLO 10.0.0.5", 250, "mx.example.com Hello 10.0.0.5 [10.0.0.5] (may be forged)"),
    ("EHLO [IPv6:2001:db8::5]", 250, "mx.example.com Hello [ipv6:2001:DB8:0::5]"),
    ("EHLO x[10.0.0.5]", 250, "mx.example.com Hello x[10.0.0.5]"),
    (EHLO_LITERAL, 550, "5.7.1 Your IP 10.0.0.5 is not that of a mail server"),
    ('RCPT TO:<"your ip 192.0.2.9"@x>', 550, '5.1.1 <"your ip 192.0.2.9"@x>: no such user'),
    # Words that say nothing of the client
    (EHLO, 250, "mx.example.com"),
    (EHLO, 250, "[198.51.100.1]"),
    (EHLO, 250, "[198.51.100.1] Hello web1.example.com"),
    (EHLO, 250, "mx.example.com [198.51.100.1] ready"),
    (EHLO, 250, "mx.example.com Hello web1.example.com [local]"),
    (EHLO, 250, "mx.example.com Hello [1.2.3.4.5] [fe80::1%eth0] [999.1.1.1]"),
    (None, 220, f"mx.example.com Hello [{SEEN}]"),
    ("MAIL FROM:<ann@example.com>", 250, f"2.1.0 Hello [{SEEN}]"),
    # Two addresses, of which any may be that of the client
    (EHLO, 250, f"mx.example.com Hello [{SEEN}], I am [198.51.100.1]"),
    (RCPT, 550, f"5.7.1 Your IP {SEEN} is not the sending IP 203.0.113.9 of the login"),
    # The server, a resolver, a blocklist and its answer, a recipient
    (RCPT, 454, "4.7.1 <bob@[198.51.100.1]>: Relay access denied"),
    (RCPT, 550, "5.7.1 Blocked - see https://check.example/?your ip=192.0.2.9"),
    (RCPT, 550, "5.7.1 Blocked - see https://check.example/?q=your-ip:192.0.2.9"),
    (RCPT, 554, "5.7.1 Service unavailable; Helo command [192.0.2.9] blocked using dbl.example"),
    (RCPT, 554, "5.7.1 Client host [web1.example.com] blocked using zen.example; 127.0.0.2"),
    (RCPT, 554, "5.7.1 Query Refused. See http://list.example [Your DNS IP: 198.51.100.53]"),
    (RCPT, 451, "4.4.3 connection to backend 10.9.9.9 from 10.9.9.1 refused"),
    (RCPT, 550, "5.7.1 Your IP 192.0.2.999 is blocked"),
    (RCPT, 550, "5.7.1 Your IP 1.2.3.4@example.net is blocked"),
]

PROVIDER_TEXTS = pathlib.Path(__file__).parents[1] / "advice" / "provider_texts.txt"


@pytest.mark.parametrize(("command", "line"), SALUTATIONS)
def test_a_reply_to_ehlo_names_the_client(command: str, line: str) -> None:
    assert seen_as([(command, Reply(250, (line, "SIZE")))]) == SEEN


@pytest.mark.parametrize(("command", "line"), SALUTATIONS)
@pytest.mark.parametrize("prefix", ["", "IPv6:", "ipv6:"])
def test_an_address_of_ipv6_may_have_a_prefix(command: str, line: str, prefix: str) -> None:
    line = line.replace(f"::ffff:{SEEN}", SEEN).replace(SEEN, f"{prefix}2001:DB8:0:0::7")
    assert seen_as([(command, Reply(250, (line,)))]) == "2001:db8::7"


@pytest.mark.parametrize(("code", "text"), REFUSALS)
def test_a_refusal_names_the_client(code: int, text: str) -> None:
    assert seen_as([(RCPT, Reply(code, (text,)))]) == SEEN
    assert seen_as([(None, Reply(code, (text,)))]) == SEEN


@pytest.mark.parametrize(("code", "text"), REFUSALS)
def test_a_refusal_names_a_client_of_ipv6(code: int, text: str) -> None:
    assert seen_as([(RCPT, Reply(code, (text.replace(SEEN, "2001:db8::7"),)))]) == "2001:db8::7"


def test_a_refusal_may_be_split_over_lines() -> None:
    reply = Reply(
        550, (f"5.7.1 rejected because {SEEN} is in a", "5.7.1 black list at zen.example")
    )
    assert seen_as([(RCPT, reply)]) == SEEN


@pytest.mark.parametrize(("command", "code", "line"), UNKNOWN)
def test_in_doubt_there_is_no_address(command: str | None, code: int, line: str) -> None:
    assert seen_as([(command, Reply(code, (line,)))]) is None


def test_a_literal_that_is_repeated_and_seen_is_the_address() -> None:
    reply = Reply(250, ("mx.example.com Hello [10.0.0.5] [10.0.0.5]",))
    assert seen_as([(EHLO_LITERAL, reply)]) == "10.0.0.5"


def test_the_last_reply_that_names_the_client_counts() -> None:
    first = Reply(250, ("mx.example.com Hello web1.example.com [10.0.0.5]",))
    after_xclient = Reply(250, (f"mx.example.com Hello web1.example.com [{SEEN}]",))
    refused = Reply(550, ("5.1.1 no such user",))
    assert seen_as([(EHLO, first), (EHLO, after_xclient), (RCPT, refused)]) == SEEN


def test_the_texts_of_providers_name_the_client_and_never_another() -> None:
    replies = re.findall(
        r"^[^#:\n]+: \w+ ([45]\d\d) (.*) => ", PROVIDER_TEXTS.read_text(), re.MULTILINE
    )
    found = [seen_as([("DATA", Reply(int(code), (text,)))]) for code, text in replies]
    assert set(found) == {None, SEEN, "2001:db8::7"}
    assert found.count(SEEN) >= 49


@given(
    st.sampled_from([250, 421, 450, 550]),
    st.lists(st.sampled_from(["Hello ", "[", "]", "<", "your ip ", "1", ".", ":", "ipv6:", " "])),
)
def test_no_text_makes_it_fail(code: int, words: list[str]) -> None:
    address = seen_as([(EHLO, Reply(code, ("".join(words),)))])
    assert address is None or re.fullmatch("[0-9a-f:.]+", address)


@pytest.mark.parametrize("code", [250, 550])
@pytest.mark.parametrize(
    "part",
    ["<a", "[1.1.1.1 ", "Hello [", "too many a", "your ip ", "::", "junkmail rejected - a "],
)
def test_a_long_text_costs_little(part: str, code: int) -> None:
    assert_ends(seen_as, [(EHLO, Reply(code, ("Hello " + part * 20_000,)))])
