# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""POP3 servers that do what a real one does seldom."""

from __future__ import annotations

import time
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt import pop3
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.account import Account
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.deadline import Deadline
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.errors import StoreError
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.model import FoundMessage
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.pop3 import NEWEST, Pop3Store
from ansible_collections.mailops.smtp.tests.unit import work

LOGIN = """
    S: +OK here
    C: USER ann
    S: +OK
    C: PASS secret-42
    S: +OK
    C: UIDL
    """

SUFFIX = """
    S: +OK
    S: X-SMTP-Handshake-Token: ours
    S:
    S: .
    """

OTHERS = """
    S: +OK
    S: Subject: not ours
    S:
    S: .
    """

QUIT = """
    C: QUIT
    S: +OK
    """


def store_of(server: t.Any, seconds: float = 10, **account: t.Any) -> Pop3Store:
    """Return the inbox of a user at a server."""
    given = {"tls": "never", "user": "ann", "secret": "secret-42", **account}
    return Pop3Store(Account(host=server.host, port=server.port, **given), Deadline(seconds))


def broken_by(server: t.Any, seconds: float = 10, **account: t.Any) -> StoreError:
    """Return why the inbox cannot be looked through."""
    with pytest.raises(StoreError) as caught:
        list(store_of(server, seconds, **account).find({"ours"}))
    return caught.value


def tokens(found: t.Iterable[FoundMessage]) -> list[str]:
    return [one.token for one in found]


def script(*parts: str) -> str:
    """Put scripts together."""
    return "\n".join(line.strip() for part in parts for line in part.strip().splitlines())


def test_the_newest_is_looked_at_first_and_no_more_than_needed(scripted: t.Any) -> None:
    uidl = "S: +OK\nS: 1 old\nS: 2 new\nS: .\nC: TOP 2 0"
    server = scripted(script(LOGIN, uidl, SUFFIX, QUIT))
    (found,) = store_of(server).find({"ours"})
    assert (found.token, found.uid, found.mailbox.name) == ("ours", "new", "INBOX")


def test_what_was_looked_at_is_not_asked_for_again(scripted: t.Any) -> None:
    first = script(LOGIN, "S: +OK\nS: 1 a\nS: .\nC: TOP 1 0", OTHERS, QUIT)
    second = script(LOGIN, "S: +OK\nS: 1 a\nS: 2 b\nS: .\nC: TOP 2 0", SUFFIX, QUIT)
    store = store_of(scripted(first, second))
    assert tokens(store.find({"ours"})) == []
    assert tokens(store.find({"ours"})) == ["ours"]


def test_a_long_line_in_a_header_is_cut(scripted: t.Any) -> None:
    """poplib takes no line of more than 2,048 bytes, and would lose its place in the answer."""
    top = f"S: +OK\nS: 1 a\nS: .\nC: TOP 1 0\nS: +OK\nS: References: {'x' * 5000}"
    rest = "S: X-SMTP-Handshake-Token: ours\nS:\nS: ."
    server = scripted(script(LOGIN, top, rest, QUIT))
    assert tokens(store_of(server).find({"ours"})) == ["ours"]


def test_a_server_that_drips_does_not_buy_time(scripted: t.Any) -> None:
    began = time.monotonic()
    assert broken_by(scripted("*: drip\nS: +OK " + "x" * 1000), seconds=0.6).kind == "timeout"
    assert time.monotonic() - began < 15  # the whole line would take 30 seconds


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("-ERR [IN-USE] another session", "busy"),
        ("-ERR [LOGIN-DELAY] not so soon", "busy"),
        ("-ERR [SYS/TEMP] not now", "busy"),
        ("-ERR Too many connections from this IP", "busy"),
        ("-ERR maildrop already locked", "busy"),
        ("-ERR [AUTH] no", "login"),
        ("-ERR wrong", "login"),
        ("-ERR", "login"),
    ],
)
def test_who_is_not_let_in(scripted: t.Any, answer: str, kind: str) -> None:
    server = scripted(f"S: +OK here\nC: USER ann\nS: +OK\nC: PASS secret-42\nS: {answer}")
    error = broken_by(server)
    assert error.kind == kind
    assert "ann may not log in" in error.text


@pytest.mark.parametrize(
    "answer",
    [
        "+ERR Server error: Failed to fetch messages in Inbox.",
        "+OKAY then",
        "+ok",
        "+",
        "OK",
        "",
    ],
)
def test_success_is_ok_and_nothing_else(scripted: t.Any, answer: str) -> None:
    """poplib takes all that begins with a plus, and finds the inbox empty then."""
    server = scripted(f"S: +OK here\nC: USER ann\nS: +OK\nC: PASS secret-42\nS: {answer}")
    error = broken_by(server)
    assert error.kind == "protocol"
    assert error.text == f"the response to PASS is neither +OK nor -ERR: {answer}"


@pytest.mark.parametrize(
    ("greeting", "kind"),
    [
        ("-ERR Too many connections from this IP", "busy"),
        ("-ERR go away", "disconnect"),
        ("220 mx.example.org ESMTP", "protocol"),
    ],
)
def test_who_is_not_greeted(scripted: t.Any, greeting: str, kind: str) -> None:
    error = broken_by(scripted(f"S: {greeting}"))
    assert (error.kind, greeting.lstrip("-ER ") in error.text) == (kind, True)


def test_a_line_with_a_dot_is_no_end(scripted: t.Any) -> None:
    top = "S: +OK\nS: 1 a\nS: .\nC: TOP 1 0\nS: +OK\nS: ..X-SMTP-Handshake-Token: no"
    rest = "S: X-SMTP-Handshake-Token: ours\nS: .."
    server = scripted(script(LOGIN, top, rest, "S: .", QUIT))
    assert tokens(store_of(server).find({"ours", "no"})) == ["ours"]


def test_of_a_list_without_end_the_newest_are_kept(scripted: t.Any) -> None:
    listed = "\n".join(f"S: {number} u{number}" for number in range(1, NEWEST + 500))
    odd = "S: x y\nS: 1\nS: 99999999999 z\nS: 7 " + "u" * 300
    uidl = f"S: +OK\n{listed}\n{odd}\nS: 9999 last\nS: .\nC: TOP 9999 0"
    (found,) = store_of(scripted(script(LOGIN, uidl, SUFFIX, QUIT))).find({"ours"})
    assert found.uid == "last"


def test_megabytes_take_no_time(scripted: t.Any) -> None:
    """What is quadratic would need minutes of the CPU for each of them."""
    top = "S: +OK\nS: 1 a\nS: .\nC: TOP 1 0\nS: +OK\nS> " + "a:\\n" * 500_000 + "\nS: ."
    server = scripted(script(LOGIN, top, QUIT))
    account = Account(server.host, server.port, "never", "ann", "secret-42")
    work.assert_ends(look, account, cpu_seconds=20)


def look(account: Account) -> None:
    list(Pop3Store(account, Deadline(60)).find({"ours"}))


def test_a_server_without_uidl_will_not_do(scripted: t.Any) -> None:
    error = broken_by(scripted(script(LOGIN, "S: -ERR what?")))
    assert (error.kind, "UIDL" in error.text) == ("unsupported", True)


def test_starttls_refused_ends_it_before_the_password(scripted: t.Any) -> None:
    server = scripted("S: +OK here\nC: STLS\nS: -ERR no")
    assert broken_by(server, tls="starttls").kind == "tls"


def test_what_is_injected_before_tls_is_not_believed(scripted: t.Any) -> None:
    server = scripted("S: +OK here\nC: STLS\nS> +OK go\\r\\n+OK evil\\r\\n")
    assert broken_by(server, tls="starttls").kind in ("protocol", "tls")


def test_the_reason_of_a_refused_token_is_told(scripted: t.Any) -> None:
    server = scripted(
        """
        S: +OK here
        C: AUTH XOAUTH2
        S: +
        C: /^dXNlcj1hbm4/
        S: + eyJzdGF0dXMiOiI0MDEifQ==
        C:
        S: -ERR [AUTH] refused
        """
    )
    error = broken_by(server, mechanism="XOAUTH2")
    assert error.kind == "login"
    assert error.text.endswith("refused; the server's reason: 401")


FIND = script(LOGIN, "S: +OK\nS: 1 a\nS: 2 b\nS: .\nC: TOP 2 0", SUFFIX, QUIT)


def deleted(scripted: t.Any, session: str) -> tuple[list[t.Any], str]:
    """Find and delete: what is gone, and why it is not all."""
    store = store_of(scripted(FIND, session))
    found = list(store.find({"ours"}))
    gone: list[t.Any] = []
    try:
        gone.extend(store.delete(found))
    except StoreError as error:
        return gone, error.text
    return gone, ""


def test_a_message_is_deleted_by_its_unique_id_not_by_its_number(scripted: t.Any) -> None:
    again = script(
        LOGIN, "S: +OK\nS: 1 b\nS: 2 c\nS: .\nC: TOP 1 0", SUFFIX, "C: DELE 1\nS: +OK", QUIT
    )
    assert deleted(scripted, again) == ([("b",)], "")


def test_another_message_under_its_unique_id_is_left(scripted: t.Any) -> None:
    again = script(LOGIN, "S: +OK\nS: 1 b\nS: .\nC: TOP 1 0", OTHERS, QUIT)
    assert deleted(scripted, again) == ([], "")


def test_what_there_is_no_time_for_is_left_and_the_rest_is_deleted(
    scripted: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pop3, "QUIT_SECONDS", 60.0)
    again = script(LOGIN, "S: +OK\nS: 1 b\nS: .", QUIT)
    gone, why = deleted(scripted, again)
    assert (gone, "the last 1 messages" in why) == ([], True)


def test_without_an_answer_to_quit_nothing_is_said_to_be_deleted(scripted: t.Any) -> None:
    again = script(
        LOGIN, "S: +OK\nS: 1 b\nS: .\nC: TOP 1 0", SUFFIX, "C: DELE 1\nS: +OK\nC: QUIT\n*: close"
    )
    gone, why = deleted(scripted, again)
    assert gone == []
    assert why
