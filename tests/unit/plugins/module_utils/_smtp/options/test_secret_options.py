# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets are found in options of any structure, before anything is shown."""

from __future__ import annotations

import typing as t

import pytest
from ansible.module_utils.common.parameters import remove_values
from ansible_collections.mailops.smtp.plugins.module_utils._net.argument_spec import HIDDEN
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.secret_options import (
    hide_structured_passwords,
    secrets_in,
    with_verdicts,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "options",
    [
        {"login_password": "S3cret"},
        {"login_passwort": "S3cret"},
        {"Password": ["S3cret"]},
        {"targets": [{"login_password": {"S3cret": 1}}]},
        {"targets": [{"auth": {"pwd": "S3cret"}}]},
        {"targets": "host=a login_password=S3cret"},
        {"targets": ["relay", "host=a login_password='S3cret' port=25"]},
        {"targets": ["smtp://ann:S3cret@relay"]},
        {"host": "smtps://ann:S3cret@relay:465"},
        {"imap": "host=a login_password: S3cret"},
    ],
)
def test_a_secret_is_found_wherever_it_was_written(options: t.Any) -> None:
    assert "S3cret" in secrets_in(options)


@pytest.mark.parametrize(
    "options",
    [
        None,
        "text",
        {"tokens": ["2f1c6b1f"], "host": "relay", "message": {"body": "the password: is out"}},
        {"login_password": None, "targets": None},
        {"targets": ["relay:587", "[2001:db8::1]:25", "smtp://relay"]},
    ],
)
def test_options_without_a_secret_have_none(options: t.Any) -> None:
    assert secrets_in(options) == set()


@pytest.mark.parametrize(
    ("password", "what"),
    [
        (["a", "b"], "a list; a text in brackets needs quotes"),
        ({"a": 1}, "a dictionary"),
        (True, "true; write it in quotes"),
        (1.5, "a decimal number; write it in quotes"),
    ],
)
def test_a_password_that_is_no_text_is_refused_and_hidden(password: t.Any, what: str) -> None:
    options = {"login_password": password, "targets": ["a", {"login_password": password}]}
    assert list(hide_structured_passwords(options)) == [
        ("login_password", f"must be a text, not {what}"),
        ("targets[1].login_password", f"must be a text, not {what}"),
    ]
    assert options == {"login_password": HIDDEN, "targets": ["a", {"login_password": HIDDEN}]}


def test_numbers_and_verdicts_are_not_hidden() -> None:
    result = {"results": [{"kind": "permanent", "code": 550, "text": "perm 7"}], "seconds": 0.25}
    hidden = {
        "results": [{"kind": "********anent", "code": "-", "text": "******** 7"}],
        "seconds": "-",
    }

    told = with_verdicts(hidden, result)

    assert told == {
        "results": [{"kind": "permanent", "code": 550, "text": "******** 7"}],
        "seconds": 0.25,
    }


# The result of one word for each name, in the texts of which a password is hidden.
@pytest.mark.parametrize(
    ("password", "result"),
    [
        ("c0", {"token": "5c0ffee5c0ffee"}),
        ("audit", {"token": "audit-abcdefghijkl"}),
        ("c0", {"token": "5c0ffee5c0ffee", "id": "<5c0ffee5c0ffee@client.example.org>"}),
        ("ECONN", {"errno": "ECONNRESET"}),
        ("TLS", {"version": "TLSv1.3"}),
        ("trusted", {"claimed": "untrusted"}),
        ("ctl", {"controls_passed": ["ctl-local"], "controls_failed": ["ctl-trusted"]}),
    ],
)
def test_the_words_of_the_collection_are_not_hidden(password: str, result: t.Any) -> None:
    hidden = remove_values(result, {password})

    assert hidden != result
    assert with_verdicts(hidden, result) == result


@pytest.mark.parametrize(
    ("password", "result"),
    [
        ("c0ffee", {"token": "c0ffee"}),
        ("horse", {"token": "5c0ffee5c0ffee horse"}),
        ("c0", {"TOKEN": ["5c0ffee5c0ffee"]}),
        ("c0", {"id": "<5c0ffee5c0ffee@client.example.org>"}),
        ("horse", {"token": "5c0ffee5c0ffee", "id": "<5c0ffee5c0ffee@horse.example.org>"}),
        ("horse", {"token": "5c0ffee5c0ffee", "id": "<horse@client.example.org>"}),
        ("EHORSE", {"errno": "EHORSE"}),
        ("horse", {"version": "horse"}),
        ("horse", {"claimed": "horse"}),
        ("horse", {"controls_passed": ["horse"], "controls_failed": ["ctl-local horse"]}),
    ],
)
def test_no_other_word_is_shown_in_place_of_one(password: str, result: t.Any) -> None:
    hidden = remove_values(result, {password})

    assert hidden != result
    assert with_verdicts(hidden, result) == hidden


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("targets"), inner),
)


@given(JSON)
def test_options_of_any_structure_can_be_searched(options: t.Any) -> None:
    secrets_in(options)
    list(hide_structured_passwords(options))
