# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only proxies and filters may do: a sound server, and one at fault."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.audits import HELLO
from ansible_collections.mailops.smtp.tests.unit.checks import made, verdict_of


@pytest.mark.parametrize(
    ("identity", "command", "keyword"),
    [
        ("pr-xclient", "XCLIENT NAME=localhost ADDR=127.0.0.1", "XCLIENT NAME ADDR"),
        ("pr-xforward", "XFORWARD ADDR=192.0.2.1", "XFORWARD NAME ADDR"),
    ],
)
def test_a_stranger_that_wants_to_be_somebody_else(
    identity: str, command: str, keyword: str
) -> None:
    offers = HELLO.replace("250 mx", "250-mx") + f"\nS: 250 {keyword}"

    assert verdict_of(identity, f"{HELLO}\nC: {command}\nS: 550 5.7.0 not for you") == "sound"
    assert verdict_of(identity, f"{offers}\nC: {command}\nS: 550 5.7.0 no") == "finding"
    assert verdict_of(identity, f"{HELLO}\nC: {command}\nS: 220 mx.example.com") == "finding"


def test_a_port_between_the_server_and_its_filters() -> None:
    """The network refuses each connection for which there is no script."""
    closed = made("pr-reinject")
    assert closed.verdict.name == "sound"

    open_to_all = made("pr-reinject", "S: 220 [127.0.0.1] ESMTP amavisd-new service ready")
    assert open_to_all.verdict.name == "finding"
    assert open_to_all.verdict.evidence == "port 24: the server accepts connections"


def test_a_host_that_is_no_mail_server() -> None:
    silent = made("pr-everyhost")
    assert silent.verdict.name == "sound"
    assert silent.check.profiles == ("none",)

    listening = made("pr-everyhost", "S: 220 localhost ESMTP")
    assert listening.verdict.name == "finding"
    assert listening.verdict.evidence == "port 25: the server accepts connections"


LOOPBACK = r"\x7f\x00\x00\x01"
HEADERS = {
    "pr-proxy1": "C: PROXY TCP4 127.0.0.1 127.0.0.1 40000 25",
    "pr-proxy2": rf"C> \r\n\r\n\x00\r\nQUIT\n!\x11\x00\x0c{LOOPBACK * 2}\x9c@\x00\x19",
}


@pytest.mark.parametrize("identity", HEADERS)
@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("S: 250 mx.example.com", "finding"),
        ("S: 500 5.5.1 what?\nS: 250 mx.example.com", "sound"),
        ("S: 421 PROXY not allowed\n*: close", "sound"),
        ("*: close", "sound"),
        ("S: 450 4.7.0 later", "undecided"),
    ],
)
def test_a_stranger_that_says_to_be_a_proxy(identity: str, answer: str, verdict: str) -> None:
    script = f"{HEADERS[identity]}\nS: 220 mx.example.com\nC: EHLO client.example.org\n{answer}"

    ends = answer.count("S:") == 1 and "close" not in answer
    assert verdict_of(identity, script, ends=ends) == verdict


def test_a_server_that_sends_a_stranger_away_before_the_greeting() -> None:
    script = f"{HEADERS['pr-proxy1']}\nS: 554 SMTP synchronization error\n*: close"

    assert verdict_of("pr-proxy1", script, ends=False) == "sound"
