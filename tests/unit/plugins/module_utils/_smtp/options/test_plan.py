# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The properties of a plan."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.tests.unit.options import (
    ENVELOPE,
    planned,
)


def test_the_server_is_named_as_a_person_names_it() -> None:
    assert planned(port=2525).endpoint.title == "relay.example.com port 2525"


def test_dane_takes_the_place_of_the_authorities() -> None:
    plan = planned(tls="required", dane=True, host="192.0.2.1", tls_server_name="mx.example.org")
    assert not plan.tls.judges
    assert plan.tls_name == "mx.example.org"


@pytest.mark.parametrize(
    ("options", "utf8"),
    [
        ({"mail_from": "ann@example.com"}, False),
        ({"mail_from": ""}, False),
        ({}, False),
        ({"mail_from": "jos\u00e9@example.com"}, True),
        ({"mail_from": "ann@\u4f8b\u3048.jp"}, True),
        ({"mail_from": "", "rcpt_to": ["bob@example.net", "\u7528\u6237@example.net"]}, True),
    ],
)
def test_an_address_that_is_not_ascii_needs_smtputf8(options: t.Any, utf8: bool) -> None:
    assert planned(**options).envelope.utf8 is utf8


@pytest.mark.parametrize(
    ("options", "check_mode", "sends"),
    [
        ({"message": {}}, False, True),
        ({"message": {}}, True, False),
        ({"message": {}, "stop_after": "rcpt_to"}, False, False),
        ({"message": None}, False, False),
    ],
)
def test_a_message_is_sent_only_if_the_dialogue_does_not_stop_before_it(
    options: t.Any, check_mode: bool, sends: bool
) -> None:
    assert planned(check_mode=check_mode, **ENVELOPE, **options).sends_message is sends


def test_check_mode_has_no_expectations_for_the_stages_that_it_omits() -> None:
    expect = {"rcpt_to": ["250"], "data": ["354"], "message": ["250"], "quit": ["221"]}
    options = {"expect": expect, "message": {}, **ENVELOPE}
    assert list(planned(**options).expected_stages) == ["rcpt_to", "data", "message", "quit"]
    in_check_mode = planned(check_mode=True, **options)
    assert list(in_check_mode.expected_stages) == ["rcpt_to", "quit"]
