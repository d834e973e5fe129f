# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IMAP servers that do what a real one does seldom: hostile, broken, old or busy ones."""

from __future__ import annotations

import contextlib
import time
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt import (
    buffered_stream,
    imap,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.account import (
    Account,
    connect,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.buffered_stream import (
    BufferedStream,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.deadline import Deadline
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.errors import StoreError
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.imap import ImapStore
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.model import FoundMessage
from ansible_collections.mailops.smtp.tests.unit import work
from ansible_collections.mailops.smtp.tests.unit.plugins.module_utils._receipt.imap_server import (
    ImapServer,
)

SECRET = "correct'horse\"ä"

FIELD = "X-SMTP-Handshake-Token"
EMPTY = "* 0 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 1] x\r\n{tag} OK x\r\n"
# Less than what would take its whole time, and more than a busy machine takes for the rest.
PATIENCE = 15.0

ONE = "* 1 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 8] x\r\n{tag} OK x\r\n"
HEAD = f"{FIELD}: ours\r\n\r\n"
FETCHED = (
    f"* 1 FETCH (UID 7 BODY[HEADER.FIELDS ({FIELD.upper()})] {{{len(HEAD)}}}\r\n{HEAD})\r\n"
    "{tag} OK x\r\n"
)


@pytest.fixture
def serve() -> t.Iterator[t.Callable[..., ImapServer]]:
    """Start servers that answer as they are told."""
    servers: list[ImapServer] = []

    def start(answers: t.Mapping[str, str | bytes], **options: t.Any) -> ImapServer:
        servers.append(ImapServer(answers, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(autouse=True)
def _closed(scripted: t.Any, serve: t.Any, monkeypatch: pytest.MonkeyPatch) -> t.Iterator[None]:
    """Close all connections before the servers wait for the end of them."""
    opened: list[BufferedStream] = []

    def connect_and_keep(*arguments: t.Any) -> BufferedStream:
        opened.append(connect(*arguments))
        return opened[-1]

    monkeypatch.setattr(imap, "connect", connect_and_keep)
    yield
    for stream in opened:
        stream.close()


def store_of(
    server: t.Any,
    seconds: float = 5,
    mailboxes: tuple[str, ...] | None = ("INBOX",),
    **account: t.Any,
) -> ImapStore:
    """Return the inbox of a user at a server."""
    given = {"tls": "never", "user": "ann", "secret": "secret-42", **account}
    whole = Account(host=server.host, port=server.port, **given)
    return ImapStore(whole, mailboxes, Deadline(seconds))


def broken_by(server: t.Any, seconds: float = 5, **account: t.Any) -> StoreError:
    """Return why the mailbox cannot be looked through."""
    with pytest.raises(StoreError) as caught:
        list(store_of(server, seconds, **account).find({"ours"}))
    return caught.value


def tokens(found: t.Iterable[FoundMessage]) -> list[str]:
    return [one.token for one in found]


# Bounds


def test_a_server_that_drips_does_not_buy_time(scripted: t.Any) -> None:
    server = scripted("*: drip\nS: * OK " + "x" * 1000)
    began = time.monotonic()
    assert broken_by(server, seconds=0.6).kind == "timeout"
    assert time.monotonic() - began < PATIENCE


def test_a_server_that_says_nothing_ends_in_time(scripted: t.Any) -> None:
    server = scripted("*: silence")
    assert broken_by(server, seconds=0.3).kind == "timeout"


def test_an_answer_without_end_ends(serve: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffered_stream, "MAX_RESPONSE_BYTES", 100_000)
    server = serve({"EXAMINE": "* OK still here\r\n" * 10_000})
    error = broken_by(server)
    assert (error.kind, "longer than 100000 bytes" in error.text) == ("protocol", True)


def test_a_line_without_end_ends(serve: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffered_stream, "MAX_LINE_BYTES", 10_000)
    assert broken_by(serve({"EXAMINE": "* " + "x" * 200_000})).kind == "protocol"


def test_a_literal_larger_than_memory_is_not_waited_for(serve: t.Any) -> None:
    server = serve({"EXAMINE": "* 1 FETCH (BODY[] {99999999999}\r\n"})
    assert "literal" in broken_by(server).text


@pytest.mark.parametrize(
    ("greeting", "kind"),
    [
        ("220 mx.example.org ESMTP\r\n", "protocol"),
        ("* BYE good bye\r\n", "disconnect"),
        ("* BYE [UNAVAILABLE] too busy\r\n", "busy"),
        ("* NO not you\r\n", "protocol"),
        ("\x00\xff\r\n", "protocol"),
    ],
)
def test_what_is_no_imap_is_said(serve: t.Any, greeting: str, kind: str) -> None:
    assert broken_by(serve({}, greeting=greeting)).kind == kind


def test_a_server_that_hangs_up_is_said(serve: t.Any) -> None:
    assert broken_by(serve({"EXAMINE": "(hang up)"})).kind == "disconnect"


@pytest.mark.parametrize(
    "answers",
    [
        {"EXAMINE": "* 1 FETCH (BODY[] {" + "9" * 5000 + "}\r\n{tag} OK x\r\n"},
        {"EXAMINE": "* {3}\r\nabc EXISTS\r\n* 5 {3}\r\nabc\r\n{tag} OK x\r\n"},
        {"CAPABILITY": "* CAPABILITY {3}\r\nabc\r\n{tag} OK x\r\n"},
        {"LIST": "* LIST {3}\r\nabc\r\n* LIST () {tag} OK x\r\n", "EXAMINE": "{tag} NO x\r\n"},
        {"UID SEARCH": "* SEARCH {3}\r\nabc\r\n* SEARCH x \xb2 7\r\n{tag} OK x\r\n"},
        {"CAPABILITY": "* CAPABILITY IMAP4rev1 AUTH=PLAIN LOGINDISABLED\r\n{tag} OK x\r\n",
         "AUTHENTICATE": "+ \r\n", "AGFub": "+ \r\n"},
        {"CAPABILITY": "* CAPABILITY IMAP4rev1 AUTH=PLAIN LOGINDISABLED\r\n{tag} OK x\r\n",
         "AUTHENTICATE": "+ !not base64\r\n"},
        {"EXAMINE": "+ what else?\r\n"},
        {"EXAMINE": "A99 OK whose is this?\r\n"},
        {"EXAMINE": "{tag} EXISTS\r\n"},
        {"EXAMINE": "* BYE b'\\xZZ'\r\n"},
        {"EXAMINE": "* OK [UIDNEXT 99999999999] x\r\n* 99999999999 EXISTS\r\n{tag} OK x\r\n"},
        {"LOGIN": "{tag} NO b'\\xZZ' b\"\\N{x}\" b'\\777'\r\n"},
    ],
)  # fmt: skip
def test_nonsense_is_a_failure_and_no_error_of_ours(serve: t.Any, answers: t.Any) -> None:
    server = serve({"EXAMINE": EMPTY, **answers})
    found = []
    with contextlib.suppress(StoreError):
        found = list(store_of(server, seconds=1).find({"ours"}))
    assert found == []


def test_the_words_of_a_server_are_never_read_as_python(serve: t.Any) -> None:
    said = "b'\\xZZ' b'\\x41'"
    assert broken_by(serve({"EXAMINE": f"* BYE {said}\r\n"})).text.endswith(said)
    assert broken_by(serve({"LOGIN": f"{{tag}} NO {said}\r\n"})).text.endswith(said)


@pytest.mark.parametrize(
    "blank", ["\r\n", "\r\n\r\n\r\n", "\n", " FLAGS (\\Seen) RFC822.SIZE 200)\r\n"]
)
def test_an_empty_line_after_a_literal_is_skipped(serve: t.Any, blank: str) -> None:
    """As in https://github.com/python/cpython/issues/88574, and Xeams goes on after the end."""
    fetched = FETCHED.replace(")\r\n{tag}", f"{blank if blank[0] != ' ' else ''})\r\n{{tag}}")
    if blank[0] == " ":
        fetched = fetched.replace("{tag}", blank + "{tag}")
    server = serve({"EXAMINE": ONE, "FETCH": fetched, "UID FETCH": fetched})
    assert tokens(store_of(server).find({"ours"})) == ["ours"]


def test_a_literal_that_ends_a_response_ends_it(serve: t.Any) -> None:
    """And an empty line after it belongs to nothing."""
    listed = '* LIST (\\Junk) "." {4}\r\nSpam\r\n\r\n* LIST () "." {5}\r\nINBOX\r\n{tag} OK x\r\n'
    server = serve({"LIST": listed, "EXAMINE": EMPTY})
    store = store_of(server, mailboxes=None)
    list(store.find({"ours"}))
    assert [mailbox.name for mailbox in store.mailboxes] == ["INBOX", "Spam"]


def test_a_number_in_braces_at_the_end_of_words_is_no_literal(serve: t.Any) -> None:
    server = serve({"EXAMINE": "* OK see rule {5}\r\n{tag} NO see rule {500}\r\n"})
    assert "see rule {500}" in broken_by(server).text


def test_case_does_not_matter(serve: t.Any) -> None:
    answers = {"EXAMINE": ONE, "FETCH": FETCHED, "UID FETCH": FETCHED}
    small = {command: answer.replace(" OK", " ok") for command, answer in answers.items()}
    fetched = FETCHED.replace("FETCH", "Fetch", 1)
    server = serve({**small, "FETCH": fetched, "UID FETCH": fetched}, greeting="* ok here\r\n")
    assert tokens(store_of(server).find({"ours"})) == ["ours"]


@pytest.mark.parametrize(
    "answers",
    [
        {"LIST": '* LIST () "/" ' + "&" * 80_000 + "\r\n{tag} OK x\r\n"},
        {"LIST": "* LIST (" + "a " * 500_000 + ') "/" x\r\n{tag} OK x\r\n'},
        {"LIST": '* LIST () "/" x\r\n' * 100_000 + "{tag} OK x\r\n"},
        {"UID SEARCH": "* SEARCH " + "7 " * 500_000 + "\r\n{tag} OK x\r\n"},
        {"UID SEARCH": "* SEARCH 7\r\n" * 100_000 + "{tag} OK x\r\n"},
        {"FETCH": "* 1 FETCH (UID 7" + " {0}\r\n" * 400_000 + ")\r\n{tag} OK x\r\n"},
        {"FETCH": "* 1 FETCH (" + '"\\' * 500_000 + " {0}\r\n)\r\n{tag} OK x\r\n"},
        {"FETCH": "* 1 FETCH (UID 7 X {1000000}\r\n" + ":\n" * 500_000 + ")\r\n{tag} OK x\r\n"},
        {"FETCH": FETCHED.replace("{tag} OK x\r\n", "") * 10_000 + "{tag} OK x\r\n"},
        {"FETCH": "* 1 FETCH (UID 7 {1}\r\nx" + "\r\n" * 900_000 + ")\r\n{tag} OK x\r\n"},
        {"EXAMINE": "\r\n" * 900_000 + ONE},
    ],
)
def test_megabytes_take_no_time(serve: t.Any, answers: t.Any) -> None:
    """What is quadratic would need minutes of the CPU for each of them."""
    server = serve({"EXAMINE": ONE, "UID FETCH": FETCHED, **answers})
    account = Account(server.host, server.port, "never", "ann", "secret-42")
    work.assert_ends(look, account, cpu_seconds=20)


def look(account: Account) -> None:
    """Look through the inbox and what is for junk."""
    list(ImapStore(account, None, Deadline(60)).find({"ours"}))


# Logging in


def test_a_server_that_repeats_the_password_is_not_quoted_with_it(serve: t.Any) -> None:
    answer = f"{{tag}} BAD [what is {SECRET}?]\r\n"
    server = serve({"CAPABILITY": "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK x\r\n",
                    "AUTHENTICATE": answer})  # fmt: skip
    error = broken_by(server, secret=SECRET)
    assert error.kind == "login"
    # It is for who knows the secret to mask it: it stands there as it is, not as Python writes it.
    assert SECRET in error.text


def test_a_login_that_the_server_forbids_is_not_tried(serve: t.Any) -> None:
    server = serve({"CAPABILITY": "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n{tag} OK x\r\n"})
    error = broken_by(server)
    assert (error.kind, "LOGINDISABLED" in error.text) == ("unsupported", True)
    assert server.commands("LOGIN") == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("{tag} NO [UNAVAILABLE] later\r\n", "busy"),
        ("{tag} NO [ALERT] Too many simultaneous connections. (Failure)\r\n", "busy"),
        ("{tag} BAD Server Unavailable. 15\r\n", "busy"),
        ("* BYE Too many connections from your IP\r\n", "busy"),
        ("{tag} NO [ALERT] Invalid credentials (Failure)\r\n", "login"),
        ("{tag} NO LOGIN failed.\r\n", "login"),
        ("* BYE good bye\r\n", "disconnect"),
    ],
)
def test_a_server_that_cannot_let_in_now_is_busy(serve: t.Any, answer: str, kind: str) -> None:
    server = serve({"LOGIN": answer})
    assert broken_by(server).kind == kind
    assert len(server.commands("LOGIN")) == 1


def test_a_server_that_lets_in_and_is_busy_then_is_busy(serve: t.Any) -> None:
    for refused in ("EXAMINE", "LIST"):
        server = serve({"EXAMINE": EMPTY, refused: "{tag} NO Server Unavailable. 15\r\n"})
        store = store_of(server, mailboxes=None)
        with pytest.raises(StoreError, match="Server Unavailable") as caught:
            list(store.find({"ours"}))
        assert caught.value.kind == "busy"


def test_a_server_that_does_not_list_is_not_said_to_have_no_junk(serve: t.Any) -> None:
    server = serve({"EXAMINE": EMPTY, "LIST": "{tag} BAD not connected\r\n"})
    with pytest.raises(StoreError, match=r"refuses to list.*`mailboxes`.*not connected") as caught:
        list(store_of(server, mailboxes=None).find({"ours"}))
    assert caught.value.kind == "mailbox"
    assert list(store_of(server).find({"ours"})) == []  # who names the mailboxes needs no list


SHARED_JUNK = '* LIST (\\Junk) "/" "Shared/Junk"\r\n{tag} OK x\r\n'


def test_junk_that_the_user_may_see_and_not_read_is_left_out_with_a_warning(serve: t.Any) -> None:
    denied = {'EXAMINE "Shared/Junk"': "{tag} NO [NOPERM] Permission denied\r\n"}
    inbox = {"LIST": SHARED_JUNK, "EXAMINE": ONE, "UID FETCH": FETCHED, "FETCH": FETCHED}
    store = store_of(serve({**denied, **inbox}), mailboxes=None)
    assert tokens(store.find({"ours"})) == ["ours"]
    assert [mailbox.name for mailbox in store.mailboxes] == ["INBOX"]
    assert [warning.partition(":")[0] for warning in store.warnings] == [
        "the mailbox Shared/Junk was not searched"
    ]
    assert list(store.find({"ours", "later"})) == []  # the next search needs it no more


def test_any_other_mailbox_that_cannot_be_opened_is_a_failure(serve: t.Any) -> None:
    denied = {"EXAMINE": "{tag} NO [NOPERM] Permission denied\r\n", "LIST": SHARED_JUNK}
    for mailboxes in (None, ("Shared/Junk",)):
        store = store_of(serve(denied), mailboxes=mailboxes)
        with pytest.raises(StoreError, match="Permission denied") as caught:
            list(store.find({"ours"}))
        assert (caught.value.kind, store.warnings) == ("mailbox", [])


def test_the_reason_of_a_refused_token_is_told(serve: t.Any) -> None:
    reason = "+ eyJzdGF0dXMiOiI0MDEifQ==\r\n"
    refusal = "{tag} NO refused\r\n"
    server = serve({"AUTHENTICATE": "+ \r\n", "dXNlcj": reason, "(empty)": refusal})
    error = broken_by(server, mechanism="XOAUTH2", secret="tok")
    assert error.kind == "login"
    assert error.text.endswith("refused; the server's reason: 401")


def test_who_is_let_in_before_tls_was_asked_for_does_not_believe_it(serve: t.Any) -> None:
    server = serve({}, greeting="* PREAUTH welcome\r\n")
    error = broken_by(server, tls="starttls")
    assert (error.kind, "before TLS" in error.text) == ("tls", True)


def test_what_is_injected_before_tls_is_not_believed(serve: t.Any) -> None:
    server = serve({"STARTTLS": "{tag} OK go\r\n* CAPABILITY IMAP4rev1 AUTH=EVIL\r\n"})
    assert broken_by(server, tls="starttls").kind in ("protocol", "tls")


@pytest.mark.parametrize(
    "answers",
    [
        {"STARTTLS": "{tag} NO not here\r\n"},
        {"CAPABILITY": "* CAPABILITY IMAP4rev1\r\n{tag} OK x\r\n"},
    ],
)
def test_without_starttls_it_ends_before_the_password(serve: t.Any, answers: t.Any) -> None:
    server = serve(answers)
    assert broken_by(server, tls="starttls").kind == "tls"
    assert server.commands("LOGIN") == []


def test_a_name_with_blanks_and_quotes_is_one_name(serve: t.Any) -> None:
    server = serve({"EXAMINE": EMPTY})
    assert list(store_of(server, user='a "b" c', secret='x"\\y').find({"ours"})) == []
    assert server.commands("LOGIN") == ['LOGIN "a \\"b\\" c" "x\\"\\\\y"']


# Searching


def test_what_a_search_does_not_know_is_found_among_the_newest(serve: t.Any) -> None:
    for refusal in (
        "{tag} NO no such index\r\n",
        "{tag} BAD what?\r\n",
        "* SEARCH\r\n{tag} OK x\r\n",
    ):
        server = serve(
            {"EXAMINE": ONE, "UID SEARCH": refusal, "FETCH": FETCHED, "UID FETCH": FETCHED}
        )
        assert tokens(store_of(server).find({"ours"})) == ["ours"]


def test_what_is_only_like_a_token_is_not_found(serve: t.Any) -> None:
    """A search finds parts of words, in upper and lower case."""
    hit = "* SEARCH 7\r\n{tag} OK x\r\n"
    server = serve({"EXAMINE": ONE, "UID SEARCH": hit, "UID FETCH": FETCHED, "FETCH": FETCHED})
    assert list(store_of(server).find({"our", "OURS"})) == []


def test_many_tokens_are_one_search(serve: t.Any) -> None:
    wanted = {f"token-{number}" for number in range(1000)}
    server = serve({"EXAMINE": EMPTY})
    assert list(store_of(server).find(wanted)) == []
    assert server.commands("UID SEARCH") == [f'UID SEARCH HEADER {FIELD} ""']


def test_later_looks_ask_for_what_is_new_alone(serve: t.Any) -> None:
    server = serve({"EXAMINE": ONE, "UID SEARCH": "* SEARCH\r\n{tag} OK x\r\n", "FETCH": FETCHED})
    store = store_of(server)
    for _search_mailbox in range(3):
        list(store.find({"another"}))
    assert len(server.commands("UID SEARCH")) == 1
    assert server.commands("UID FETCH") == []
    assert len(server.commands("LOGIN")) == 1


def test_a_server_that_tells_no_next_uid_is_asked_for_all_that_is_newer(serve: t.Any) -> None:
    answers = {
        "EXAMINE": "* 1 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n{tag} OK x\r\n",
        "FETCH": FETCHED,
    }
    server = serve({**answers, "UID FETCH": FETCHED})
    store = store_of(server)
    assert tokens(store.find({"ours"})) == ["ours"]
    # An asterisk stands for the last message, which is no new one.
    assert tokens(store.find({"ours"})) == []
    assert server.commands("UID FETCH")[-1].startswith("UID FETCH 8:*")


def test_a_mailbox_that_counts_anew_is_looked_through_again(serve: t.Any) -> None:
    answers: dict[str, str] = {"EXAMINE": ONE, "FETCH": FETCHED, "UID FETCH": FETCHED}
    server = serve(answers)
    store = store_of(server)
    assert tokens(store.find({"ours"})) == ["ours"]
    assert tokens(store.find({"ours"})) == []
    answers["EXAMINE"] = ONE.replace("UIDVALIDITY 1", "UIDVALIDITY 2")
    assert tokens(store.find({"ours"})) == ["ours"]


# Waiting

IDLES = "* CAPABILITY IMAP4rev1 IDLE\r\n{tag} OK x\r\n"


def waited(store: ImapStore, most: float = 2 * PATIENCE) -> float:
    """Wait, and give how long that was."""
    began = time.monotonic()
    store.wait(2 * PATIENCE, most)
    return time.monotonic() - began


def test_idle_ends_when_the_server_tells_of_a_message(serve: t.Any) -> None:
    server = serve({
        "CAPABILITY": IDLES, "EXAMINE": ONE,
        "IDLE": "* 1 RECENT\r\n+ idling\r\n* OK still here\r\n* 2 EXISTS\r\n",
        "DONE": "* OK done\r\n{tag} OK x\r\n",
    })  # fmt: skip
    store = store_of(server, seconds=60)
    list(store.find({"another"}))
    assert waited(store) < PATIENCE
    assert server.commands("DONE") == ["DONE"]


def test_idle_ends_after_a_time_where_nothing_is_told(serve: t.Any) -> None:
    server = serve({"CAPABILITY": IDLES, "EXAMINE": ONE, "IDLE": "+ idling\r\n",
                    "DONE": "{tag} OK x\r\n"})  # fmt: skip
    store = store_of(server, seconds=60)
    list(store.find({"another"}))
    assert 0.4 < waited(store, most=0.5) < PATIENCE
    list(store.find({"another"}))  # the session goes on
    assert len(server.commands("LOGIN")) == 1


def test_a_server_that_refuses_idle_after_all_is_looked_at_from_time_to_time(serve: t.Any) -> None:
    server = serve({"CAPABILITY": IDLES, "EXAMINE": ONE, "IDLE": "{tag} NO x\r\n"})
    store = store_of(server)
    list(store.find({"another"}))
    store.wait(0.1, 4)
    store.wait(0.1, 4)
    assert len(server.commands("IDLE")) == 1


def test_what_comes_between_a_look_and_idle_is_not_waited_for(serve: t.Any) -> None:
    answers = {"CAPABILITY": IDLES, "EXAMINE": ONE, "IDLE": "+ idling\r\n"}
    server = serve(answers)
    store = store_of(server, seconds=60)
    list(store.find({"another"}))
    answers["EXAMINE"] = ONE.replace("UIDNEXT 8", "UIDNEXT 9")
    assert waited(store) < PATIENCE
    assert server.commands("IDLE") == []


# Deleting

DELETES = "* CAPABILITY IMAP4rev1 UIDPLUS\r\n{tag} OK x\r\n"


def deleted(server: ImapServer) -> tuple[list[t.Any], str]:
    """Find and delete: what is gone, and why it is not all."""
    store = store_of(server)
    found = list(store.find({"ours"}))
    assert tokens(found) == ["ours"]
    gone: list[t.Any] = []
    try:
        gone.extend(store.delete(found))
    except StoreError as error:
        return gone, error.text
    return gone, ""


def mailbox_of_one(**more: str) -> dict[str, str]:
    answers = {"CAPABILITY": DELETES, "EXAMINE": ONE, "SELECT": ONE, "FETCH": FETCHED}
    return {**answers, "UID FETCH": FETCHED, **more}


def test_a_message_that_is_still_there_was_not_deleted(serve: t.Any) -> None:
    server = serve(mailbox_of_one())
    assert deleted(server) == ([], "")
    assert server.commands("UID EXPUNGE") == ["UID EXPUNGE 7"]


@pytest.mark.parametrize("refusal", ["{tag} NO not you\r\n", "{tag} BAD not you\r\n"])
def test_what_the_server_refuses_to_delete_is_marked_no_more(serve: t.Any, refusal: str) -> None:
    server = serve(mailbox_of_one(**{"UID EXPUNGE": refusal}))
    gone, why = deleted(server)
    assert (gone, "not you" in why) == ([], True)
    assert server.commands("UID STORE")[-1] == "UID STORE 7 -FLAGS.SILENT (\\Deleted)"


def test_a_mailbox_that_can_only_be_read_is_said(serve: t.Any) -> None:
    read_only = ONE.replace("{tag} OK", "{tag} OK [READ-ONLY]")
    server = serve(mailbox_of_one(SELECT=read_only))
    gone, why = deleted(server)
    assert (gone, "read-only" in why) == ([], True)
    assert server.commands("UID STORE") == []


def test_nothing_but_what_was_found_is_ever_expunged(serve: t.Any) -> None:
    server = serve(mailbox_of_one())
    deleted(server)
    assert server.commands("EXPUNGE") == server.commands("CLOSE") == []
