# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options: what is wrong with them is said before anything is opened."""

from __future__ import annotations

import typing as t

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.options import Plan, plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.words import Wanted
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.words import BadOption
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
        Wanted("a"),
        Wanted("b", "web1", "mx", "4X\\x1b[2J", 10.0),
        Wanted("12"),
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tokens": ["a b"]}, "tokens[0]: 'a b' is not a token"),
        ({"tokens": ["a", ""]}, "tokens[1]: '' is not a token"),
        ({"tokens": ['a"']}, "tokens[0]: "),
        ({"tokens": ["a\r\nb"]}, "tokens[0]: 'a\\r\\nb'"),
        ({"tokens": ["ä"]}, "tokens[0]: "),
        ({"tokens": [{"host": "web1"}]}, "tokens[0]: '' is not a token"),
        ({"tokens": [{"token": "a", "id": 1}]}, "tokens[0]: there is no id in a token, but token,"),
        ({"tokens": [{"token": "a", "accepted": "noon"}]}, "tokens[0].accepted: 'noon' is not"),
        ({"timeout": 0}, "timeout: "),
        ({"timeout": "inf"}, "timeout: "),
        ({"delay": -1}, "delay: "),
        ({"mailboxes": []}, "mailboxes: it is empty"),
        ({"mailboxes": ["a\nb"]}, "mailboxes: 'a\\nb' is not"),
        ({"mailboxes": ["../bob"]}, "mailboxes: "),
        ({"mailboxes": ["a/../../bob"]}, "mailboxes: "),
        ({"mailboxes": ["/etc"]}, "mailboxes: "),
        ({"pop3": account(), "mailboxes": ["Junk"]}, "mailboxes: POP3 has no mailbox Junk"),
        ({"imap": account(port=0)}, "imap.port: "),
        ({"imap": account(host="a b")}, "imap.host: "),
        ({"pop3": account(host="")}, "pop3.host: it is empty"),
        ({"imap": account(login_user="a\nb")}, "imap.login_user: "),
        ({"imap": account(login_password="")}, "imap.login_password: it is empty"),
        ({"imap": account(login_password="secret\r\n42")}, "imap.login_password: "),
        (
            {"imap": account(login_password="sec ret", auth_mechanism="XOAUTH2")},
            "imap.login_password: a token",
        ),
        ({"imap": account(ca_path="/nowhere.pem")}, "imap.ca_path: /nowhere.pem: No such file"),
    ],
)
def test_a_wrong_option_is_named_and_no_secret_is(options: dict[str, t.Any], message: str) -> None:
    with pytest.raises(BadOption) as caught:
        plan(**options)
    assert str(caught.value).startswith(message)
    assert "sec" not in str(caught.value).replace("seconds", "")


def test_a_dot_in_a_name_is_no_way_out() -> None:
    assert plan(mailboxes=["Work.2026", "a...b"]).mailboxes == ("Work.2026", "a...b")


def test_an_option_that_is_null_is_as_good_as_none() -> None:
    with pytest.raises(BadOption, match="imap: exactly one of imap, pop3 and path is required"):
        plan(tokens=[], path=None)
