# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What shows a secret is found, in whatever it is wrapped; innocent text is left alone."""

from __future__ import annotations

import base64
import html
import json
import quopri
import re
import typing as t
import urllib.parse

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.redaction import (
    depends_on_user,
    joint_pattern,
    secret_pattern,
)
from ansible_collections.mailops.smtp.plugins.module_utils._net.text import escape, printable
from ansible_collections.mailops.smtp.tests.unit.work import assert_ends, assert_linear
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


@given(st.text(), SECRETS, st.integers(min_value=0))
def test_only_a_short_secret_depends_on_its_user(user: str, secret: str, break_at: int) -> None:
    before, length = len(f"\0{user}\0".encode()), len(secret.encode())
    word = b64(f"\0{user}\0{secret}".encode())
    if depends_on_user(secret):
        assert word not in masked(f"<{word}>", secret, user)
        return

    assert masked(f"<{word}>", secret, "another user") == "<***>"
    at = break_at % len(word)
    first, second = masked(f"{word[:at]}\n{word[at:]}", secret, "another user").split("\n")
    # What is still there has no character that the secret alone decides.
    assert first == "***" or at <= (before * 8 + 5) // 6
    assert second == "***" or at >= (before + length) * 8 // 6


@given(st.binary(), st.text(min_size=6), st.binary())
def test_the_base64_of_a_text_around_it(before: bytes, secret: str, after: bytes) -> None:
    word = b64(before + secret.encode() + after)

    assert masked(word, secret) == "***"


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


# Forms in which a server, its logs or its web pages have it

SECRET = 'Tr0ub4d\u00f6r & "3"\'s\\horse/+?=<%41>'


def each(secret: str, write: t.Callable[[int], str]) -> str:
    """Write each byte of a secret."""
    return "".join(map(write, secret.encode()))


FORMS: dict[str, t.Callable[[str], str]] = {
    "itself": str,
    "upper case": str.upper,
    "lower case": str.lower,
    "Latin-1": lambda secret: printable(secret.encode("latin-1", "replace")),
    "percent": lambda secret: urllib.parse.quote(secret, safe=""),
    "a form": urllib.parse.quote_plus,
    "each byte by percent": lambda secret: each(secret, "%{:02x}".format),
    "every other byte by percent": lambda secret: "".join(
        f"%{byte:02X}" if byte > 127 or index % 2 else urllib.parse.quote(chr(byte), safe="")
        for index, byte in enumerate(secret.encode())
    ),
    "percent twice": lambda secret: urllib.parse.quote(urllib.parse.quote(secret)),
    "JSON": lambda secret: json.dumps(secret)[1:-1],
    "JSON of PHP": lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
    "JSON, not only ASCII": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "JSON in JSON": lambda secret: json.dumps(json.dumps(secret)[1:-1])[1:-1],
    "JSON, each character": lambda secret: re.sub(
        "(..)(..)", r"\\u\1\2", secret.encode("utf-16-be").hex()
    ),
    "JSON in a URL": lambda secret: urllib.parse.quote(json.dumps(secret)[1:-1]),
    "Python": lambda secret: repr(secret)[1:-1],
    "a shell": lambda secret: "".join(f"\\{one}" if one in "\"'\\ $" else one for one in secret),
    "C": lambda secret: each(secret, "\\x{:02x}".format),
    "octal": lambda secret: each(secret, "\\{:03o}".format),
    "HTML": html.escape,
    "HTML, decimal": lambda secret: "".join(f"&#{ord(one)};" for one in secret),
    "HTML, hexadecimal": lambda secret: "".join(f"&#x{ord(one):X};" for one in secret),
    "HTML, by name": lambda secret: html.escape(secret).replace("\u00f6", "&ouml;"),
    "HTML, XML's way": lambda secret: html.escape(secret, quote=False).replace("'", "&apos;"),
    "JSON in HTML": lambda secret: html.escape(json.dumps(secret)[1:-1]),
    "quoted-printable": lambda secret: quopri.encodestring(secret.encode()).decode(),
    "xtext": lambda secret: "".join(
        chr(byte) if 32 < byte < 127 and chr(byte) not in "+=" else f"+{byte:02X}"
        for byte in secret.encode()
    ),
    "base64": lambda secret: b64(secret.encode()),
    "base64, one in": lambda secret: b64(b"?" + secret.encode() + b"!!"),
    "base64, two in": lambda secret: b64(b"??" + secret.encode() + b"!"),
    "base64 in a URL": lambda secret: urllib.parse.quote(b64(secret.encode()), safe=""),
    "base64 in JSON of PHP": lambda secret: b64(secret.encode()).replace("/", "\\/"),
    "base64, the alphabet of URLs": lambda secret: base64.urlsafe_b64encode(
        b"?" + secret.encode()
    ).decode(),
    "base64, lower case": lambda secret: b64(secret.encode()).lower(),
    "hexadecimal": lambda secret: secret.encode().hex(),
    "hexadecimal, upper case": lambda secret: secret.encode().hex().upper(),
    "hexadecimal with spaces": lambda secret: each(secret, "{:02x} ".format),
    "hexadecimal with colons": lambda secret: each(secret, "{:02X}:".format)[:-1],
    "an array of bytes": lambda secret: each(secret, "0x{:02x}, ".format)[:-2],
    "hexadecimal of Latin-1": lambda secret: secret.encode("latin-1", "replace").hex(),
}


def bare(line: str) -> str:
    """A masked line without what stands around the hexadecimal of a byte, and shows nothing."""
    return line.replace("0x***", "***").replace("*** >", "***>")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("secret", [SECRET, "hunter2", "correct horse", "a+b/c=d%2Fe&amp;f\\n"])
def test_a_form_is_masked_and_nothing_else(form: str, secret: str) -> None:
    line = "535 5.7.8 <{}> is not it"

    assert bare(masked(line.format(FORMS[form](secret)), secret)) == line.format("***")


@pytest.mark.parametrize(
    "form",
    [
        form
        for form in FORMS
        if form
        not in (
            "base64, one in",
            "base64, two in",
            "base64, the alphabet of URLs",
        )
    ],
)
def test_a_form_of_a_short_secret_is_masked(form: str) -> None:
    assert bare(masked(f"535 5.7.8 <{FORMS[form]('tu/?p')}> ?", "tu/?p")) == "535 5.7.8 <***> ?"


@given(
    st.sampled_from(["percent", "JSON", "HTML", "HTML, decimal", "xtext", "hexadecimal", "C"]),
    st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\n"), min_size=6),
)
def test_a_form_of_any_secret(form: str, secret: str) -> None:
    assert masked(f"<{FORMS[form](secret)}>", secret) == "<***>"


def test_what_was_masked_stays_as_it_is() -> None:
    pattern = secret_pattern("ann", "shown")

    assert pattern.sub("(not shown)", "C: AUTH PLAIN (not shown)") == "C: AUTH PLAIN (not shown)"
    assert pattern.sub("(not shown)", "is shown") == "is (not shown)"


def test_another_secret_can_be_added() -> None:
    pattern = secret_pattern("ann", "correct horse").also(b"\xff\0 a proof")

    shown = f"correct horse, {b64(bytes([255, 0]) + b' a proof')}, \\xff\\x00 a proof, \xff"
    assert pattern.sub("***", shown) == "***, ***, ***, \xff"
    assert secret_pattern("ann", "correct horse").sub("***", "\\xff\\0 a proof") != "***"


def test_each_place_is_found() -> None:
    found = secret_pattern("ann", "hunter2").finditer("hunter2, %68unter2")

    assert [(match.start(), match.end(), match.group()) for match in found] == [
        (0, 7, "hunter2"),
        (9, 18, "%68unter2"),
    ]


# Over lines


def masked_lines(lines: list[str], secret: str = "correct horse") -> list[str]:
    """Lines as a redactor would leave them."""
    return secret_pattern("ann", secret).sub_lines("***", lines)


@pytest.mark.parametrize(
    "lines",
    [
        ["correct%20ho", "rse"],
        ["correct%2", "0horse"],
        ["correct&#32;h", "orse"],
        [r"correct\u0020", "horse"],
    ],
)
def test_a_space_of_the_secret_may_be_escaped_in_what_is_broken_over_lines(
    lines: list[str],
) -> None:
    assert masked_lines(lines) == ["***", "***"]


@pytest.mark.parametrize("form", ["itself", "base64", "hexadecimal", "percent", "HTML, decimal"])
@pytest.mark.parametrize("secret", ["correct/horse", "tulip"])
def test_it_is_found_wherever_it_is_broken_over_two_lines(form: str, secret: str) -> None:
    shown = FORMS[form](secret)
    for at in range(1, len(shown)):
        lines = [f"you said {shown[:at]}", f"{shown[at:]}, did you?"]

        first, last = masked_lines(lines, secret)
        assert (first, last.lstrip("*=")) == ("you said ***", ", did you?"), at


def test_it_is_found_over_many_lines_with_a_code_on_each() -> None:
    lines = ["5.7.8 you said cor", "5.7.8 rect", "5.7.8   ho", "", "5.7.8 rse", "5.7.8 ?"]

    assert masked_lines(lines) == [
        "5.7.8 you said ***",
        "5.7.8 ***",
        "5.7.8 ***",
        "",
        "5.7.8 ***",
        "5.7.8 ?",
    ]


def test_each_character_may_be_on_a_line_of_its_own() -> None:
    assert set(masked_lines(list("correcthorse"))) == {"***"}


def test_the_text_of_a_failure_has_its_lines_in_one() -> None:
    assert masked("5.7.8 you said cor rect horse, ann", "correct horse") == (
        "5.7.8 you said ***, ann"
    )


@given(st.lists(st.text(max_size=20), max_size=5), st.text(min_size=1))
def test_as_many_lines_come_out(lines: list[str], secret: str) -> None:
    assert len(masked_lines(lines, secret)) == max(len(lines), 1)


@pytest.mark.parametrize("secret", ["tls", "a1", "ok"])
def test_words_of_two_lines_are_not_taken_for_a_short_secret(secret: str) -> None:
    lines = [f"mail.{secret[:1]}", f"{secret[1:]} is here"]

    assert masked_lines(lines, secret) == lines


# Bounds


def test_many_dialogues_share_what_is_looked_for_in_all_of_them() -> None:
    secrets = tuple((f"user {number}", f"secret {number}") for number in range(100))

    patterns = [joint_pattern(user, secrets) for user, _secret in secrets]

    assert len({id(pattern._encodings) for pattern in patterns}) == 1
    assert [pattern.user for pattern in patterns] == [user for user, _secret in secrets]


def mask(text: str) -> str:
    """Mask a long secret with all its forms. At the top of the module, to be called by name."""
    return masked(text, "hunter2 of Ann" * 100)


HOSTILE = {
    "base64": "A",
    "beginnings of base64": "aHVudGVyM",
    "traces": "aHVudGVyMiBvZiBBbm5odW50ZXIyIG9mIEFubg",
    "the secret": "hunter2 of Ann",
    "beginnings": "hunter2 of An",
    "percent": "%68%75",
    "percent of percent": "%25",
    "signs": "%=+\\&",
    "backslashes": "\\",
    "references": "&#0",
    "names": "&amp",
    "a reference of zeros": "0",
    "spaces": " ",
    "separators": "0x",
    "not ASCII": "\u00e9",
    "lines": "h\n",
    "codes": "\n250 5.7.8 ",
}


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_megabyte_of_anything_is_masked_in_little_time(unit: str) -> None:
    text = HOSTILE[unit] * (1_000_000 // len(HOSTILE[unit]))
    if unit == "a reference of zeros":
        text = f"&#{text}"

    assert_ends(mask, text, cpu_seconds=10)


@pytest.mark.parametrize("unit", HOSTILE)
def test_the_work_grows_as_the_text_does(unit: str) -> None:
    assert_linear(mask, lambda size: HOSTILE[unit] * size + "hunter2 of Ann" * size)
