# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options: what is wrong with them is said before anything is opened."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.model import WantedMessage
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.options import Plan, plan_from
from ansible_collections.mailops.smtp.plugins.modules.mail_receipt import argument_spec

ACCOUNT = {"host": "imap.example.org", "login_user": "ann", "login_password": "secret-42"}


def plan(**options: t.Any) -> Plan:
    """Read options as the module gets them."""
    whole = {"tokens": ["ours"], **options}
    if not {"imap", "pop3"} & set(options):
        whole.setdefault("path", "/mbox")
    validated = ArgumentSpecValidator(argument_spec()).validate(whole)
    assert not validated.error_messages
    return plan_from(validated.validated_parameters)


def account(**more: t.Any) -> dict[str, t.Any]:
    return {**ACCOUNT, **more}


@pytest.mark.parametrize(
    ("protocol", "tls", "port"),
    [
        ("imap", "implicit", 993),
        ("imap", "starttls", 143),
        ("imap", "never", 143),
        ("pop3", "implicit", 995),
        ("pop3", "starttls", 110),
    ],
)
def test_the_port_follows_protocol_and_tls(protocol: str, tls: str, port: int) -> None:
    made = plan(**{protocol: account(tls=tls)}).account
    assert made is not None
    assert made.port == port
    assert plan(imap=account(port=1143)).account.port == 1143  # type: ignore[union-attr]


def test_a_token_may_come_with_all_that_is_known_of_its_message() -> None:
    token = {
        "token": "b",
        "host": "web1",
        "server": "mx",
        "queue_id": "4X\x1b[2J",
        "accepted": "1970-01-01T00:00:10Z",
    }
    assert plan(tokens=["a", token, 12]).wanted == (
        WantedMessage("a"),
        WantedMessage("b", "web1", "mx", "4X\\x1b[2J", 10.0),
        WantedMessage("12"),
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"tokens": ["a b"]},
            "tokens[0] must be one word of at most 200 ASCII characters, not 'a b'",
        ),
        (
            {"tokens": ["a", ""]},
            "tokens[1] must be one word of at most 200 ASCII characters, not ''",
        ),
        ({"tokens": ['a"']}, "tokens[0] "),
        (
            {"tokens": ["a\r\nb"]},
            "tokens[0] must be one word of at most 200 ASCII characters, not 'a\\r\\nb'",
        ),
        ({"tokens": ["ä"]}, "tokens[0] "),
        ({"tokens": [{"host": "web1"}]}, "tokens[0] has no token; was the message sent?"),
        ({"tokens": ["a", None]}, "tokens[1] has no token; was the message sent?"),
        (
            {"tokens": [True]},
            "tokens[0] must be one word of at most 200 ASCII characters, not 'True'",
        ),
        (
            {"tokens": [1.5]},
            "tokens[0] must be one word of at most 200 ASCII characters, not '1.5'",
        ),
        ({"tokens": [{"token": ["a"]}]}, "tokens[0] "),
        (
            {"tokens": ["a b" * 1000]},
            "tokens[0] must be one word of at most 200 ASCII characters, not '"
            + "a b" * 33
            + "...",
        ),
        (
            {"tokens": [{"token": "a", 1: 2}]},
            "tokens[0].1 is not an option; the options are accepted, host, queue_id",
        ),
        ({"path": ""}, "path is empty"),
        ({"path": "/a\0b"}, "path contains a NUL character"),
        (
            {"timeout": 1e300},
            "timeout must be greater than 0 and at most 86400 seconds, not 1e+300",
        ),
        ({"delay": 1e300}, "delay must be "),
        ({"mailboxes": ["a\ud800"]}, "mailboxes contains 'a\\ud800', which cannot be a mailbox"),
        (
            {"imap": account(host="imaps://a")},
            "imap.host must be the name of the server alone, without imaps://",
        ),
        (
            {"imap": account(host="a:143", port=993)},
            "imap.port is 993, but imap.host has port 143; write one of them",
        ),
        (
            {"imap": account(tls_server_name="a:993")},
            "imap.tls_server_name must be a name without a port",
        ),
        ({"imap": account(ca_path="")}, "imap.ca_path is empty"),
        (
            {"imap": account(ca_path="/dev/zero")},
            "imap.ca_path cannot be read: /dev/zero: neither a file nor a folder",
        ),
        ({"imap": account(login_user="a\ud800")}, "imap.login_user contains a control character"),
        (
            {"tokens": [{"token": "a", "id": 1}]},
            "tokens[0].id is not an option; the options are accepted, host, queue_id",
        ),
        (
            {"tokens": [{"token": "a", "accepted": "noon"}]},
            "tokens[0].accepted must be a time such as 2026-11-24T12:00:00Z, not 'noon'",
        ),
        ({"timeout": 0}, "timeout must be "),
        ({"timeout": "inf"}, "timeout must be "),
        ({"delay": -1}, "delay must be "),
        ({"mailboxes": []}, "mailboxes is empty; leave it out"),
        ({"mailboxes": ["a\nb"]}, "mailboxes contains 'a\\nb', which"),
        ({"mailboxes": ["../bob"]}, "mailboxes contains "),
        ({"mailboxes": ["a/../../bob"]}, "mailboxes contains "),
        ({"mailboxes": ["/etc"]}, "mailboxes contains "),
        ({"pop3": account(), "mailboxes": ["Junk"]}, "mailboxes must be INBOX with pop3, not Junk"),
        ({"imap": account(port=0)}, "imap.port must be between 1 and 65535, not 0"),
        ({"imap": account(host="a b")}, "imap.host must be a host name or an IP address"),
        ({"pop3": account(host="")}, "pop3.host is empty"),
        ({"imap": account(login_user="a\nb")}, "imap.login_user contains a control character"),
        ({"imap": account(login_password="")}, "imap.login_password is empty"),
        (
            {"imap": account(login_password="secret\r\n42")},
            "imap.login_password contains a control character",
        ),
        (
            {"imap": account(login_password="sec ret", auth_mechanism="XOAUTH2")},
            "imap.login_password must be a token, one word of printable ASCII",
        ),
        (
            {"imap": account(ca_path="/nowhere.pem")},
            "imap.ca_path cannot be read: /nowhere.pem: No such file",
        ),
    ],
)
def test_a_wrong_option_is_named_and_no_secret_is(options: dict[str, t.Any], message: str) -> None:
    with pytest.raises(BadOption) as caught:
        plan(**options)
    assert str(caught.value).startswith(message)
    assert "sec" not in str(caught.value).replace("seconds", "")


@pytest.mark.parametrize(
    ("given", "host", "port"),
    [
        ({"host": "[::1]"}, "::1", 993),
        ({"host": "[::1]:1993"}, "::1", 1993),
        ({"host": "imap.example.org:143"}, "imap.example.org", 143),
        ({"host": "imap.example.org:143", "port": 143}, "imap.example.org", 143),
    ],
)
def test_a_host_may_have_brackets_and_a_port(given: t.Any, host: str, port: int) -> None:
    made = plan(imap=account(**given)).account
    assert made is not None
    assert (made.host, made.port) == (host, port)


def test_a_dot_at_the_end_is_for_the_resolver_and_not_for_the_certificate() -> None:
    made = plan(imap=account(host="imap.example.org.")).account
    assert made is not None
    assert (made.host, made.tls_name) == ("imap.example.org.", "imap.example.org")
    made = plan(imap=account(tls_server_name="mail.example.org.")).account
    assert made is not None
    assert made.tls_name == "mail.example.org"
    made = plan(imap=account(tls_server_name="[::1]")).account
    assert made is not None
    assert made.tls_name == "::1"


def test_a_fifo_with_authorities_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(str(tmp_path / "fifo"))
    with pytest.raises(BadOption, match="neither a file nor a folder"):
        plan(imap=account(ca_path=str(tmp_path / "fifo")))


def test_a_dot_in_a_name_is_no_way_out() -> None:
    assert plan(mailboxes=["Work.2026", "a...b"]).mailboxes == ("Work.2026", "a...b")


def test_an_option_that_is_null_is_as_good_as_none() -> None:
    with pytest.raises(BadOption, match=r"^exactly one of imap, pop3 and path is required"):
        plan(tokens=[], path=None)
