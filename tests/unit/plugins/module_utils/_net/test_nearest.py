# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mistyped name is answered with the one that was meant, and a foreign word with none."""

from __future__ import annotations

import difflib
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.nearest import nearest

OPTIONS = ("host", "rcpt_to", "tls", "tls_ciphers", "timeout")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        pytest.param("rcpt_too", "rcpt_to", id="a-letter-too-many"),
        pytest.param("timout", "timeout", id="a-letter-missing"),
        pytest.param("hsot", "host", id="two-letters-swapped"),
        pytest.param("tls_cipher", "tls_ciphers", id="the-nearest-of-two"),
        pytest.param("RCPT_TO", "rcpt_to", id="upper-case"),
        pytest.param("host", "host", id="the-name-itself"),
        pytest.param("colour", None, id="another-word"),
        pytest.param("", None, id="nothing"),
        pytest.param(25, None, id="a-number"),
        pytest.param(None, None, id="null"),
        pytest.param({"host": "relay"}, None, id="a-dictionary"),
    ],
)
def test_a_mistyped_name_is_answered_with_the_one_that_was_meant(
    name: object, meant: str | None
) -> None:
    assert nearest(name, OPTIONS) == meant


def test_a_choice_is_returned_as_it_is_written() -> None:
    assert nearest("scram-sha-255", ["PLAIN", "SCRAM-SHA-256"]) == "SCRAM-SHA-256"


def test_where_there_is_no_choice_nothing_was_meant() -> None:
    assert nearest("host", []) is None


def test_two_choices_that_are_equally_near_are_always_answered_with_the_same() -> None:
    assert nearest("abcx", ["abcd", "abce"]) == nearest("abcx", ["abce", "abcd"])


def test_a_whole_text_is_compared_by_its_beginning_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []
    matches = difflib.get_close_matches

    def watched(word: str, *arguments: t.Any, **options: t.Any) -> list[str]:
        compared.append(len(word))
        return matches(word, *arguments, **options)

    monkeypatch.setattr(difflib, "get_close_matches", watched)
    assert nearest("host" * 100_000, OPTIONS) is None
    assert compared == [100]
