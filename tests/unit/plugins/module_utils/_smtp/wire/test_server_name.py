# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server says what it is called, or greets people instead; the lines are real servers'."""

from __future__ import annotations

import re

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.reply import Reply
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.server_name import (
    server_name,
    server_name_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st

# What begins both with the name.
NAMED = [
    ("mail.example.com ESMTP Postfix (Debian/GNU)", "mail.example.com"),
    ("mx.google.com ESMTP i3si9508927obz.16 - gsmtp", "mx.google.com"),
    ("smtp.gmail.com at your service, [192.0.2.7]", "smtp.gmail.com"),
    ("mail.example.com Hello [1.2.3.4]", "mail.example.com"),
    ("mail.example.com", "mail.example.com"),
    (
        "EXCH01.corp.local Microsoft ESMTP MAIL Service ready at Mon, 1 Jan 2024",
        "EXCH01.corp.local",
    ),
    ("mail.foo.com mx-2.bar.com ESMTP Exim 4.64", "mail.foo.com"),  # nmap's showSMTPVersion
    (
        "P3PLIBSMTP01-05.prod.phx3.secureserver.net bizsmtp",
        "P3PLIBSMTP01-05.prod.phx3.secureserver.net",
    ),
    ("openmailbox.xyz ESMTP Postfix: Welcome to our mail server.", "openmailbox.xyz"),
    ("mail.example.com, pleased to meet you", "mail.example.com"),
    ("mail.example.com: ready", "mail.example.com"),
    ("mail.example.com. ESMTP", "mail.example.com"),
    ("mx_in.example.com ESMTP", "mx_in.example.com"),
    ("xn--e1aybc.xn--p1ai ESMTP", "xn--e1aybc.xn--p1ai"),
    ("163.com Anti-spam GT for Coremail System", "163.com"),
    ("[192.0.2.1] ESMTP", "[192.0.2.1]"),
    ("[IPv6:2001:db8::1] ESMTP", "[IPv6:2001:db8::1]"),
    ("192.0.2.1 ESMTP", "192.0.2.1"),  # RFC 5321 wants brackets, and the server has none
]

# What begins neither with a name.
PROSE = [
    "Hello, spam sender.",
    "Nice to meet you.",  # smtp4dev
    "Nice to meet you mail.example.com",  # nodemailer's smtp-server
    "Ok EventMachine",
    "OK",
    "ok",
    "Hello",
    "Hello localhost",  # go-smtp
    "Hello client.example.org (client.example.org, 192.0.2.7)",
    "hello",
    "Hi.",
    "***************",  # Cisco `inspect esmtp`
    "ESMTP",
    "ESMTP ready",
    "SMTP Server ready",
    "Service ready",
    "Microsoft ESMTP MAIL Service ready",  # Exchange Online's connectors, heralding
    "Mailserver ready",  # smtp4dev
    "Welcome to mail.example.com",
    "Requested mail action okay, completed",
    "FileZilla Server 1.8.1",
    "ProFTPD Server (Debian)",
    "(vsFTPd 3.0.3)",
    "2.0.0 mail.example.com ready",
    "4.3.2 All server ports are busy",
    "v1.2",
    "user@example.com",
    "http://mail.example.com/",
    "<mail.example.com> ready",
    "-mail.example.com",
    "mail..example.com",
    ".example.com",
    "[300.0.2.1]",
    "[mail.example.com]",
    "[IPv6:192.0.2.1]",
    "[IPv6:fe80::1%eth0]",
    "[]",
    " mail.example.com",
    "",
    " ",
    "a." * 130 + "com",
    "a" * 64 + ".com",
]


@pytest.mark.parametrize("greeting", [False, True])
@pytest.mark.parametrize(("line", "name"), NAMED)
def test_a_domain_or_an_address_at_the_beginning_is_the_name(
    line: str, name: str, greeting: bool
) -> None:
    assert server_name(line, greeting) == name


@pytest.mark.parametrize("greeting", [False, True])
@pytest.mark.parametrize("line", PROSE)
def test_a_word_that_is_no_domain_and_no_address_is_no_name(line: str, greeting: bool) -> None:
    assert server_name(line, greeting) is None


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("relay ESMTP Postfix", "relay"),
        ("mail SMTP ready", "mail"),
        ("MAILSRV ESMTP", "MAILSRV"),
        ("mail01 ready", "mail01"),
        ("web1 Python SMTP 1.4.6", "web1"),  # aiosmtpd
        ("mx-in ready", "mx-in"),
        ("localhost smtp4dev ready", "localhost"),
        ("localhost ESMTP Service Ready", "localhost"),
        ("store LMTP Dovecot ready", "store"),
    ],
)
def test_a_name_of_one_label_counts_in_a_greeting_where_something_tells_it_from_a_word(
    line: str, name: str
) -> None:
    assert server_name(line, greeting=True) == name
    assert server_name(line) is None


@pytest.mark.parametrize("line", ["8BITMIME", "SMTPUTF8", "CRAM-MD5", "X1 Hello", "SIZE 1000"])
def test_a_capability_in_place_of_the_name_is_not_taken_for_one(line: str) -> None:
    assert server_name(line) is None


@pytest.mark.parametrize("line", ["grunty Mailpit ESMTP Service ready", "relay ready", "42 ESMTP"])
def test_in_doubt_one_label_is_no_name(line: str) -> None:
    assert server_name(line, greeting=True) is None


# Which reply names the server


def said(*replies: tuple[str, int, str]) -> list[tuple[str, Reply]]:
    """Return replies of one line each, with their stages."""
    return [(stage, Reply(code, (text,))) for stage, code, text in replies]


def test_the_reply_to_ehlo_counts_before_the_greeting() -> None:
    replies = said(("greeting", 220, "mx.example.com ESMTP"), ("helo", 250, "mail.example.com"))
    assert server_name_of(replies) == "mail.example.com"


@pytest.mark.parametrize(
    "text", ["Hello, spam sender.", "Nice to meet you.", "Ok EventMachine", ""]
)
def test_where_the_reply_to_ehlo_has_no_name_the_greetings_counts(text: str) -> None:
    replies = said(("greeting", 220, "mx.example.com ESMTP"), ("helo", 250, text))
    assert server_name_of(replies) == "mx.example.com"


def test_the_last_reply_to_ehlo_counts_and_an_earlier_one_where_it_has_no_name() -> None:
    before = said(("helo", 250, "proxy.example.com"))
    assert server_name_of(before + said(("helo", 250, "mx.example.com"))) == "mx.example.com"
    assert server_name_of(before + said(("helo", 250, "Hello"))) == "proxy.example.com"


def test_a_word_that_both_replies_begin_with_is_a_name() -> None:
    # Mailpit, as in its issue 293.
    replies = said(
        ("greeting", 220, "grunty Mailpit ESMTP Service ready"),
        ("helo", 250, "grunty greets test.example.com"),
    )
    assert server_name_of(replies) == "grunty"


@pytest.mark.parametrize("word", ["Hello", "ok", "Welcome", "(none)", "ready", "****", "42", ""])
def test_a_salutation_that_both_begin_with_is_none(word: str) -> None:
    # smtp4dev greets with (none) where its host has no name.
    assert server_name_of(said(("greeting", 220, f"{word} a"), ("helo", 250, f"{word} b"))) is None


def test_a_refusal_may_begin_with_anybodys_name() -> None:
    replies = said(("greeting", 554, "client.example.org is not welcome"))
    assert server_name_of(replies) is None


def test_where_nobody_says_a_name_there_is_none() -> None:
    assert server_name_of([]) is None
    replies = said(
        ("greeting", 220, "***************"), ("helo", 250, "OK"), ("quit", 221, "mx.example.com")
    )
    assert server_name_of(replies) is None


@settings(max_examples=2 * settings().max_examples)
@given(st.text(), st.booleans())
def test_whatever_the_line_a_name_is_a_short_word_of_plain_characters(
    line: str, greeting: bool
) -> None:
    name = server_name(line, greeting)
    assert name is None or re.fullmatch(r"[A-Za-z0-9._:\[\]-]{1,253}", name)
