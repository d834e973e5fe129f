# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of all servers: each names a cause that there is advice for."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.model import SERVERS, LogLine
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.servers.by_name import (
    RULES,
    order_of,
    rule_for,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.catalogue.index import (
    look_up,
)
from ansible_collections.mailops.smtp.tests.unit.log_lines import line_of, meaning_of
from ansible_collections.mailops.smtp.tests.unit.work import assert_ends

ALL = [(server, rule) for server in SERVERS for rule in RULES[server]]


def test_each_server_has_rules() -> None:
    assert set(RULES) == set(SERVERS)


@pytest.mark.parametrize(("_server", "rule"), ALL)
def test_a_rule_names_a_cause_of_the_catalogue_in_a_sentence(_server, rule) -> None:
    if rule.cause_id is not None:
        assert look_up([rule.cause_id])[0].cause
    assert rule.cause_id is not None or not rule.certain
    assert rule.cause[0].isupper()
    assert rule.cause.endswith(".")


def test_a_line_that_says_nothing_has_no_rule() -> None:
    assert (
        rule_for(line_of("Nov 28 16:48:10 mx postfix/smtpd[1]: connect from a[192.0.2.7]")) is None
    )


def test_the_first_rules_tell_most() -> None:
    greeting = line_of(
        "Nov 28 16:48:10 mx postfix/postscreen[1]: PREGREET 1 after 0 from [::1]:1: a"
    )
    hang_up = line_of("Nov 28 16:48:10 mx postfix/postscreen[1]: HANGUP after 0 from [::1]:1 in x")
    assert order_of(greeting, meaning_of(greeting.whole)) < order_of(
        hang_up, meaning_of(hang_up.whole)
    )


HOSTILE = [
    "rejected : ",
    "reject= ",
    "retval=DENY ",
    "TLS error ",
    "lookup of ",
    'result="550 ',
    "(a,",
]


def rules_for_hostile_lines(server: str) -> None:
    """Ask for the rules of as many lines as are judged, each all but fitting the patterns."""
    for number in range(500):
        for seed in HOSTILE:
            text = f"{number} {seed * 300}"
            rule_for(LogLine(0.0, server, "smtpd", "1", text, text))


@pytest.mark.thorough
@pytest.mark.parametrize("server", SERVERS)
def test_hostile_lines_take_no_time(server) -> None:
    assert_ends(rules_for_hostile_lines, server, cpu_seconds=20)
