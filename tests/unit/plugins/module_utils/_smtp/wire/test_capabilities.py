# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server says in its reply to EHLO what it offers, and that decides what may be sent."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.capabilities import (
    Capabilities,
    extension_of,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.reply import Reply


def offered(*lines: str) -> Capabilities:
    """Return what a server offers whose reply to EHLO has these lines."""
    return Capabilities.from_reply(Reply(250, lines))


def test_each_line_after_the_first_is_a_keyword_and_its_parameters() -> None:
    capabilities = offered(
        "mail.example.com Hello web1.example.com [192.0.2.7]",
        "PIPELINING",
        "SIZE 10240000",
        "AUTH PLAIN LOGIN CRAM-MD5",
        "8BITMIME",
    )
    assert capabilities == {
        "PIPELINING": [],
        "SIZE": ["10240000"],
        "AUTH": ["PLAIN", "LOGIN", "CRAM-MD5"],
        "8BITMIME": [],
    }
    assert list(capabilities) == ["PIPELINING", "SIZE", "AUTH", "8BITMIME"]


def test_the_first_line_is_a_greeting_even_when_it_reads_like_a_keyword() -> None:
    assert offered("SIZE 10240000") == {}
    assert offered("STARTTLS", "SIZE") == {"SIZE": []}


def test_a_fall_back_to_helo_offers_nothing() -> None:
    capabilities = offered("mail.example.com")
    assert capabilities == {}
    assert not capabilities.offers("SIZE")


@pytest.mark.parametrize(
    ("lines", "mechanisms"),
    [
        pytest.param(["AUTH=LOGIN"], ["LOGIN"], id="the-old-way"),
        pytest.param(["AUTH=LOGIN PLAIN"], ["LOGIN", "PLAIN"], id="the-old-way-with-several"),
        pytest.param(["auth=login"], ["login"], id="the-old-way-in-lower-case"),
        pytest.param(["AUTH LOGIN PLAIN", "AUTH=LOGIN PLAIN"], ["LOGIN", "PLAIN"], id="both-ways"),
        pytest.param(["AUTH PLAIN", "AUTH LOGIN"], ["PLAIN", "LOGIN"], id="on-two-lines"),
        pytest.param(
            ["AUTH PLAIN", "auth PLAIN XOAUTH2"], ["PLAIN", "XOAUTH2"], id="in-mixed-case"
        ),
        pytest.param(["AUTH"], [], id="none-named"),
        pytest.param(["AUTH="], [], id="none-named-the-old-way"),
    ],
)
def test_every_way_to_offer_auth_counts_as_one(lines: list[str], mechanisms: list[str]) -> None:
    assert offered("mail.example.com", *lines) == {"AUTH": mechanisms}


def test_keywords_are_in_upper_case_and_parameters_as_the_server_wrote_them() -> None:
    assert offered("mail.example.com", "size 1000", "Limits rcptmax=50") == {
        "SIZE": ["1000"],
        "LIMITS": ["rcptmax=50"],
    }


def test_empty_lines_and_many_spaces_offer_nothing_more() -> None:
    assert offered("mail.example.com", "", "   ", "SIZE   1000  ", "\tDSN") == {
        "SIZE": ["1000"],
        "DSN": [],
    }


def test_a_tab_parts_words_like_a_space() -> None:
    assert offered("mail.example.com", r"SIZE\t1000", r"auth=LOGIN\t PLAIN\t", r"\tDSN") == {
        "SIZE": ["1000"],
        "AUTH": ["LOGIN", "PLAIN"],
        "DSN": [],
    }


@pytest.mark.parametrize(
    ("wanted", "is_offered"),
    [
        ("SIZE", True),
        ("size", True),
        ("SIZE 1000", True),
        ("SIZE 2000", False),
        ("AUTH", True),
        ("AUTH PLAIN", True),
        ("auth plain", True),
        ("AUTH LOGIN PLAIN", True),
        ("AUTH PLAIN CRAM-MD5", False),
        ("AUTH=PLAIN", False),
        ("STARTTLS", False),
        ("LOGIN", False),
    ],
)
def test_a_wanted_keyword_is_offered_with_all_of_its_parameters_in_any_case(
    wanted: str, is_offered: bool
) -> None:
    capabilities = offered("mail.example.com", "SIZE 1000", "AUTH Plain LOGIN")
    assert capabilities.offers(wanted) is is_offered


@pytest.mark.parametrize(
    ("parameter", "extension"),
    [
        ("SIZE=1000", "SIZE"),
        ("size=1000", "SIZE"),
        ("BODY=8BITMIME", "8BITMIME"),
        ("body=8bitmime", "8BITMIME"),
        ("BODY=7BIT", "8BITMIME"),
        ("BODY=BINARYMIME", "BINARYMIME"),
        ("SMTPUTF8", "SMTPUTF8"),
        ("REQUIRETLS", "REQUIRETLS"),
        ("AUTH=<>", "AUTH"),
        ("RET=HDRS", "DSN"),
        ("ret=FULL", "DSN"),
        ("ENVID=abc", "DSN"),
        ("NOTIFY=NEVER", "DSN"),
        ("ORCPT=rfc822;b@example.net", "DSN"),
        ("BY=120;R", "DELIVERBY"),
        ("HOLDFOR=60", "FUTURERELEASE"),
        ("HOLDUNTIL=2030-01-01T00:00:00Z", "FUTURERELEASE"),
        ("MT-PRIORITY=3", "MT-PRIORITY"),
        ("MTRK=abc", "MTRK"),
        ("RRVS=2014-04-03T23:01:00Z", "RRVS"),
        ("XVERP", "XVERP"),
        ("X-UNKNOWN=1", "X-UNKNOWN"),
        pytest.param(
            "SOLICIT=org.example:ADV",
            "NO-SOLICITING",
        ),
        pytest.param(
            "TRANSID=<12345@example.com>",
            "CHECKPOINT",
        ),
    ],
)
def test_a_parameter_belongs_to_an_extension(parameter: str, extension: str) -> None:
    assert extension_of(parameter) == extension
