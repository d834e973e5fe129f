# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pattern is parsed, or refused with what to write, and matches what it says."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.expectation import Pattern
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.reply import Reply
from ansible_collections.mailops.smtp.tests.unit.expectations import SPOKEN_STAGES, patterns


def test_text_is_searched_in_all_lines_of_a_reply_up_to_a_limit() -> None:
    (pattern,) = patterns("rcpt_to", "/needle/")
    assert pattern.matches_reply(Reply(550, ("hay", "a NEEDLE")))
    assert pattern.matches_reply(Reply(550, ("x" * 8186 + "needle",)))
    assert not pattern.matches_reply(Reply(550, ("x" * 8187 + "needle",)))
    assert not pattern.matches_reply(Reply(550, ("need", "le")))
    (over_a_line,) = patterns("rcpt_to", r"/need\sle/")
    assert over_a_line.matches_reply(Reply(550, ("need", "le")))


def test_text_is_searched_as_it_came_up_to_the_same_limit() -> None:
    (pattern,) = patterns("rcpt_to", r"/rate\slimit/")
    assert pattern.matches_reply(Reply(450, (r"rate\tlimit",), came=("rate\tlimit",)))
    assert not pattern.matches_reply(Reply(450, (r"rate\tlimit",)))
    (end,) = patterns("rcpt_to", "/needle/")
    assert end.matches_reply(Reply(550, ("",), came=("\0" * 8186 + "needle",)))
    assert not end.matches_reply(Reply(550, ("needle",), came=("\0" * 8187 + "needle",)))


@pytest.mark.parametrize("written", ["550", "5xx", "5.7.1", "5.7.x"])
def test_a_code_does_not_match_the_text(written: str) -> None:
    (pattern,) = patterns("rcpt_to", written)
    assert not pattern.matches_reply(Reply(450, ("4.2.0 550 5xx 5.7.1 5.7.x",)))


@pytest.mark.parametrize(
    "written",
    [
        "",
        "55",
        "5500",
        "650",
        "050",
        "x50",
        "5x",
        "5..",
        "ok",
        "250 ok",
        " 250",
        "250\n",
        "3.7.1",
        "5.7",
        "5.7.1.1",
        "5.7.1234",
        "5.7.xx",
        "x.7.1",
        "550 5.7.1 no",
        "5.7.1 550",
        "5,7,1",
        "/",
        "//",
        "text/",
        "timeout",
        "\u0665\u0665\u0660",
    ],
)
def test_a_wrong_pattern_is_refused_with_examples(written: str) -> None:
    with pytest.raises(ValueError) as refusal:
        Pattern.parse("rcpt_to", written)
    assert str(refusal.value) == (
        f"{written!r} is not a reply code (550, 5xx), an enhanced status code (5.7.1),"
        " both (550 5.7.1), or /text/"
    )


@pytest.mark.parametrize("stage", ["connect", "rcpt_to"])
@pytest.mark.parametrize("written", ["/(/", "/*/", "/[a/", "/a**/", "/(?P<n>/"])
def test_text_that_is_no_regular_expression_is_refused(stage: str, written: str) -> None:
    with pytest.raises(ValueError, match="is not a regular expression: ") as refusal:
        Pattern.parse(stage, written)
    assert str(refusal.value).startswith(written)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("/a{99999999999}/", id="it-repeats-too-often"),
        pytest.param("/" + "(" * 5000 + ")" * 5000 + "/", id="it-is-nested-too-deeply"),
    ],
)
def test_a_regular_expression_that_is_too_complex_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="is not a regular expression: "):
        Pattern.parse("rcpt_to", written)


@pytest.mark.parametrize("written", ["550", "5xx", "5.7.1", "disconnect", "Timeout", "", "ok"])
def test_connect_accepts_only_kinds_and_text(written: str) -> None:
    with pytest.raises(ValueError) as refusal:
        Pattern.parse("connect", written)
    assert str(refusal.value).startswith(
        f"{written!r} is not one of resolve, connect, timeout, tls or /text/, as "
    )


@pytest.mark.parametrize("stage", SPOKEN_STAGES)
@pytest.mark.parametrize("written", ["550", "5xX", "5.7.1", "2.X.x", "/a/", "/ /", "///"])
def test_the_other_stages_accept_codes_and_text(stage: str, written: str) -> None:
    assert Pattern.parse(stage, written).written == written


@pytest.mark.parametrize(
    ("line", "matches"),
    [
        ("550 5.7.1 no", True),
        ("550 5.7.2 no", False),
        ("554 5.7.1 no", False),
        ("550 no", False),
    ],
)
def test_a_pattern_of_both_codes_matches_only_both(line: str, matches: bool) -> None:
    pattern = Pattern.parse("rcpt_to", "550 5.7.1")
    assert pattern.matches_reply(Reply(int(line[:3]), (line[4:],))) is matches


def test_a_pattern_of_codes_of_two_classes_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^'550 4\.7\.1' matches no reply"):
        Pattern.parse("rcpt_to", "550 4.7.1")
