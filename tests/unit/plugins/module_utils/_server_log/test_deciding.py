# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which session is the dialogue, which line decides it, and whether that is sure."""

from __future__ import annotations

import time

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.deciding import (
    Chosen,
    choose,
)
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.sessions import Collector
from ansible_collections.mailops.smtp.tests.unit.log_lines import at, line_of, request

UNKNOWN = "550 5.1.1 <{}>: Recipient address rejected: User unknown in local recipient table"
POLICY = "warning: problem talking to server private/policy: No such file or directory"


@pytest.fixture(autouse=True)
def _utc(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def smtpd(pid: int, text: str, second: int = 1) -> str:
    return f"Nov 28 16:48:{second:02} mx postfix/smtpd[{pid}]: {text}"


def session(pid: int, *texts: str, second: int = 1) -> list[str]:
    """Return the lines of a session of Postfix; `FROM` in a text is the client."""
    whole = ["connect FROM", *texts, "disconnect FROM"]
    return [smtpd(pid, text.replace("FROM", "from web1[192.0.2.7]"), second) for text in whole]


def rejected(reply: str, to: str = "a@b.test", stage: str = "RCPT") -> str:
    return f"NOQUEUE: reject: {stage} FROM: {reply}; from=<bob@c.test> to=<{to}> helo=<x>"


def chosen_of(*logs: list[str], **changes) -> Chosen:
    asked = request(**changes)
    collector = Collector(asked)
    for whole in [one for log in logs for one in log]:
        collector.add(line_of(whole))
    return choose(collector.found(), asked)


def told(chosen: Chosen) -> tuple[str | None, bool]:
    assert chosen.decision is not None
    return chosen.decision.rule.cause_id, chosen.decision.exact


def test_the_one_session_of_the_client_is_the_dialogue() -> None:
    chosen = chosen_of(session(1, rejected(UNKNOWN.format("a@b.test"))))
    assert told(chosen) == ("recipient-known", True)
    assert chosen.matched_by == ("client",)


def test_without_a_session_nothing_decides() -> None:
    assert chosen_of() == Chosen((), None, ("client",))


def test_the_port_tells_sessions_apart() -> None:
    chosen = chosen_of(
        ["Nov 28 16:48:01 mx postfix/postscreen[1]: PREGREET 1 after 0 from [192.0.2.7]:4000: a"],
        ["Nov 28 16:48:01 mx postfix/postscreen[1]: DENYLISTED [192.0.2.7]:4001"],
        client_port=4001,
    )
    assert told(chosen) == ("client-denied", True)
    assert chosen.matched_by == ("client", "client_port")


def test_a_session_with_another_port_is_another() -> None:
    chosen = chosen_of(
        ["Nov 28 16:48:01 mx postfix/postscreen[1]: DENYLISTED [192.0.2.7]:4001"], client_port=4000
    )
    assert (chosen.sessions, chosen.decision) == ((), None)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"recipients": ("N@b.test",)}, "recipients"),
        ({"reply": "<n@b.test>: Recipient address rejected: User unknown"}, "reply"),
    ],
)
def test_recipient_and_reply_tell_sessions_apart(changes, name) -> None:
    chosen = chosen_of(
        session(1, rejected("554 5.7.1 <a@b.test>: Relay access denied")),
        session(2, rejected(UNKNOWN.format("n@b.test"), "n@b.test")),
        **changes,
    )
    assert told(chosen) == ("recipient-known", True)
    assert name in chosen.matched_by


@pytest.mark.parametrize(
    ("reply", "logged"),
    [
        pytest.param(r"No\tsuch user", "No\tsuch user", id="a-tab"),
        pytest.param("No such user", "No\tsuch  user", id="spaces"),
        pytest.param(r"No\x1b[2J user", "No\x1b[2J user", id="a-control-character"),
        pytest.param("No\x1b[2J user", r"No\x1b[2J user", id="one-that-the-log-has-escaped"),
        pytest.param(r"caf\xe9", r"caf\xe9", id="a-byte-that-is-not-utf-8"),
        pytest.param(r"no\xa0user", "no\u00a0user", id="a-space-that-is-none"),
        pytest.param(r"no #\x23vso[a]", "no ##vso[a]", id="a-command"),
    ],
)
def test_a_reply_and_a_line_are_compared_in_the_same_form(reply, logged) -> None:
    chosen = chosen_of(
        session(1, rejected("554 5.7.1 <a@b.test>: Relay access denied")),
        session(2, rejected(f"550 5.1.1 <n@b.test>: Recipient address rejected: {logged}")),
        reply=reply,
    )
    assert chosen.matched_by == ("client", "reply")
    assert len(chosen.sessions) == 1
    assert logged in chosen.sessions[0].lines[1].text


def test_a_reply_of_spaces_names_no_line() -> None:
    assert chosen_of(session(1, rejected("554 no")), reply=" ").matched_by == ("client",)


def test_a_session_that_ended_before_the_envelope_may_be_the_dialogue() -> None:
    chosen = chosen_of(
        session(1, rejected(UNKNOWN.format("a@b.test"))),
        session(2, "warning: Connection rate limit exceeded: 2 FROM for service smtp"),
        recipients=("a@b.test",),
    )
    assert len(chosen.sessions) == 2
    assert not told(chosen)[1]


def test_sessions_that_all_say_the_same_leave_no_doubt() -> None:
    same = rejected(UNKNOWN.format("a@b.test"))
    assert told(chosen_of(session(1, same), session(2, same))) == ("recipient-known", True)
    assert told(chosen_of(session(1, same), session(2))) == ("recipient-known", False)


def test_where_several_sessions_fit_the_line_with_the_recipient_is_likeliest() -> None:
    chosen = chosen_of(
        session(1, "warning: problem talking to server private/policy: x"),
        session(2, rejected(UNKNOWN.format("a@b.test"))),
        session(3, "lost connection after EHLO FROM"),
        recipients=("a@b.test",),
    )
    assert told(chosen) == ("recipient-known", False)
    assert told(chosen_of(session(1, POLICY), session(2, "lost connection after EHLO FROM"))) == (
        "server-look-ups",
        False,
    )


def test_a_session_of_another_time_does_not_count() -> None:
    late = session(1, rejected(UNKNOWN.format("a@b.test")), second=50)
    assert chosen_of(late).decision is None
    assert chosen_of(late, slack=60.0).decision is not None


def test_a_session_in_time_is_likelier_than_one_within_the_slack() -> None:
    chosen = chosen_of(
        session(1, rejected(UNKNOWN.format("a@b.test")), second=14),
        session(2, rejected("554 5.7.1 <a@b.test>: Relay access denied"), second=5),
    )
    assert told(chosen) == ("relay-for-address", True)


@pytest.mark.parametrize(
    ("reply", "cause_id"),
    [
        ("451 4.3.5 <a@b.test>: Recipient address rejected: Server configuration problem",
         "server-look-ups"),
        ("554 5.7.1 <a@b.test>: Relay access denied", "relay-for-address"),
        (UNKNOWN.format("a@b.test"), "recipient-known"),
    ],
)  # fmt: skip
def test_a_fault_decides_only_where_it_explains_the_refusal(reply, cause_id) -> None:
    chosen = chosen_of(session(1, POLICY, rejected(reply)))
    assert told(chosen)[0] == cause_id
    assert chosen.decision is not None
    assert (chosen.decision.rule.kind == "fault") == (cause_id == "server-look-ups")


def test_what_makes_a_client_leave_tells_more_than_that_it_left() -> None:
    chosen = chosen_of(
        session(
            1,
            "SSL_accept error FROM: -1",
            "warning: TLS library problem: error:0A000102:SSL routines::unsupported protocol:",
            "lost connection after STARTTLS FROM",
        )
    )
    assert told(chosen)[0] == "tls-versions"


def test_what_the_authentication_service_says_belongs_to_the_session() -> None:
    chosen = chosen_of(
        ["Nov 28 16:48:01 auth: Info: scram-sha-256(alice,192.0.2.7): Password mismatch"],
        session(1, "warning: web1[192.0.2.7]: SASL PLAIN authentication failed: x"),
        reply="5.7.8 Error: authentication failed",
    )
    assert told(chosen) == ("user-and-password", True)
    assert chosen.decision is not None
    assert chosen.decision.rule.certain
    assert len(chosen.sessions[0].lines) == 4


def test_lines_that_have_only_the_client_in_common_must_all_say_the_same() -> None:
    unknown = "2026-11-28 16:48:01 H=(a) [192.0.2.7] rejected RCPT <n@b.test>: Unrouteable address"
    banned = '2026-11-28 16:48:02 H=[192.0.2.7] rejected connection in "connect" ACL: no'
    assert told(chosen_of([unknown, unknown])) == ("recipient-known", True)
    assert told(chosen_of([unknown, banned])) == ("client-denied", False)
    assert told(chosen_of([unknown, banned], reply="550 Unrouteable address")) == (
        "client-denied",
        False,
    )
    assert told(chosen_of([unknown, banned], reply="Unrouteable address")) == (
        "recipient-known",
        True,
    )


def test_a_fault_of_the_server_decides_where_no_session_does_and_is_never_sure() -> None:
    fault = (
        "Nov 28 16:48:01 mx postfix/master[1]: warning: smtpd: bad command startup -- throttling"
    )
    assert told(chosen_of([fault])) == ("server-health", False)
    assert chosen_of([fault], since=at(17, 0), until=at(17, 1)).decision is None


def test_of_very_many_sessions_none_is_known_to_be_the_dialogue() -> None:
    same = rejected(UNKNOWN.format("a@b.test"))
    chosen = chosen_of(*(session(number, same) for number in range(50)))
    assert told(chosen) == ("recipient-known", False)
