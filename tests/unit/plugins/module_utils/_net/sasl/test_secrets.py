# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Of an AUTH exchange, what must not be shown is told from what may be, such as the user's name."""

from __future__ import annotations

from base64 import b64encode

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.sasl.secrets import secrets_in
from ansible_collections.mailops.smtp.tests.unit.work import assert_ends, assert_linear

USER = "monitoring@example.test"

PROOF = b"0123456789abcdef"
IN_BASE64 = b64encode(PROOF)


def secrets(response: bytes) -> list[bytes]:
    """What is secret in a response, but for its base64 and itself."""
    word = b64encode(response)
    first, *others = secrets_in(word.decode(), USER)
    assert first == word
    return [other for other in others if other != response]


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (b"\0monitoring@example.test\0Tr0ub4dor3", [b"Tr0ub4dor3"]),
        (
            b"monitoring@example.test b913a602c7eda7a495b4e6e7334d3890",
            [b"b913a602c7eda7a495b4e6e7334d3890"],
        ),
        (b"user=monitoring@example.test\1auth=Bearer ya29.A0ARr-_~x\1\1", [b"ya29.A0ARr-_~x"]),
        (
            (
                b"n,a=monitoring@example.test,\1host=mx.example.test\1port=25\1"
                b"auth=Bearer ya29.A0A-\1\1"
            ),
            [b"ya29.A0A-"],
        ),
        (b"n,,n=monitoring@example.test,r=rOprNGfwEbe,RWgbNEkqO", [b"rOprNGfwEbe", b"RWgbNEkqO"]),
        (b"c=biws,r=fyko-d2lbbFgONRv,p=" + IN_BASE64, [b"fyko-d2lbbFgONRv", IN_BASE64, PROOF]),
        (
            b"r=fyko-d2lbbFgONRv,s=" + IN_BASE64 + b",i=4096",
            [b"fyko-d2lbbFgONRv", IN_BASE64, PROOF],
        ),
        (b"v=" + IN_BASE64, [IN_BASE64, PROOF]),
        (b"e=channel-bindings-dont-match", []),
        (b"<1896.697170952@mx.example.test>", []),
    ],
)
def test_the_values_that_could_be_of_use_to_somebody(
    response: bytes, expected: list[bytes]
) -> None:
    assert secrets(response) == expected


def test_the_user_is_no_secret() -> None:
    word = b64encode(USER.encode())

    assert list(secrets_in(word.decode(), USER)) == [word]


@pytest.mark.parametrize("prompt", [b"Username:", b"User Name\0", b"Password:", b""])
def test_the_prompts_of_login_are_no_secrets(prompt: bytes) -> None:
    word = b64encode(prompt)

    assert list(secrets_in(word.decode(), USER)) in ([word], [])


@pytest.mark.parametrize("word", ["*", "=", "AA", "", "\u00e4", "\udc80"])
def test_a_short_word_is_found_in_innocent_text_too(word: str) -> None:
    assert list(secrets_in(word, USER)) == []


def test_a_hostile_challenge_has_no_more_parts_than_others() -> None:
    assert (
        len(secrets(b"".join(b"r=%d AAAAAAAA," % number for number in range(10**8, 10**8 + 99))))
        < 50
    )


def taken_apart(word: bytes) -> list[bytes]:
    """What is secret in a word. At the top of the module, to be called by name."""
    return list(secrets_in(word.decode(), USER))


@pytest.mark.parametrize("unit", [b"\0\1, ", b"p=", b"AAAA,", b"aaaaaaaa ", b"A"])
def test_a_hostile_challenge_takes_linear_time(unit: bytes) -> None:
    assert_linear(taken_apart, lambda size: b64encode(unit * size))
    assert_ends(taken_apart, b64encode(unit * (1_000_000 // len(unit))))
