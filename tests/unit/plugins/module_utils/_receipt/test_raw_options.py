# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people type where something else belongs: it is named, and no secret in it is left."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.raw_options import checked
from ansible_collections.mailops.smtp.plugins.modules.mail_receipt import argument_spec

SECRET = "S3cret-42"
ACCOUNT = {"host": "imap.example.org", "login_user": "ann"}


def of(**options: t.Any) -> tuple[dict[str, t.Any], str | None]:
    return checked({"tokens": ["ours"], **options}, argument_spec())


def test_what_is_right_stays_as_it_is() -> None:
    options = {
        "tokens": ["ours"],
        "imap": {**ACCOUNT, "login_password": 42, "tls_server_name": None},
        "pop3": None,
        "_ansible_check_mode": True,
    }
    assert checked(options, argument_spec()) == (options, None)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            {"imap": {"hots": SECRET, "login_user": "ann", "login_password": "x"}},
            "imap.hots is not an option; did you mean host?",
        ),
        (
            {"imap": {**ACCOUNT, "login_passwort": SECRET}},
            "imap.login_passwort is not an option; did you mean login_password?",
        ),
        (
            {"pop3": {**ACCOUNT, "zzz": SECRET}},
            (
                "pop3.zzz is not an option; the options are auth_mechanism, ca_path, host,"
                " login_password, login_user, port, tls, tls_server_name, validate_certs"
            ),
        ),
        (
            {"imap": {**ACCOUNT, f"login_password:{SECRET}": None}},
            "imap.login_password must be followed by a colon and a blank",
        ),
        (
            {"imap": f"host=a login_user=ann login_password={SECRET}"},
            "imap must be a dictionary with host, login_user and login_password, not a text",
        ),
        (
            {"imap": json.dumps({**ACCOUNT, "login_password": SECRET})},
            "imap must be a dictionary with host, login_user and login_password, not a text",
        ),
        (
            {"imap": True},
            "imap must be a dictionary with host, login_user and login_password, not true",
        ),
        (
            {"pop3": [SECRET]},
            "pop3 must be a dictionary with host, login_user and login_password, not a list",
        ),
        (
            {"imap": {**ACCOUNT, "login_password": [SECRET]}},
            "imap.login_password must be a text, not a list; a text in brackets needs quotes",
        ),
        (
            {"imap": {**ACCOUNT, "login_password": {"value": SECRET}}},
            "imap.login_password must be a text, not a dictionary",
        ),
        (
            {"imap": {**ACCOUNT, "login_password": 1.5}},
            "imap.login_password must be a text, not a decimal number; write it in quotes",
        ),
        (
            {"imap": {**ACCOUNT, "login_password": False}},
            "imap.login_password must be a text, not false; write it in quotes",
        ),
        (
            {"imap": {"login_user": "ann", "login_password": None, "host": ""}},
            "imap.login_password is required",
        ),
        ({"imap": {}}, "imap.host and imap.login_user and imap.login_password are required"),
        (
            {"imap": {**ACCOUNT, "host": f"ann:{SECRET}@imap.example.org", "login_password": "x"}},
            "imap.host must be the name of the server alone, without user@",
        ),
        (
            {"login_password": SECRET},
            "login_password must be written in imap or pop3, not beside them",
        ),
        ({"timeout": True}, "timeout must be a number, not true"),
        ({"timeout": 10**400}, "timeout must be a number, not one of more than 300 digits"),
        ({"mailboxes": [None]}, "mailboxes[0] must be a text, not null"),
        (
            {"imap": {**ACCOUNT, "login_password": "x", "port": float("inf")}},
            "imap.port must be a whole number, not a decimal number",
        ),
        ({"tokns": [SECRET]}, "tokns is not an option; did you mean tokens?"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_secret_is_left(
    options: dict[str, t.Any], problem: str
) -> None:
    left, said = of(**options)
    assert said == problem
    assert SECRET not in json.dumps(left)
    assert SECRET not in said


def test_a_long_name_is_cut() -> None:
    _left, said = of(imap={**ACCOUNT, "x" * 1000: SECRET})
    assert said is not None
    assert "x" * 61 not in said
