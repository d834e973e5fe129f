# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What shows a secret is found, in whatever it is wrapped; innocent text is left alone."""

from __future__ import annotations

import base64
import time

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.printable import escape
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.secret import secret_pattern
from hypothesis import given
from hypothesis import strategies as st

SECRETS = st.text(min_size=1).filter(lambda secret: "\n" not in secret)


def masked(line: str, secret: str, user: str = "ann") -> str:
    """A line as a redactor would leave it."""
    return secret_pattern(user, secret).sub("***", line)


def b64(data: bytes) -> str:
    """The base64 of bytes."""
    return base64.b64encode(data).decode()


@given(SECRETS)
def test_the_secret_itself(secret: str) -> None:
    assert masked(f"\n{secret}\n", secret) == "\n***\n"
    assert masked(escape(secret), secret) == "***"


@given(st.text(), SECRETS)
def test_the_responses_of_login_and_plain(user: str, secret: str) -> None:
    for response in (secret, f"\0{user}\0{secret}"):
        word = b64(response.encode())
        assert masked(f"501 5.5.2 <{word}> ?", secret, user).count("***") >= 1
        assert word not in masked(f"501 5.5.2 <{word}> ?", secret, user)


@given(st.binary(), st.text(min_size=6), st.binary())
def test_the_base64_of_a_text_around_it(before: bytes, secret: str, after: bytes) -> None:
    word = b64(before + secret.encode() + after)

    assert secret_pattern("ann", secret).fullmatch(word)


@pytest.mark.parametrize("secret", ["pässwörd", "pass word", "$(.*)[", "a\\b|c"])
def test_secrets_of_all_kinds(secret: str) -> None:
    assert masked(f"500 {secret.upper()} what?", secret.lower()) == "500 *** what?"
    assert masked(f"500 {escape(secret)}?", secret) == "500 ***?"


@pytest.mark.parametrize(
    "line",
    [
        "AUTH XOAUTH2 {}",
        "auth oauthbearer {}",
        "500 5.5.1 unknown command: AUTH PLAIN {}",
        "503 ({})",
    ],
)
@pytest.mark.parametrize("before", ["", "1", "12", "\0ann\0", "user=ann\1auth=Bearer "])
def test_a_word_is_matched_as_a_whole(line: str, before: str) -> None:
    word = b64(f"{before}hunter2\1\1".encode())

    assert masked(line.format(word), "hunter2") == line.format("***")
    assert masked(line.format(word.upper()), "hunter2") == line.format("***")


@pytest.mark.parametrize("secret", ["hunter2", "220", "Ok"])
def test_innocent_text_is_left_alone(secret: str) -> None:
    for line in (
        "250-mx.example.org at your service, [192.0.2.1]",
        "535 5.7.8 Authentication credentials invalid",
        "334 VXNlcm5hbWU6",
        "354 End data with <CR><LF>.<CR><LF>",
    ):
        assert masked(line, secret) == line


def test_a_hostile_line_does_not_take_long() -> None:
    started = time.monotonic()

    assert masked("A" * 65_536, "hunter2 of Ann") == "A" * 65_536
    assert masked("aHVudGVyM" * 7000, "hunter2 of Ann") == "aHVudGVyM" * 7000
    assert time.monotonic() - started < 1
