# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module as a process of its own, as Ansible runs it: options in, one JSON document out."""

from __future__ import annotations

import base64
import json
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.modules import mail_receipt
from ansible_collections.mailops.smtp.tests.unit.plugins.module_utils._receipt.imap_server import (
    ImapServer,
)
from ansible_collections.mailops.smtp.tests.unit.returned import problems
from ansible_collections.mailops.smtp.tests.unit.runs import run_module, start_module

MODULE = mail_receipt.__name__

ACCOUNT = {"host": "127.0.0.1", "tls": "never", "login_user": "ann"}

MESSAGE = b"""Return-Path: <ann@example.com>
Authentication-Results: mx.example.org; spf=pass; dkim=fail; dmarc=pass \x1b[31m
Received: from mx.example.org ([192.0.2.25]) by store.example.org with LMTPS;
 Tue, 24 Nov 2026 12:00:01 +0000
Received: from web1 (web1.example.com [192.0.2.7]) by mx.example.org with ESMTP id 4Xy;
 Tue, 24 Nov 2026 12:00:02 +0000
X-SMTP-Handshake-Token: ours
Subject: {{ lookup('pipe', 'id') }}

Hello
"""


def run(**options: t.Any) -> dict[str, t.Any]:
    """Run the module."""
    return run_module(MODULE, **options)


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    """Return a Maildir with one message."""
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1.a").write_bytes(MESSAGE)
    return tmp_path


def test_a_message_that_has_arrived(maildir: Path) -> None:
    result = start_module(MODULE, tokens=["ours"], path=str(maildir))

    assert result["changed"] is False
    assert result["summary"] == {"total": 1, "found": 1, "missing": 0, "junk": 0}
    (receipt,) = result["receipts"]
    assert [hop["delay"] for hop in receipt["hops"]] == [None, -1]
    assert [hop["clock_skew"] for hop in receipt["hops"]] == [False, True]
    assert [hop["tls"] for hop in receipt["hops"]] == [False, True]
    assert receipt["hops"][0] == {
        "from": "web1",
        "address": "192.0.2.7",
        "by": "mx.example.org",
        "with": "ESMTP",
        "tls": False,
        "tls_version": None,
        "tls_cipher": None,
        "id": "4Xy",
        "time": "2026-11-24T12:00:02Z",
        "delay": None,
        "clock_skew": False,
    }
    assert receipt["authentication_results"] == [
        {
            "server": "mx.example.org",
            "spf": "pass",
            "dkim": "fail",
            "dmarc": "pass",
            "text": "mx.example.org; spf=pass; dkim=fail; dmarc=pass \\x1b[31m",
        }
    ]


def test_all_that_is_returned_is_documented_and_the_reverse(maildir: Path) -> None:
    yaml = pytest.importorskip("yaml", reason="ansible-core is not whole on this Python")
    documented = yaml.safe_load(mail_receipt.RETURN)
    del documented["kind"]  # of a mailbox that cannot be looked through
    assert problems(run(tokens=["ours"], path=str(maildir)), documented) == []


def test_a_message_that_is_missing_fails_the_task_and_all_is_returned(maildir: Path) -> None:
    lost = {"token": "lost", "host": "web2", "server": "mx.example.org", "queue_id": "4Xz"}

    result = run(tokens=["ours", lost], path=str(maildir), timeout=2, delay=0.1)

    assert result["failed"] is True
    # On a busy machine, it goes on with a last search for which no time was left.
    assert result["msg"].startswith(
        f"1 of 2 messages did not arrive at {maildir} within 2 s:"
        " token lost (from web2, to mx.example.org, queue id 4Xz)"
    )
    assert [one["found"] for one in result["receipts"]] == [True, False]
    assert result["receipts"][0]["advice"] == []
    assert len(result["receipts"][1]["advice"]) >= 4
    assert result["summary"]["missing"] == 1


def test_what_was_found_is_deleted_but_not_in_check_mode(maildir: Path) -> None:
    options = {"tokens": ["ours"], "path": str(maildir), "delete": True}
    assert run(_ansible_check_mode=True, **options)["changed"] is False
    assert (maildir / "new" / "1.a").exists()
    result = run(**options)
    assert (result["changed"], result["receipts"][0]["deleted"]) == (True, True)
    assert list((maildir / "new").iterdir()) == []


def test_null_is_an_option_that_is_left_out(maildir: Path) -> None:
    result = run(tokens=["ours"], path=str(maildir), imap=None, delete=False)
    assert result["summary"]["found"] == 1


def test_without_tokens_there_is_nothing_to_do() -> None:
    result = run(tokens=[], path="/nowhere")
    assert result["receipts"] == []
    assert result["summary"]["total"] == 0
    assert "tokens is empty: no message was looked for" in json.dumps(result["warnings"])
    assert "warnings" not in run(tokens=[], path="/nowhere", _ansible_check_mode=True)


@pytest.mark.parametrize(
    "options",
    [
        {"imap": "host=a login_user=ann login_password=S3cret-42"},
        {"imap": json.dumps({**ACCOUNT, "login_password": "S3cret-42"})},
        {"imap": {**ACCOUNT, "login_passwort": "S3cret-42"}},
        {"imap": {**ACCOUNT, "login_password:S3cret-42": None}},
        {"imap": {**ACCOUNT, "login_password": ["S3cret-42"]}},
        {"pop3": {**ACCOUNT, "login_password": {"value": "S3cret-42"}}},
        {"pop3": {**ACCOUNT, "host": "ann:S3cret-42@a", "login_password": "S3cret-42"}},
        {"pop3": ["S3cret-42"]},
        {"path": "/a", "login_password": "S3cret-42"},
        {"imap": {**ACCOUNT, "login_password": "S3cret-42", "port": "x"}},
    ],
)
def test_a_bad_option_shows_no_secret_not_even_to_who_wants_to_see_all(
    options: dict[str, t.Any],
) -> None:
    result = run(tokens=["ours"], _ansible_verbosity=4, _ansible_debug=True, **options)
    assert result["failed"] is True
    assert "S3cret-42" not in json.dumps(result)
    assert "exception" not in result


def test_an_error_that_nobody_has_foreseen_is_a_sentence() -> None:
    class Given:
        problem = None
        params: t.ClassVar[dict[str, t.Any]] = {"tokens": ["ours"]}  # and nothing else
        check_mode = False

    outcome = mail_receipt.outcome_of(Given())  # type: ignore[arg-type]
    assert outcome.result == {"kind": "internal"}
    assert outcome.problem is not None
    assert outcome.problem.startswith("an unexpected error: KeyError: 'imap' (")


@pytest.mark.parametrize("secret", ["correct'horse\"42", "pässwörd-42", "back\\slash-42"])
@pytest.mark.parametrize(
    ("mechanism", "command", "answer"),
    [
        ("LOGIN", "", "{tag} NO no such user ann with {secret}, that is {base64}\r\n"),
        ("LOGIN", "", "{tag} BAD what is {secret}, or {base64}?\r\n"),
        ("LOGIN", "", "what is {secret}, or {base64}?\r\n"),
        ("XOAUTH2", "dXNlcj", "{tag} NO no such token {secret}, or {base64}\r\n"),
    ],
)
def test_a_server_that_shows_the_secret_is_not_quoted_with_it(
    mechanism: str, command: str, answer: str, secret: str
) -> None:
    if mechanism == "XOAUTH2":
        secret = "a.token.of-42"
    encoded = base64.b64encode(f"\0ann\0{secret}".encode()).decode()
    said = answer.replace("{secret}", secret).replace("{base64}", encoded)
    capabilities = "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK x\r\n"
    login = "+ \r\n" if command else said
    answers = {"CAPABILITY": capabilities, "LOGIN": login, "AUTHENTICATE": login}
    server = ImapServer({**answers, "dXNlcj": said})
    door = {**ACCOUNT, "port": server.port, "login_password": secret, "auth_mechanism": mechanism}

    result = run(tokens=["ours"], imap=door, timeout=5)

    server.stop()
    result.pop("invocation", None)  # is Ansible's own
    assert result["failed"] is True
    assert result["kind"] in ("login", "protocol")
    shown = json.dumps(result, ensure_ascii=False)
    for trace in (secret, json.dumps(secret)[1:-1], encoded):
        assert trace not in shown
    assert result["msg"].count("(not shown)") == 2  # before Ansible looks for it


def test_a_login_that_is_refused_names_server_and_user(tmp_path: Path) -> None:
    server = ImapServer({"LOGIN": "{tag} NO [AUTHENTICATIONFAILED] no\r\n"})
    door = {**ACCOUNT, "port": server.port, "login_password": "secret-42"}
    result = run(tokens=["ours"], imap=door)
    server.stop()
    assert result["kind"] == "login"
    assert result["msg"] == (
        f"127.0.0.1 port {server.port}: ann may not log in: [AUTHENTICATIONFAILED] no"
        " (check `login_user` and `login_password`, and that the server lets this user in)"
    )
    assert "receipts" not in result


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "one of the following is required: imap, pop3, path"),
        ({"path": "/a", "pop3": {**ACCOUNT, "login_password": "secret-42"}}, "mutually exclusive"),
        ({"imap": {"host": "a"}}, "imap.login_user and imap.login_password are required"),
        ({"imap": {"hots": "a"}}, "imap.hots is not an option; did you mean host?"),
        ({"path": "/nowhere"}, "/nowhere: No such file or directory"),
        (
            {"path": "/a", "timeout": 0},
            "timeout must be greater than 0 and at most 86400 seconds, not 0",
        ),
    ],
)
def test_what_cannot_be_done_is_said(options: dict[str, t.Any], words: str) -> None:
    result = run(tokens=["ours"], **options)
    assert result["failed"] is True
    assert words in result["msg"]
