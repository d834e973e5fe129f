# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of many sessions, told apart by what names a session."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.sessions import (
    Collector,
    Found,
)
from ansible_collections.mailops.smtp.tests.unit.log_lines import line_of, request


@pytest.fixture(autouse=True)
def _utc(monkeypatch):
    import time

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def found_in(log: str, **changes) -> Found:
    collector = Collector(request(**changes))
    for whole in log.strip().splitlines():
        collector.add(line_of(whole))
    return collector.found()


def smtpd(pid: int, text: str, second: int = 1) -> str:
    return f"Nov 28 16:48:{second:02} mx postfix/smtpd[{pid}]: {text}"


def log(*lines: str) -> str:
    return "\n".join(lines)


def test_two_processes_hold_two_sessions_at_once_and_one_holds_others_before_and_after() -> None:
    found = found_in(
        log(
            smtpd(1, "connect from other[192.0.2.9]"),
            smtpd(1, "warning: problem talking to server private/policy: x"),
            smtpd(1, "disconnect from other[192.0.2.9]"),
            smtpd(1, "connect from web1[192.0.2.7]"),
            smtpd(2, "connect from other[192.0.2.9]"),
            smtpd(2, "warning: connect to Milter service unix:x: No such file or directory"),
            smtpd(1, "warning: hello"),
            smtpd(2, "disconnect from other[192.0.2.9]"),
            smtpd(1, "disconnect from web1[192.0.2.7]"),
            smtpd(1, "connect from web1[192.0.2.7]"),
        )
    )
    assert [[line.text for line in one.lines] for one in found.sessions] == [
        ["connect from web1[192.0.2.7]", "warning: hello", "disconnect from web1[192.0.2.7]"],
        ["connect from web1[192.0.2.7]"],
    ]


def test_a_process_keeps_what_it_said_before_its_first_session() -> None:
    key = "warning: error opening chain file: /x.pem: No such file or directory"
    found = found_in(
        log(
            smtpd(1, key),
            smtpd(1, "warning: haproxy read: timeout error"),
            smtpd(1, "connect from web1[192.0.2.7]", 2),
            smtpd(1, "disconnect from web1[192.0.2.7]", 3),
            smtpd(1, "connect from web1[192.0.2.7]", 4),
        )
    )
    first, second = found.sessions
    assert [line.text for line in first.lines][:2] == [key, "warning: haproxy read: timeout error"]
    assert [line.text for line in second.lines] == [key, "connect from web1[192.0.2.7]"]
    assert second.begin == second.lines[1].time


def test_the_end_of_an_earlier_session_is_no_part_of_the_next() -> None:
    found = found_in(
        log(
            smtpd(1, "NOQUEUE: reject: RCPT from other[192.0.2.9]: 550 no"),
            smtpd(1, "connect from web1[192.0.2.7]"),
        )
    )
    (session,) = found.sessions
    assert [line.text for line in session.lines] == ["connect from web1[192.0.2.7]"]


def test_what_cleanup_says_of_a_message_belongs_to_its_session() -> None:
    found = found_in(
        log(
            smtpd(1, "connect from web1[192.0.2.7]"),
            smtpd(1, "776B22147C1: client=web1[192.0.2.7]"),
            "Nov 28 16:48:01 mx postfix/cleanup[3]: 776B22147C1: reject: header Subject: x from x",
            "Nov 28 16:48:01 mx postfix/cleanup[3]: 999B22147C1: message-id=<x>",
        )
    )
    (session,) = found.sessions
    assert len(session.lines) == 3
    assert "reject: header" in session.lines[2].text


def test_the_port_is_that_of_the_client() -> None:
    found = found_in(
        log(
            "Nov 28 16:48:01 mx postfix/postscreen[1]: CONNECT from [192.0.2.7]:4000 to [::1]:25",
            "Nov 28 16:48:01 mx postfix/postscreen[1]: CONNECT from [192.0.2.7]:4001 to [::1]:25",
            "Nov 28 16:48:01 mx postfix/postscreen[1]: DENYLISTED [192.0.2.7]:4000",
        )
    )
    assert [(set(one.ports), len(one.lines)) for one in found.sessions] == [
        ({4000}, 2),
        ({4001}, 1),
    ]


def test_lines_of_exim_have_only_the_client_in_common() -> None:
    found = found_in(
        log(
            "2026-11-28 16:48:01 H=(a) [192.0.2.7] rejected RCPT <a@b.test>: no",
            "2026-11-28 16:48:01 H=(a) [192.0.2.9] rejected RCPT <a@b.test>: no",
            "2026-11-28 16:48:01 rejected EHLO from [::ffff:192.0.2.7]: syntax",
            "2026-11-28 16:40:01 H=(a) [192.0.2.7] rejected RCPT <early@b.test>: no",
        )
    )
    (session,) = found.sessions
    assert not session.has_key
    assert [line.text[:8] for line in session.lines] == ["H=(a) [1", "rejected"]


def test_a_fault_that_names_no_client_is_one_of_the_server() -> None:
    found = found_in(
        "Nov 28 16:48:01 mx postfix/master[1]: warning: process smtpd pid 2: throttling\n"
        "Nov 28 16:48:01 mx postfix/qmgr[1]: 776B22147C1: removed"
    )
    assert not found.sessions
    assert [line.text for line in found.faults] == ["warning: process smtpd pid 2: throttling"]


def test_a_fault_in_the_session_of_another_client_is_not_told() -> None:
    lost = "SASL LOGIN authentication failed: Connection lost to authentication server"
    found = found_in(
        log(
            "2026-11-28 16:48:01 TLS error on connection from a [192.0.2.9] (cert/key setup: x): y",
            smtpd(1, f"warning: other[192.0.2.9]: {lost}"),
            smtpd(1, "connect from web1[192.0.2.7]", 2),
        )
    )
    (session,) = found.sessions
    assert [line.text for line in session.lines] == ["connect from web1[192.0.2.7]"]
    assert not found.faults


def test_lines_of_another_server_than_the_one_that_is_asked_for_do_not_count() -> None:
    whole = smtpd(1, "connect from web1[192.0.2.7]")
    assert not found_in(whole, server="exim").sessions
    assert len(found_in(whole, server="postfix").sessions) == 1


def test_what_is_kept_is_bounded() -> None:
    collector = Collector(request())
    for number in range(5000):
        collector.add(line_of(smtpd(number, "connect from web1[192.0.2.7]")))
        collector.add(line_of(smtpd(number, "fatal: x")))
    for _number in range(1000):
        collector.add(line_of(smtpd(4999, "warning: a")))
        collector.add(line_of("Nov 28 16:48:01 mx postfix/master[1]: fatal: x"))
    found = collector.found()
    assert len(found.sessions) == 100
    assert len(found.faults) == 100
    assert max(len(one.lines) for one in found.sessions) <= 150


def test_a_client_with_many_sessions_before_the_dialogue_still_has_it() -> None:
    collector = Collector(request(slack=1.0))
    early = "Nov 28 16:47:00 mx postfix/smtpd[{}]: {} from web1[192.0.2.7]"
    for number in range(500):
        collector.add(line_of(early.format(number, "connect")))
        collector.add(line_of(early.format(number, "disconnect")))
    collector.add(line_of(smtpd(9999, "connect from web1[192.0.2.7]")))
    assert collector.found().sessions[-1].lines[0].pid == "9999"
