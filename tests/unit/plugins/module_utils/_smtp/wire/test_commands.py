# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A value becomes one command line, or none: nothing smuggles a second line in."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire import commands
from hypothesis import given
from hypothesis import strategies as st

# Pieces of what an attacker would write.
HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            ["\r\n", "\r", "\n", "\0", " ", "\t", "<", ">", '"', "\\", '\\"', "a@b", "RCPT TO:<x>"]
        ),
        st.integers(0, 0x10FFFF).map(chr),
    ),
    max_size=12,
).map("".join)


def outside_quotes(path: str) -> str:
    """Return a path without its quoted strings, as a server finds its end (RFC 5321 section 4.1.2).

    A quote that is never closed quotes nothing.
    """
    outside = []
    at = 0
    while at < len(path):
        if path[at] == '"':
            end = at + 1
            while end < len(path) and path[end] != '"':
                end += 2 if path[end] == "\\" else 1
            if end < len(path):
                at = end + 1
                continue
        outside.append(path[at])
        at += 1
    return "".join(outside)


# What is sent


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (commands.ehlo("web1.example.com"), "EHLO web1.example.com"),
        (commands.ehlo("[192.0.2.1]"), "EHLO [192.0.2.1]"),
        (commands.ehlo("[IPv6:2001:db8::1]"), "EHLO [IPv6:2001:db8::1]"),
        (commands.helo("web1.example.com"), "HELO web1.example.com"),
        (commands.mail_from("a@example.com"), "MAIL FROM:<a@example.com>"),
        (commands.mail_from(""), "MAIL FROM:<>"),
        (
            commands.mail_from("a@example.com", ("SIZE=1000", "BODY=8BITMIME", "SMTPUTF8")),
            "MAIL FROM:<a@example.com> SIZE=1000 BODY=8BITMIME SMTPUTF8",
        ),
        (commands.mail_from("", ("AUTH=<>",)), "MAIL FROM:<> AUTH=<>"),
        (commands.rcpt_to("b@example.net"), "RCPT TO:<b@example.net>"),
        (
            commands.rcpt_to("b@example.net", ("NOTIFY=SUCCESS,FAILURE", "ORCPT=rfc822;b@x")),
            "RCPT TO:<b@example.net> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b@x",
        ),
        (commands.DATA, "DATA"),
        (commands.END_OF_DATA, "."),
        (commands.QUIT, "QUIT"),
    ],
)
def test_a_command_is_written_as_the_rfc_has_it(line: str, expected: str) -> None:
    assert line == expected


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("postmaster", id="no-domain"),
        pytest.param("user%example.net@example.com", id="percent-hack"),
        pytest.param("example.net!user", id="bang-path"),
        pytest.param("@a.example,@b.example:user@c.example", id="source-route"),
        pytest.param("user@[192.0.2.1]", id="address-literal"),
        pytest.param("user@[IPv6:2001:db8::1]", id="ipv6-address-literal"),
        pytest.param('"john doe"@example.com', id="quoted-space"),
        pytest.param('"<john>"@example.com', id="quoted-brackets"),
        pytest.param(r'"a\"> b"@example.com', id="quoted-quote-and-bracket"),
        pytest.param("jos\u00e9@\u4f8b\u3048.jp", id="smtputf8"),
        pytest.param("user@example.com@example.net", id="two-ats"),
        pytest.param("a" * 300 + "@example.com", id="too-long-for-the-rfc"),
        pytest.param("@", id="an-at"),
    ],
)
def test_odd_paths_are_sent_as_they_are_for_the_server_to_judge(path: str) -> None:
    assert commands.mail_from(path) == f"MAIL FROM:<{path}>"
    assert commands.rcpt_to(path) == f"RCPT TO:<{path}>"


# What is refused

Command = t.Callable[[str], str]

EVERY_COMMAND = [
    pytest.param(commands.ehlo, id="ehlo"),
    pytest.param(commands.helo, id="helo"),
    pytest.param(commands.mail_from, id="mail_from"),
    pytest.param(commands.rcpt_to, id="rcpt_to"),
    pytest.param(lambda value: commands.mail_from("a@b", (value,)), id="mail_parameter"),
    pytest.param(lambda value: commands.rcpt_to("a@b", (value,)), id="rcpt_parameter"),
]


@pytest.mark.parametrize("character", ["\r", "\n", "\0"], ids=["CR", "LF", "NUL"])
@pytest.mark.parametrize("value", ["x{}", "{}x", "x{}x", '"{}"@x', "{}"])
@pytest.mark.parametrize("command", EVERY_COMMAND)
def test_line_breaks_and_nul_are_refused_wherever_they_stand(
    command: Command, value: str, character: str
) -> None:
    with pytest.raises(ValueError, match="contains a line break or a NUL character"):
        command(value.format(character))


@pytest.mark.parametrize(
    "path",
    [
        "<a@example.com>",
        "a@example.com> SIZE=1",
        "a@example.com>",
        "a <a@example.com",
        "a@example.com ",
        "a\t@example.com",
        "a\x1b[2J@example.com",
        "a\x7f@example.com",
        "a\u00a0@example.com",
        "a\u2028@example.com",
        '"a> b@example.com',
        '"a"> "b"@example.com',
        '"a\\"> b@example.com',
    ],
)
def test_a_path_cannot_leave_its_brackets(path: str) -> None:
    for command in (commands.mail_from, commands.rcpt_to):
        with pytest.raises(ValueError, match=r"write the bare address, such as user@example\.com"):
            command(path)


def test_only_the_sender_can_be_null() -> None:
    assert commands.mail_from("") == "MAIL FROM:<>"
    with pytest.raises(ValueError, match="must not contain an empty address"):
        commands.rcpt_to("")


@pytest.mark.parametrize("name", ["", "two words", "tab\tbed", "caf\u00e9.example", "\x7f"])
def test_a_hello_name_is_one_word_of_printable_ascii(name: str) -> None:
    for command in (commands.ehlo, commands.helo):
        with pytest.raises(
            ValueError, match="must be one word of printable ASCII characters, not "
        ):
            command(name)


@pytest.mark.parametrize(
    "parameter", ["", "SIZE=", "=1", "SIZE=1=2", "SIZE 1", "SI_ZE=1", "-SIZE", "X=\u00e9", "X=\x7f"]
)
def test_a_parameter_is_a_keyword_with_or_without_a_value(parameter: str) -> None:
    for command in (commands.mail_from, commands.rcpt_to):
        with pytest.raises(ValueError, match="must be of the form KEYWORD or KEYWORD=value, not "):
            command("a@example.com", (parameter,))


@pytest.mark.parametrize("value", ["a\r\nb", "a b@c", "a>b"])
def test_a_refusal_shows_the_value_without_its_control_characters(value: str) -> None:
    with pytest.raises(ValueError) as refusal:
        commands.mail_from(value)
    assert repr(value) in str(refusal.value)
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize(
    "character", [pytest.param("\ud800", id="high"), pytest.param("\udcff", id="low")]
)
@pytest.mark.parametrize("command", EVERY_COMMAND)
def test_half_a_surrogate_pair_is_no_text_and_is_refused(command: Command, character: str) -> None:
    # So does Ansible hand over bytes that are not UTF-8.
    with pytest.raises(ValueError, match="surrogates not allowed"):
        command(f"{character}@example.com")


# Any value at all


@given(HOSTILE)
def test_no_value_makes_a_path_that_leaves_its_brackets_or_its_line(value: str) -> None:
    for command, before in ((commands.mail_from, "MAIL FROM:<"), (commands.rcpt_to, "RCPT TO:<")):
        try:
            line = command(value)
        except ValueError:
            continue
        assert line == f"{before}{value}>"
        assert not set(line) & set("\r\n\0")
        assert line.encode("utf-8")
        assert not set(outside_quotes(value)) & set("<> \t")


@given(HOSTILE)
def test_no_value_makes_a_hello_or_a_parameter_of_more_than_one_word(value: str) -> None:
    for command in (
        commands.ehlo,
        commands.helo,
        lambda parameter: commands.mail_from("", (parameter,)).replace("MAIL FROM:<>", "MAIL"),
        lambda parameter: commands.rcpt_to("a", (parameter,)).replace("RCPT TO:<a>", "RCPT"),
    ):
        try:
            line = command(value)
        except ValueError:
            continue
        assert line.split() == line.split(" ") == [line[:4], value]
        assert line.isprintable()
        assert line.isascii()


@given(HOSTILE)
def test_any_refusal_is_a_value_error_that_can_be_shown(value: str) -> None:
    checks = (
        commands.check_line,
        commands.check_word,
        commands.check_path,
        commands.check_forward_path,
        commands.check_parameter,
    )
    for check in checks:
        refusal = ""
        try:
            answer = check(value)
        except ValueError as error:
            refusal = str(error)
        else:
            assert answer == value
        assert refusal.isprintable()
