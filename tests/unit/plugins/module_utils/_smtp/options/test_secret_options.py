# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets are found in options of any structure, before anything is shown."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.argument_spec import HIDDEN
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.secret_options import (
    hide_structured_passwords,
    secrets_in,
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
    [(["a", "b"], "a list"), ({"a": 1}, "a dictionary"), (True, "true")],
)
def test_a_password_that_is_no_text_is_refused_and_hidden(password: t.Any, what: str) -> None:
    options = {"login_password": password, "targets": ["a", {"login_password": password}]}
    assert list(hide_structured_passwords(options)) == [
        ("login_password", f"must be a text, not {what}"),
        ("targets[1].login_password", f"must be a text, not {what}"),
    ]
    assert options == {"login_password": HIDDEN, "targets": ["a", {"login_password": HIDDEN}]}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("targets"), inner),
)


@given(JSON)
def test_options_of_any_structure_can_be_searched(options: t.Any) -> None:
    secrets_in(options)
    list(hide_structured_passwords(options))
