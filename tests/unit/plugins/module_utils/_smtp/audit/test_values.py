# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values of variables."""

from __future__ import annotations

import base64
import itertools

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.values import (
    MissingVariable,
    Values,
    random_word,
)


def values(**user: str | None) -> Values:
    """Return values whose random words are counted."""
    number = itertools.count(1)
    return Values(user, word=lambda: f"word{next(number)}")


def test_variables_are_filled() -> None:
    found = values(user="ann@example.com")
    found.connection = {"ip": "192.0.2.1"}
    found.variant = {"name": "[{ip}]"}

    assert found.fill("RCPT TO:<{user}> {name} {x y} {}") == (
        "RCPT TO:<ann@example.com> [192.0.2.1] {x y} {}"
    )


def test_a_random_word_is_another_one_each_time_and_a_nobody_is_not() -> None:
    found = values(own_domain="example.com")

    assert found.fill("{random} {random}") == "word2 word3"
    assert found.fill("{nobody} {nobody}") == "word1@example.com word1@example.com"


def test_each_check_has_a_token_of_its_own() -> None:
    found = values()
    found.check = "relay-29"

    assert found.fill("{token} {token}") == "audit-word1 audit-word1"
    assert found.token_of("relay-29") == "audit-word1"
    assert found.token_of("sy-dot") == "audit-word2"


@pytest.mark.parametrize("value", [None, "", "a\r\nDATA", "a\0", "x" * 256])
def test_a_value_that_is_not_known_or_could_add_a_command_is_missing(value: str | None) -> None:
    found = values(user="ann@example.com")
    found.connection = {"server_name": value}

    with pytest.raises(MissingVariable, match="server_name"):
        found.fill("EHLO {server_name}")


def test_a_value_in_bytes() -> None:
    assert values(user="ann").fill_bytes(b"\xff{user}\r\n") == b"\xffann\r\n"


def test_what_is_known_of_the_user() -> None:
    found = values(user="ann", own_domain=None)

    assert found.known("user")
    assert not found.known("own_domain")


def test_random_words_differ() -> None:
    assert random_word() != random_word()
    assert random_word().isalpha()


def test_a_login_with_a_wrong_password() -> None:
    found = values(user="ann@example.com", own_domain="example.com")

    known, unknown = (
        base64.b64decode(found.fill(f"{{{name}}}")) for name in ("wrong_login", "nobody_login")
    )

    assert known.startswith(b"\0ann@example.com\0word")
    assert unknown.startswith(b"\0word1@example.com\0word")
    with pytest.raises(MissingVariable, match="user"):
        values().fill("{wrong_login}")
