# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server tells of itself: a sound server, and one at fault."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.audits import HELLO, QUIT
from ansible_collections.mailops.smtp.tests.unit.checks import verdict_of

REPLY = "\nC: EHLO client.example.org\nS: 250"


@pytest.mark.parametrize(
    ("greeting", "verdict"),
    [
        ("mx.example.com ESMTP Postfix", "sound"),
        ("mx1.4.example.com ESMTP; Sat, 28 Nov 2026 12:00:00 +0000", "sound"),
        ("mx.example.com ESMTP Sendmail 8.15.2/8.15.2; Sat, 28 Nov 2026", "finding"),
        ("mx.example.com ESMTP Exim 4.96 Sat, 28 Nov 2026", "finding"),
        ("mx.example.com ESMTP Postfix (3.8.1)", "finding"),
        ("mx.example.com Microsoft ESMTP MAIL Service, Version: 10.0.14393", "finding"),
    ],
)
def test_a_version(greeting: str, verdict: str) -> None:
    assert verdict_of("ban-version", f"S: 220 {greeting}{REPLY} mx.example.com") == verdict


@pytest.mark.parametrize(
    ("greeting", "verdict"),
    [
        ("mx.example.com ESMTP", "sound"),
        ("mail ESMTP", "finding"),
        ("localhost.localdomain ESMTP Postfix", "finding"),
        ("[192.0.2.1] ESMTP", "finding"),
    ],
)
def test_the_name_of_the_server(greeting: str, verdict: str) -> None:
    assert verdict_of("ban-name", f"S: 220 {greeting}") == verdict


def test_a_server_that_takes_no_mail_need_not_tell_its_name() -> None:
    script = f"S: 554 no SMTP service here{QUIT}"

    assert verdict_of("ban-name", script, ends=False) == "not_applicable"


@pytest.mark.parametrize(
    ("greeting", "verdict"),
    [
        ("mail.home.example.com ESMTP", "sound"),
        ("mx.example.com [192.0.2.10] ESMTP", "sound"),
        ("exch01.corp.local Microsoft ESMTP MAIL Service", "finding"),
        ("mx.example.com [10.1.2.3] ESMTP", "finding"),
        ("mx.example.com [172.31.0.1] ESMTP", "finding"),
    ],
)
def test_an_inner_name_or_address(greeting: str, verdict: str) -> None:
    assert verdict_of("ban-inner", f"S: 220 {greeting}") == verdict


@pytest.mark.parametrize(
    ("greeting", "keyword", "verdict"),
    [
        ("mx.example.com ESMTP", "PIPELINING", "sound"),
        ("*****************************", "PIPELINING", "finding"),
        ("mx.example.com ESMTP", "XXXXXXXA", "finding"),
    ],
)
def test_a_firewall_that_rewrites(greeting: str, keyword: str, verdict: str) -> None:
    script = f"S: 220 {greeting}{REPLY}-mx.example.com\nS: 250 {keyword}"

    assert verdict_of("ban-middlebox", script) == verdict


def test_what_ntlm_tells() -> None:
    hello = f"S: 220 mx.example.com{REPLY}-mx.example.com\nS: 250 AUTH NTLM\nC: AUTH NTLM"
    message = "C: TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAGAbEdAAAADw=="
    asked = f"{hello}\nS: 334 NTLM supported\n{message}"

    assert verdict_of("ban-ntlm", f"{hello}\nS: 504 5.7.4 no") == "sound"
    assert verdict_of("ban-ntlm", f"{asked}\nS: 535 5.7.3 no") == "sound"
    assert verdict_of("ban-ntlm", f"{asked}\nS: 334 TlRMTVNTUAACAAAAAg==") == "finding"
    assert verdict_of("ban-ntlm", HELLO) == "not_applicable"
