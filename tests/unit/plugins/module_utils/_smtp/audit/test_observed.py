# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server has shown in the dialogues of an audit."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.observed import Observed
from ansible_collections.mailops.smtp.tests.unit.audits import QUIT, REFUSES, RELAY, RESET, audit
from ansible_collections.mailops.smtp.tests.unit.memory import HOST

SAYS = """
S: 220 mx.example.com ESMTP Postfix
C: EHLO client.example.org
S: 250-mx.example.com Hello client.example.org [203.0.113.7]
S: 250-SIZE\\t1000
S: 250-auth=LOGIN
S: 250-
S: 250 PIPELINING"""


def test_a_server_shows_its_greeting_its_extensions_and_whom_it_sees() -> None:
    report = audit(f"{SAYS}{REFUSES}{RESET}{QUIT}")

    assert report.observed == {
        HOST: Observed(
            "mx.example.com ESMTP Postfix",
            ("AUTH", "PIPELINING", "SIZE"),
            "mx.example.com",
            "203.0.113.7",
        )
    }


def test_a_password_among_the_words_of_a_server_does_not_hide_whom_it_sees() -> None:
    script = f"{SAYS}{REFUSES}{RESET}{QUIT}"
    report = audit(script, login_user="ann", login_password="Hello")

    assert report.observed[HOST].seen_as == "203.0.113.7"


def test_a_server_that_is_down_shows_nothing() -> None:
    assert audit().observed == {}


def test_another_port_says_nothing_of_the_server_that_is_audited() -> None:
    report = audit(f"{SAYS}{REFUSES}{QUIT}", checks=[{**RELAY, "ports": [2525]}])

    assert report.observed == {}


def test_a_later_dialogue_adds_what_is_lacking() -> None:
    first = Observed("mx ESMTP", None, "mx.example.com")
    later = Observed("other", ("SIZE",), "other.example.com", "192.0.2.1")

    assert first.with_more(later) == Observed("mx ESMTP", ("SIZE",), "mx.example.com", "192.0.2.1")
