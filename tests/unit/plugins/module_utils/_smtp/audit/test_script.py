# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a check, with servers that answer, and with servers that do worse."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.form import check_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import Check, Step
from ansible_collections.mailops.smtp.tests.unit.audits import (
    ACCEPTS,
    HELLO,
    QUIT,
    REFUSES,
    check_of,
    held,
)

ANY_STEPS: dict[str, t.Any] = {"id": "own", "proves": "x", "risk": 2}


def steps(*taken: t.Any, want: t.Any, **more: t.Any) -> Check:
    """Return a check of these steps."""
    return check_from({**ANY_STEPS, "steps": list(taken), "want": want, **more})


def test_a_command_is_answered_under_its_name() -> None:
    found, lines = held(f"{HELLO}{REFUSES}{QUIT}", check_of())

    assert found.answers["rcpt"].shown == "554 5.7.1 Relay access denied"
    assert found.answers["rcpt"].command == "RCPT TO:<bob@example.net>"
    assert found.last is None
    assert "S: 554 5.7.1 Relay access denied" in lines


def test_the_dialogue_ends_at_a_refusal_that_decides_nothing() -> None:
    script = f"{HELLO}\nC: MAIL FROM:<eve@example.net>\nS: 530 5.7.0 STARTTLS first{QUIT}"

    found, _lines = held(script, check_of())

    assert found.last == found.answers["mail"]
    assert "rcpt" not in found.answers


def test_it_goes_on_after_a_refusal_that_has_a_name() -> None:
    check = steps({"hello": True}, {"send": "VRFY ann", "name": "ann"}, "NOOP", want={"ann": "any"})
    script = f"{HELLO}\nC: VRFY ann\nS: 502 5.5.1 no\nC: NOOP\nS: 250 Ok{QUIT}"

    found, _lines = held(script, check)

    assert [found.answers[name].shown for name in ("ann", "noop")] == ["502 5.5.1 no", "250 Ok"]


def test_helo_is_said_to_a_server_that_does_not_know_ehlo() -> None:
    script = f"""
S: 220 old.example.com
C: EHLO client.example.org
S: 502 what?
C: HELO client.example.org
S: 250 old.example.com{REFUSES}{QUIT}"""

    found, _lines = held(script, check_of())

    assert found.answers["helo"].command == "HELO client.example.org"


def test_bytes_go_over_the_wire_as_they_are_written() -> None:
    check = steps(
        {"hello": True},
        {"bytes": r"NOOP\n.\x00{user}\r\n", "replies": ["first", "second"]},
        want={"first": "any"},
    )
    script = f"{HELLO}\nC> NOOP\\n.\\x00ann@example.com\\r\\n\nS: 250 Ok\nS: 500 what?{QUIT}"

    found, lines = held(script, check)

    assert found.answers["second"].shown == "500 what?"
    assert r"C: NOOP\n.\x00ann@example.com\r\n" in lines


def test_split_writes_come_one_after_the_other() -> None:
    check = steps(
        {"hello": True}, {"split": ["NO", r"OP\r\n"], "name": "noop"}, want={"noop": "accepted"}
    )

    found, lines = held(f"{HELLO}\nC: NOOP\nS: 250 Ok{QUIT}", check)

    assert found.answers["noop"].shown == "250 Ok"
    start = lines.index("C: NO")
    assert lines[start + 1] == r"C: OP\r\n"


def test_no_answer_is_a_silence_and_the_connection_lives_on() -> None:
    check = steps(
        {"hello": True},
        {"bytes": r"NOOP\r\n"},
        {"expect_silence": 3},
        {"wait": 2},
        want={},
        id="quiet",
    )

    found, _lines = held(f"{HELLO}\nC: NOOP\n*: hush\nC: QUIT\n*: silence", check)

    assert found.answers["silence"].happening == "silence"


def test_an_answer_in_the_silence_is_recorded() -> None:
    check = steps({"hello": True}, {"bytes": "x"}, {"expect_silence": 3, "name": "end"}, want={})

    found, _lines = held(f"{HELLO}\nC> x\nS: 250 queued{QUIT}", check)

    assert found.answers["end"].shown == "250 queued"


def test_quit_is_never_sent_as_a_line_of_a_message() -> None:
    check = steps({"hello": True}, "DATA", {"expect_silence": 1}, want={"data": "any"})

    _found, lines = held(f"{HELLO}\nC: DATA\nS: 354 go ahead\n*: silence", check)

    assert "C: QUIT" not in lines


# Whatever the check says, no message begins at risk 0.


@pytest.mark.parametrize("line", ["DATA", "data", "  Data", "BDAT 3 LAST", "BURL imap://x LAST"])
def test_no_message_begins_at_risk_0(line: str) -> None:
    check = check_of()._replace(
        steps=(Step("hello", replies=("helo",)), Step("send", (line,), 0.0, ("data",)))
    )

    found, lines = held(f"{HELLO}{QUIT}", check)

    assert found.last is not None
    assert found.last.shown == "a check of risk 0 never begins a message"
    assert not any(line.upper().strip().startswith("C: DATA") for line in lines)


def test_no_message_begins_at_risk_0_by_way_of_a_variable() -> None:
    check = check_of(
        steps=[{"hello": True}, {"send": "{verb}", "name": "rcpt"}], variants={"verb": ["DATA"]}
    )

    found, _lines = held(f"{HELLO}{QUIT}", check, user={"verb": "DATA"})

    assert found.last is not None
    assert "never begins a message" in found.last.shown


def test_no_odd_bytes_are_sent_at_risk_0() -> None:
    check = check_of()._replace(steps=(Step("bytes", (r"DATA\r\n",), 0.0, ("rcpt",)),))

    found, _lines = held(f"S: 220 mx.example.com{QUIT}", check)

    assert found.last is not None
    assert found.last.shown == "a check of risk 0 never sends odd bytes"


# Hostile servers


@pytest.mark.parametrize(
    ("ending", "shown"),
    [
        ("*: silence", "no answer within 5 s"),
        ("*: close", "the server closed the connection"),
        ("*: reset", "the connection was lost: Connection reset by peer"),
        ("S: what do you want?", "not an SMTP reply: what do you want?"),
        (f"S: 250 {'x' * 20000}", "a reply line of more than 16384 bytes came"),
        (
            "\n".join(["S: 250-more"] * 1100),
            "a reply of more than 1000 lines or 65536 bytes came",
        ),
        ("S: 250-one\nS: 550 two", "one reply with differing codes: 250 and 550"),
    ],
)
def test_what_is_no_reply_ends_the_dialogue(ending: str, shown: str) -> None:
    check = check_of()
    script = f"{HELLO}\nC: MAIL FROM:<eve@example.net>\n{ending}"
    if ending.startswith("S:") or "silence" in ending:
        script += "\nC: QUIT"

    found, lines = held(script, check)

    assert found.last is not None
    assert found.last.shown == shown
    assert sum(map(len, lines)) < 40000


def test_a_second_reply_to_one_command_is_no_answer_to_the_next() -> None:
    script = f"{HELLO}\nC: MAIL FROM:<eve@example.net>\nS: 250 Ok\nS: 554 5.7.1 no\nC: QUIT"

    found, _lines = held(script, check_of())

    assert found.last is not None
    assert found.last.happening == "error"
    assert "rcpt" not in found.answers or found.answers["rcpt"].reply is None


def test_421_between_two_commands_ends_the_dialogue() -> None:
    script = f"{HELLO}\nC: MAIL FROM:<eve@example.net>\nS: 250 Ok\nS: 421 4.7.0 enough{QUIT}"

    found, _lines = held(script, check_of())

    assert found.last is not None
    assert found.last.reply is not None
    assert found.last.reply.code == 421


def test_a_refused_greeting_ends_the_dialogue() -> None:
    found, _lines = held(f"S: 554 5.7.1 go away{QUIT}", check_of())

    assert found.last is not None
    assert found.last.name == "greeting"


def test_the_name_of_a_server_cannot_add_a_command() -> None:
    check = check_of(
        steps=[{"hello": True}, {"send": "MAIL FROM:<a@{server_name}>"}], want={"mail": "any"}
    )
    script = """
S: 220 x\\r.example.com ESMTP
C: EHLO client.example.org
S: 250 Hello"""

    found, _lines = held(f"{script}{QUIT}", check)

    assert found.missing == "server_name"


def test_a_variable_that_is_not_known_ends_the_dialogue() -> None:
    found, _lines = held(f"{HELLO}{QUIT}", check_of(), user={"stranger": None})

    assert found.missing == "stranger"


def test_a_login_without_one_is_a_missing_variable() -> None:
    found, _lines = held(
        f"{HELLO}{QUIT}", steps({"hello": True}, {"login": True}, want={"auth": "accepted"})
    )

    assert found.missing == "login_user"


def test_a_password_is_in_no_line_and_no_answer() -> None:
    script = """
S: 220 mx.example.com ESMTP
C: EHLO client.example.org
S: 250-mx.example.com
S: 250 AUTH PLAIN
C: /^AUTH PLAIN /
S: 535 5.7.8 no, correct-horse is wrong"""
    check = steps({"hello": True}, {"login": True}, want={"auth": "accepted"})

    found, lines = held(
        f"{script}{QUIT}",
        check,
        login_user="ann",
        login_password="correct-horse",
        allow_plaintext_auth=True,
    )

    assert found.answers["auth"].reply is not None
    assert found.answers["auth"].reply.code == 535
    assert "correct-horse" not in repr(found) + repr(lines)


def test_tls_that_is_required_and_not_offered_is_no_refusal() -> None:
    found, _lines = held(f"{HELLO}{QUIT}", check_of(), tls="required")

    assert found.last is not None
    assert found.last.shown == "the server does not offer STARTTLS"
    assert found.last.reply is None


def test_what_is_accepted_is_answered_too() -> None:
    found, _lines = held(f"{HELLO}{ACCEPTS}{QUIT}", check_of())

    assert found.answers["rcpt"].shown == "250 2.1.5 Ok"
