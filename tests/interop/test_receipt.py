# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Round trips: Postfix takes a message, Dovecot delivers it, and its receipt is confirmed."""

from __future__ import annotations

import imaplib
import json
import os
import subprocess
import sys
import threading
import time
import typing as t

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.buffered_stream import (
    BufferedStream,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.confirm import confirm
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.deadline import Deadline
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.errors import StoreError
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.imap import ImapStore
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.imap_syntax import encode_name
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.options import plan_from
from ansible_collections.mailops.smtp.plugins.modules import mail_receipt
from ansible_collections.mailops.smtp.tests.interop import postfix
from ansible_collections.mailops.smtp.tests.interop.certificates import SERVER_NAME
from ansible_collections.mailops.smtp.tests.interop.server import LOOPBACK
from ansible_collections.mailops.smtp.tests.unit.settle import result_of

pytestmark = pytest.mark.server.with_args(postfix.start)

MODULE = mail_receipt.__name__

Result = t.Dict[str, t.Any]

# Longer than any delivery takes here, and what a test takes that waits for nothing.
TIMEOUT = 20.0
SHORT = 1.5

# Of IMAP and POP3, the listener and how TLS is spoken there.
DOORS = [("imap", "imaps", "implicit"), ("imap", "imap", "starttls")]
DOORS += [("pop3", "pop3s", "implicit"), ("pop3", "pop3", "starttls"), ("pop3", "pop3", "never")]

keepers = iter(postfix.KEEPERS)


@pytest.fixture
def keeper():
    """Return a user with an empty mailbox."""
    return next(keepers)


@pytest.fixture
def account(server, certificates, keeper):
    """Return a function for the options of an account."""

    def account_of(listener: str = "imaps", tls: str = "implicit", **more: t.Any) -> Result:
        return {**postfix.account_of(keeper, server, certificates, listener), "tls": tls, **more}

    return account_of


@pytest.fixture
def send(hold, keeper):
    """Send a message to the user, and give what the handshake returns."""

    def send_with(*recipients: str, **options: t.Any) -> t.Any:
        to = [f"{name}@{postfix.KEPT_DOMAIN}" for name in recipients or (keeper,)]
        message = {"headers": options.pop("headers", {})}
        mail_from = options.pop("mail_from", "ann@example.org")
        record = hold("smtp", mail_from=mail_from, rcpt_to=to, message=message, **options)
        assert record.failure is None
        return result_of(record)

    return send_with


@pytest.fixture
def client(server, keeper):
    """Return another mail program of the user's."""
    with imaplib.IMAP4(LOOPBACK, server.ports["imap"]) as program:
        program.login(keeper, postfix.PASSWORD)
        program.select("INBOX")
        yield program


def look(check_mode: bool = False, **options: t.Any):
    """Return what comes of the options, as the module would have it."""
    validated = ArgumentSpecValidator(mail_receipt.argument_spec()).validate(
        {"timeout": TIMEOUT, "delay": 0.2, **options}
    )
    assert not validated.error_messages
    return confirm(plan_from(validated.validated_parameters), check_mode)


def store_of(account: Result, *mailboxes: str) -> ImapStore:
    """Return the mailboxes of an account, to be held by hand."""
    options = {"tokens": [], "imap": account, "mailboxes": list(mailboxes) or None}
    validated = ArgumentSpecValidator(mail_receipt.argument_spec()).validate(options)
    plan = plan_from(validated.validated_parameters)
    assert plan.account is not None
    return ImapStore(plan.account, plan.mailboxes, Deadline(TIMEOUT))


def receipt_of(**options: t.Any) -> t.Any:
    """Return the one receipt of a task that passes."""
    outcome = look(**options)
    assert outcome.problem is None
    (receipt,) = outcome.result["receipts"]
    return receipt


def run(**options: t.Any) -> tuple[Result, str]:
    """Run the module as Ansible does: its result, and all that it printed."""
    process = subprocess.run(
        [sys.executable, "-m", MODULE],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode(),
        capture_output=True,
        check=False,
        timeout=600,
    )
    printed = (process.stdout + process.stderr).decode()
    return json.loads(process.stdout.decode()), printed


def keep(client, token: str, mailbox: str = "INBOX", flags: str = "") -> None:
    """Put a message into a mailbox, as somebody else would."""
    text = f"X-SMTP-Handshake-Token: {token}\r\n" if token else ""
    message = f"{text}Subject: kept\r\n\r\nkept\r\n".encode()
    name = '"' + encode_name(mailbox).decode() + '"'
    kind, data = client.append(name, flags, None, message)
    assert kind == "OK", data


def subjects_and_flags(client) -> list[str]:
    """Return each message of the inbox by its token, if it has one, and its flags."""
    client.select("INBOX", readonly=True)
    what = "(FLAGS BODY.PEEK[HEADER.FIELDS (X-SMTP-Handshake-Token)])"
    _kind, data = client.fetch("1:*", what)
    found = []
    for part in data:
        if isinstance(part, tuple):
            flags = imaplib.ParseFlags(part[0])
            shown = [flag.decode() for flag in flags if flag != b"\\Recent"]
            found.append(" ".join([part[1].decode().strip().partition(": ")[2], *shown]))
    return sorted(found)


# Round trips


@pytest.mark.parametrize(("protocol", "listener", "tls"), DOORS)
def test_a_message_is_found_behind_every_door(send, account, protocol, listener, tls):
    sent = send(tls="required")
    receipt = receipt_of(tokens=[sent["message"]["token"]], **{protocol: account(listener, tls)})
    assert receipt["found"]
    assert (receipt["mailbox"], receipt["junk"]) == ("INBOX", False)
    assert receipt["copies"] == 1
    assert 0 <= receipt["seconds"] < TIMEOUT
    by_postfix, by_dovecot = receipt["hops"]
    assert by_postfix["from"] == "client.example.test"
    assert by_postfix["address"] == "127.0.0.1"
    assert by_postfix["by"] == SERVER_NAME
    assert by_postfix["with"] == "ESMTPS"
    assert by_postfix["tls"] is True
    assert by_postfix["tls_version"] == "TLSv1.3"
    assert by_postfix["id"] == sent["message"]["queue_id"]
    assert by_postfix["delay"] is None
    assert by_dovecot["with"] == "LMTP"
    assert by_dovecot["tls"] is False
    assert 0 <= by_dovecot["delay"] < TIMEOUT
    assert not by_dovecot["clock_skew"]


@pytest.mark.parametrize(("protocol", "listener"), [("imap", "imaps"), ("pop3", "pop3s")])
def test_a_token_of_oauth_logs_in(send, account, keeper, protocol, listener):
    token = send()["message"]["token"]
    door = account(listener, login_password=postfix.token(keeper), auth_mechanism="XOAUTH2")
    assert receipt_of(tokens=[token], **{protocol: door})["found"]


def test_a_message_in_the_junk_folder_is_found_and_said_to_be_junk(send, account):
    token = send(headers={"X-Spam-Flag": "YES"})["message"]["token"]
    outcome = look(tokens=[token], imap=account())
    (receipt,) = outcome.result["receipts"]
    assert (receipt["mailbox"], receipt["junk"]) == (postfix.JUNK, True)
    assert outcome.result["summary"] == {"total": 1, "found": 1, "missing": 0, "junk": 1}


def test_a_mailbox_that_is_named_is_known_for_junk_too(send, account):
    token = send(headers={"X-Spam-Flag": "YES"})["message"]["token"]
    receipt = receipt_of(tokens=[token], imap=account(), mailboxes=[postfix.JUNK])
    assert receipt["junk"]


def test_a_message_that_bounces_is_missing_and_its_bounce_is_no_receipt(
    send, account, keeper, server
):
    sent = send("nobody", mail_from=f"{keeper}@{postfix.KEPT_DOMAIN}")
    message = sent["message"]
    assert postfix.logged(server, f"{message['queue_id']}: sender non-delivery notification")
    assert postfix.logged(server, f"lmtp({keeper})")  # which has taken the bounce

    token = {
        "token": message["token"],
        "host": "web1",
        "server": SERVER_NAME,
        "queue_id": message["queue_id"],
    }
    outcome = look(tokens=[token], imap=account(), timeout=SHORT)

    (receipt,) = outcome.result["receipts"]
    assert not receipt["found"]
    assert receipt["uid"] is None
    # On a busy machine, it goes on with a last search for which no time was left.
    assert outcome.problem.startswith(
        f"the message did not arrive at {LOOPBACK} port {server.ports['imaps']} within 1.5 s:"
        f" token {message['token']} (from web1, to {SERVER_NAME}, queue id {message['queue_id']})"
    )
    assert "queue id" in receipt["advice"][0]
    assert any("bounce" in advice for advice in receipt["advice"])
    assert not any("junk" in advice for advice in receipt["advice"])  # it was looked through


def test_the_time_counts_from_the_acceptance_that_is_given(send, account):
    token = send()["message"]["token"]
    an_hour_ago = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3600))
    wanted = {"token": token, "accepted": an_hour_ago}
    assert 3598 < receipt_of(tokens=[wanted], imap=account())["seconds"] < 3600 + TIMEOUT


# Waiting


def test_idle_tells_of_a_message_long_before_the_next_look(account, client, keeper):
    token = "a-token-that-comes-later"
    later = threading.Timer(1.0, keep, (client, token))
    later.start()
    began = time.monotonic()
    receipt = receipt_of(tokens=[token], imap=account(), delay=15)
    later.join()
    assert receipt["found"]
    assert time.monotonic() - began < 10


def test_without_idle_it_is_looked_again_after_the_delay(account, client):
    token = "a-token-that-comes-later"
    later = threading.Timer(1.0, keep, (client, token))
    later.start()
    simple = account("imap", "never", host=postfix.SIMPLE)
    assert receipt_of(tokens=[token], imap=simple, delay=0.3)["found"]
    later.join()


def test_junk_that_comes_while_the_inbox_is_watched_is_found(account, client):
    token = "a-token-that-comes-later"
    later = threading.Timer(1.0, keep, (client, token, postfix.JUNK))
    later.start()
    assert receipt_of(tokens=[token], imap=account(), delay=0.5)["junk"]
    later.join()


def test_pop3_sees_what_came_since_the_last_session(account, client):
    token = "a-token-that-comes-later"
    keep(client, "another")
    later = threading.Timer(1.0, keep, (client, token))
    later.start()
    assert receipt_of(tokens=[token], pop3=account("pop3s"), delay=0.3)["found"]
    later.join()


# What is left as it was


def test_looking_leaves_no_trace(account, client):
    keep(client, "one-of-ours")
    keep(client, "", flags="\\Flagged")
    before = subjects_and_flags(client)
    receipt_of(tokens=["one-of-ours"], imap=account())
    receipt_of(tokens=["one-of-ours"], pop3=account("pop3s"))
    assert subjects_and_flags(client) == before == [" \\Flagged", "one-of-ours"]
    assert look(tokens=["one-of-ours"], imap=account()).result["changed"] is False


SHARED = [("", ""), ("", "\\Deleted"), ("not-ours", ""), ("not-ours-2", "\\Deleted \\Seen")]
KEPT = ["", " \\Deleted", "not-ours", "not-ours-2 \\Deleted \\Seen"]


@pytest.fixture
def shared(client):
    """Return a mailbox that others use: with their mail, and what they have marked as deleted."""
    for token, flags in SHARED[:2]:
        keep(client, token, flags=flags)
    keep(client, "ours-1")
    for token, flags in SHARED[2:]:
        keep(client, token, flags=flags)
    keep(client, "ours-2", flags="\\Seen")
    return client


@pytest.mark.parametrize("door", ["imap", "pop3"])
def test_delete_takes_what_was_looked_for_and_leaves_the_mail_of_others(shared, account, door):
    outcome = look(tokens=["ours-1", "ours-2"], delete=True, **{door: account(f"{door}s")})
    assert outcome.problem is None
    assert outcome.warnings == ()
    assert outcome.result["changed"] is True
    assert [one["deleted"] for one in outcome.result["receipts"]] == [True, True]
    assert subjects_and_flags(shared) == KEPT


def test_delete_takes_what_was_found_though_another_is_missing(shared, account):
    outcome = look(tokens=["ours-1", "lost"], imap=account(), delete=True, timeout=SHORT)
    assert "token lost" in outcome.problem
    assert outcome.result["changed"] is True
    assert [one["deleted"] for one in outcome.result["receipts"]] == [True, False]
    assert subjects_and_flags(shared) == sorted([*KEPT, "ours-2 \\Seen"])


@pytest.mark.parametrize("door", ["imap", "pop3"])
def test_check_mode_deletes_nothing(shared, account, door):
    before = subjects_and_flags(shared)
    outcome = look(True, tokens=["ours-1"], delete=True, **{door: account(f"{door}s")})
    assert outcome.problem is None
    assert outcome.result["changed"] is False
    assert subjects_and_flags(shared) == before


def test_without_uidplus_nothing_is_deleted_and_that_is_said(shared, account):
    before = subjects_and_flags(shared)
    simple = account("imap", "never", host=postfix.SIMPLE)
    outcome = look(tokens=["ours-1"], imap=simple, delete=True)
    assert outcome.problem is None
    assert outcome.result["changed"] is False
    (warning,) = outcome.warnings
    assert "UIDPLUS" in warning
    assert subjects_and_flags(shared) == before


def test_what_a_mailbox_holds_in_place_of_what_was_found_is_not_deleted(account, client):
    """UIDs count anew: the UID of ours is that of somebody else's by now."""
    client.create("Tests")
    keep(client, "ours", "Tests")
    store = store_of(account(), "Tests")
    found = list(store.find({"ours"}))
    assert [one.uid for one in found] == ["1"]
    client.delete("Tests")
    client.create("Tests")
    keep(client, "ours", "Tests")  # even should it have the token
    gone: list[t.Any] = []
    with pytest.raises(StoreError, match="UIDVALIDITY"):
        gone.extend(store.delete(found))
    store.close()
    assert gone == []
    assert client.select("Tests", readonly=True)[1] == [b"1"]


# Many at once


def fill(server, keeper: str, tokens: t.Iterable[str]) -> None:
    """Put messages into a Maildir, as a delivery agent does."""
    folder = server.folder / "kept" / keeper / "Maildir" / "new"
    for number, token in enumerate(tokens):
        path = folder / f"{1_700_000_000 + number}.M1P1.test"
        path.write_text(f"X-SMTP-Handshake-Token: {token}\nSubject: {number}\n\nHello\n")
        os.chown(str(path), postfix.OWNER, postfix.OWNER)


def test_a_thousand_tokens_take_a_few_commands(server, account, client, keeper, monkeypatch):
    tokens = [f"{number:032x}" for number in range(1000)]
    fill(server, keeper, [*tokens, *(f"other-{number}" for number in range(1000))])
    commands: list[bytes] = []
    send = BufferedStream.send

    def note_and_send(stream: BufferedStream, data: bytes) -> None:
        commands.append(data)
        send(stream, data)

    monkeypatch.setattr(BufferedStream, "send", note_and_send)
    store = store_of(account())
    began = time.monotonic()
    found = list(store.find(set(tokens)))
    seconds = time.monotonic() - began
    store.close()
    assert {one.token for one in found} == set(tokens)
    assert len(commands) < 40
    assert seconds < TIMEOUT


# Files of the server's


def test_a_maildir_is_read_on_the_server_itself(server, send, account, keeper, client):
    token = send()["message"]["token"]
    junk = send(headers={"X-Spam-Flag": "YES"})["message"]["token"]
    # The server makes the folder for junk when the first message for it comes.
    assert look(tokens=[junk], imap=account()).problem is None
    path = str(server.folder / "kept" / keeper / "Maildir")
    outcome = look(tokens=[token, junk], path=path, mailboxes=["INBOX", postfix.JUNK])
    assert outcome.problem is None
    assert [one["mailbox"] for one in outcome.result["receipts"]] == ["INBOX", postfix.JUNK]
    assert [one["seconds"] < TIMEOUT for one in outcome.result["receipts"]] == [True, True]


# What goes wrong


@pytest.mark.parametrize(("protocol", "listener"), [("imap", "imaps"), ("pop3", "pop3s")])
@pytest.mark.parametrize("mechanism", ["LOGIN", "XOAUTH2"])
def test_a_wrong_password_is_a_failure_of_its_own(account, protocol, listener, mechanism):
    door = account(listener, login_password="wrong-Horse=42", auth_mechanism=mechanism)
    result, printed = run(tokens=["ours"], **{protocol: door})
    assert result["failed"]
    assert result["kind"] == "login"
    assert "may not log in" in result["msg"]
    assert "login_password" in result["msg"]
    shown = printed.replace(json.dumps(result.get("invocation")), "")
    assert "wrong-Horse=42" not in shown
    assert "receipts" not in result


def test_a_mailbox_that_is_not_there_is_named_with_those_that_are(account):
    outcome = look(tokens=["ours"], imap=account(), mailboxes=["INBOX", "Sp am"])
    assert outcome.result == {"changed": False, "kind": "mailbox"}
    assert "there is no mailbox Sp am" in outcome.problem
    assert postfix.JUNK in outcome.problem


@pytest.mark.parametrize(("protocol", "listener"), [("imap", "imap"), ("pop3", "pop3s")])
def test_a_certificate_that_is_not_trusted_ends_it(account, protocol, listener):
    tls = "starttls" if listener == "imap" else "implicit"
    door = account(listener, tls, tls_server_name="other.example.test")
    outcome = look(tokens=["ours"], **{protocol: door})
    assert outcome.result["kind"] == "tls"
    assert "other.example.test" in outcome.problem
    door = account(listener, tls, tls_server_name="other.example.test", validate_certs=False)
    outcome = look(tokens=["ours"], timeout=SHORT, **{protocol: door})
    assert outcome.result["summary"]["missing"] == 1


@pytest.mark.parametrize(("protocol", "listener"), [("imap", "imaps"), ("pop3", "pop3s")])
def test_a_dot_at_the_end_of_a_name_is_none_of_the_certificate(account, protocol, listener):
    door = account(listener, tls_server_name=f"{SERVER_NAME}.")
    outcome = look(tokens=["ours"], timeout=SHORT, **{protocol: door})
    assert outcome.result["summary"]["missing"] == 1
    door = account(listener, tls_server_name=f"{SERVER_NAME}..")
    assert look(tokens=["ours"], **{protocol: door}).result["kind"] == "tls"


def test_tls_where_there_is_none_is_said(account):
    outcome = look(tokens=["ours"], imap=account("imap", "implicit"))
    assert outcome.result["kind"] == "tls"
    assert "`tls`" in outcome.problem


def test_plain_text_where_there_is_tls_ends_in_time(account):
    began = time.monotonic()
    outcome = look(tokens=["ours"], imap=account("imaps", "never"), timeout=SHORT)
    assert outcome.result["kind"] in ("timeout", "disconnect")
    assert time.monotonic() - began < SHORT + TIMEOUT
