# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""STARTTLS is used when it should be, and no plain text follows it. For TLS, see test_tls."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record
from ansible_collections.mailops.smtp.tests.unit.dialogues import (
    END,
    OVER_TLS,
    TO_HELO,
    TO_STARTTLS,
    Hold,
    failed,
    offering,
    stages,
    transcript_lines,
)
from ansible_collections.mailops.smtp.tests.unit.settle import result_of

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.tests.unit.authority import Authority

Dialogue = t.Callable[..., Record]

OFFERED = offering("STARTTLS")


def test_required_starttls_that_is_not_offered_ends_the_dialogue(hold: Hold) -> None:
    record = hold(TO_HELO + END, tls="required")

    assert failed(record) == ("starttls", "unsupported", None)


def test_starttls_is_not_used_with_tls_never(hold: Hold) -> None:
    assert hold(OFFERED + END, tls="never").failure is None


def test_opportunistic_tls_passes_without_starttls(hold: Hold) -> None:
    assert hold(TO_HELO + END, tls="opportunistic").failure is None


@pytest.mark.parametrize("tls", ["opportunistic", "required"])
@pytest.mark.parametrize(("code", "kind"), [(454, "transient"), (501, "permanent")])
def test_a_refusal_of_offered_starttls_is_a_failure(
    hold: Hold, tls: str, code: int, kind: str
) -> None:
    record = hold(f"{OFFERED}\nC: STARTTLS\nS: {code} no{END}", tls=tls)

    assert failed(record) == ("starttls", kind, code)


def test_a_refusal_can_be_expected(hold: Hold) -> None:
    record = hold(f"{OFFERED}\nC: STARTTLS\nS: 454 no{END}", expect={"starttls": ["454"]})

    assert record.failure is None
    assert stages(record)[-2:] == [("starttls", 454), ("quit", 221)]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"expect_capabilities": ["DSN"]}, "the server does not offer DSN"),
        ({"forbid_capabilities": ["STARTTLS"]}, "the server offers STARTTLS, which is forbidden"),
        ({"cert_min_days": 0}, "TLS was not started: no certificate"),
    ],
)
def test_after_an_expected_refusal_the_only_capabilities_are_judged(
    hold: Hold, options: dict[str, t.Any], text: str
) -> None:
    script = f"{OFFERED}\nC: STARTTLS\nS: 454 4.7.0 not now{END}"

    record = hold(script, expect={"starttls": ["454"]}, **options)

    assert failed(record) == ("helo", "expectation", None)
    assert record.failure is not None
    assert record.failure.text == text


def test_nothing_is_sent_after_injected_plain_text(hold: Hold) -> None:
    record = hold(OFFERED + "\nC: STARTTLS\n" + r"S> 220 go ahead\r\n250 trust me\r\n")

    assert failed(record) == ("starttls", "protocol", None)
    assert "C: QUIT" not in transcript_lines(record)
    assert transcript_lines(record)[-3:-1] == [
        r"S: 250 trust me\r\n",
        "*: plain text was injected after the reply to STARTTLS",
    ]


def test_starttls_is_used_if_it_is_offered(dialogue: Dialogue, authority: Authority) -> None:
    record = dialogue(OVER_TLS, authority.context("127.0.0.1"), ca_path=authority.path)

    assert record.failure is None
    assert record.capabilities == {"AUTH": ["PLAIN"]}, "what was offered before TLS is forgotten"
    assert [(exchange.stage, exchange.tls) for exchange in record.replies] == [
        ("greeting", False),
        ("helo", False),
        ("starttls", False),
        ("helo", True),
        ("quit", True),
    ]
    result = result_of(record)
    assert result["tls"]["version"].startswith("TLSv1.")
    assert result["tls"]["bits"] >= 128
    assert result["tls"]["verified"] is True
    assert result["tls"]["verify_error"] is None
    assert result["tls"]["certificate"]["names"] == ["127.0.0.1"]
    assert 0 < result["seconds"]["tls"] <= result["seconds"]["starttls"]


def test_starttls_counts_as_offered_after_it_was_used(
    dialogue: Dialogue, authority: Authority
) -> None:
    context = authority.context("127.0.0.1")

    record = dialogue(OVER_TLS, context, expect_capabilities=["STARTTLS", "AUTH PLAIN"])

    assert record.failure is None


def test_forbidden_starttls_is_a_failure_after_it_was_used(
    dialogue: Dialogue, authority: Authority
) -> None:
    record = dialogue(OVER_TLS, authority.context("127.0.0.1"), forbid_capabilities=["STARTTLS"])

    assert failed(record) == ("helo", "expectation", None)


def test_a_handshake_that_fails_is_not_followed_by_plain_text(hold: Hold) -> None:
    record = hold(f"{TO_STARTTLS}\nS: what is that?\n*: close")

    assert failed(record)[:2] in (("starttls", "tls"), ("starttls", "protocol"))
    assert not any("QUIT" in line for line in record.transcript.lines if "] C: " in line)


def test_the_dialogue_stops_after_the_handshake(dialogue: Dialogue, authority: Authority) -> None:
    script = f"{TO_STARTTLS}\n*: tls{END}"

    record = dialogue(script, authority.context("127.0.0.1"), stop_after="starttls")

    assert record.failure is None
    assert record.tls is not None
