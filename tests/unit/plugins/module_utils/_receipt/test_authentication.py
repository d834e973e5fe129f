# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authentication-Results headers as servers write them."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.authentication import (
    authentication_as_result,
    read_authentication,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.redaction import Redactor
from ansible_collections.mailops.smtp.tests.unit import work
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "mx.google.com; dkim=pass header.i=@example.com header.s=s1 header.b=abc; spf=pass"
            " (google.com: domain of ann@example.com designates 192.0.2.7 as permitted sender)"
            " smtp.mailfrom=ann@example.com; dmarc=pass (p=REJECT sp=REJECT dis=NONE)"
            " header.from=example.com",
            ("mx.google.com", "pass", "pass", "pass"),
            id="Gmail",
        ),
        pytest.param(
            "spf=fail (sender IP is 192.0.2.7) smtp.mailfrom=example.com; dkim=none (message not"
            " signed) header.d=none;dmarc=fail action=quarantine header.from=example.com;"
            "compauth=fail reason=000",
            (None, "fail", "none", "fail"),
            id="Exchange Online, without a name",
        ),
        pytest.param(
            "mx.example.org 1; dkim=pass (2048 bits; unprotected) header.d=example.com; spf = x",
            ("mx.example.org", "x", "pass", None),
            id="a version, a semicolon in a comment, spaces around the sign",
        ),
        pytest.param("mx.example.org; none", ("mx.example.org", None, None, None), id="none"),
        pytest.param(
            "mx.example.org; dkim=fail header.d=a.example; dkim=pass header.d=example.com",
            ("mx.example.org", None, "pass", None),
            id="one good signature is enough",
        ),
        pytest.param(
            "mx.example.org; dkim=neutral header.d=a.example; dkim=fail header.d=example.com",
            ("mx.example.org", None, "neutral", None),
            id="else the first counts",
        ),
        pytest.param("mx.example.org; SPF/1=SoftFail", ("mx.example.org", "softfail", None, None)),
        pytest.param("mx.example.org; x-spf=pass", ("mx.example.org", None, None, None)),
        pytest.param("", (None, None, None, None), id="nothing"),
    ],
)
def test_what_servers_say(text: str, expected: tuple[str | None, ...]) -> None:
    authentication_results = read_authentication(text)
    assert (
        authentication_results.server,
        authentication_results.spf,
        authentication_results.dkim,
        authentication_results.dmarc,
    ) == expected
    assert authentication_results.text == text


def test_of_a_long_one_the_beginning_is_shown() -> None:
    (shown,) = authentication_as_result(
        [read_authentication("mx; " + "dkim=pass; " * 10_000)], Redactor()
    )
    assert len(shown["text"] or "") == 1000
    (shown,) = authentication_as_result(
        [read_authentication("a" * 1000 + "; spf=pass")], Redactor()
    )
    assert len(shown["server"] or "") == 255


def test_a_secret_is_shown_in_no_value_though_it_is_folded() -> None:
    """The server that was told the password writes it into a header, in two lines."""
    redactor = Redactor("ann", "correct-horse-42")
    texts = [
        "correct-horse-42; spf=pass",
        "correct -horse-42; spf=pass",
        "Y29ycmVjdC1o b3JzZS00Mg==; spf=pass",
        "mx; spf=pass smtp.mailfrom=" + "x" * 940 + "correct-horse-42",  # where it is cut
    ]
    for shown in authentication_as_result(map(read_authentication, texts), redactor):
        assert shown["spf"] == "pass"
        for trace in ("correct", "horse", "Y29y", "b3Jz", "42"):
            assert trace not in (shown["server"] or "") + (shown["text"] or "")


@pytest.mark.parametrize("unit", ["(", '"', "\\", '"\\', ";", "a ", "a=", "(a)", "a/1="])
def test_a_long_one_takes_no_time(unit: str) -> None:
    work.assert_ends(read_authentication, unit * (300_000 // len(unit)), cpu_seconds=15)


@pytest.mark.parametrize("unit", ["(", "a; ", "a=b;", '"a" '])
def test_the_work_grows_with_the_text(unit: str) -> None:
    work.assert_linear(read_authentication, lambda size: unit * size)


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert read_authentication(text).text == text
