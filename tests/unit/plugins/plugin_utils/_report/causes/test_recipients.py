# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A dialogue with several recipients: the reply that decided may be the reply to one of them."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.causes import causes_of
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.model import Evidence
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import (
    Host,
    matrix_of,
)
from ansible_collections.mailops.smtp.tests.unit.reports import failed, replies

ITEM = {"host": "relay1", "port": 25}


def evidence(*codes: int, stage: str = "rcpt_to", **failure: t.Any) -> list[Evidence]:
    """Return the evidence about the recipients r1, r2, ... that had these replies."""
    red = failed(ITEM, stage, **failure)
    red["replies"] += replies(*((stage, code, "text") for code in codes))
    for number, reply in enumerate(red["replies"][-len(codes) :], 1):
        reply["recipient"] = f"r{number}@example.org"
    hosts = [Host("web1", {"results": [red]}, [ITEM], left=False)]
    (cause,) = causes_of(matrix_of(hosts), {}).found
    return [one for one in cause.evidence if one.fact == "recipients"]


def test_some_recipients_are_refused() -> None:
    (found,) = evidence(250, 550, 250, 550, 550)
    assert found.value == (
        "web1 at relay1:25: the same reply for 3 of 5 recipients:"
        " r2@example.org, r4@example.org, r5@example.org"
    )
    assert found.says == "the server accepts the others, so it depends on the recipient"


def test_a_reply_to_all_recipients_does_not_depend_on_them() -> None:
    (found,) = evidence(550, 550, 550)
    assert found.value == "web1 at relay1:25: the same reply for all 3 recipients"
    assert found.says == "it does not depend on the recipient"


def test_recipients_with_another_refusal_are_not_counted() -> None:
    (found,) = evidence(550, 450, 250)
    assert "for 1 of 3 recipients: r1@example.org" in found.value
    assert found.says == "the others had other replies, so it depends on the recipient"


def test_a_thousand_recipients_are_named_by_examples() -> None:
    (found,) = evidence(*[550] * 1500, 250)
    assert found.value.endswith("r1@example.org, r2@example.org, r3@example.org and 1,497 more")


def test_with_lmtp_each_recipient_has_a_reply_to_the_message() -> None:
    (found,) = evidence(250, 552, stage="message", code=552)
    assert "for 1 of 2 recipients: r2@example.org" in found.value


@pytest.mark.parametrize("codes", [(550,), (450, 450)])
def test_one_recipient_or_none_with_that_reply_is_no_evidence(codes: tuple[int, ...]) -> None:
    assert evidence(*codes) == []


def test_a_failure_without_a_reply_says_nothing_of_recipients() -> None:
    assert evidence(250, 250, kind="timeout", code=None) == []
