# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A failure is read with care: it has been through a registered variable."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.module_utils._net.tcp_info import TcpInfo
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.failure_reader import (
    read_failure,
)

TCP_INFO = {"unacked": 3, "retransmits": 4, "rtt": 0.02, "mss": 1448, "path_mtu": 1500}
FAILURE = {
    "stage": "data",
    "kind": "timeout",
    "code": None,
    "enhanced_code": None,
    "text": "no answer within 30 s",
    "errno": "ETIMEDOUT",
    "seconds": 30,
    "round_trip": 0.02,
    "tcp_info": TCP_INFO,
    "advice": ["Check this."],
}


def test_a_failure_as_the_module_returns_it() -> None:
    failure = read_failure("failure", FAILURE)

    assert (failure.stage, failure.kind, failure.text) == ("data", "timeout", FAILURE["text"])
    assert (failure.errno, failure.seconds, failure.round_trip) == ("ETIMEDOUT", 30, 0.02)
    assert failure.tcp_info == TcpInfo(3, 4, 0.02, 1448, 1500)


def test_only_stage_and_kind_are_required() -> None:
    failure = read_failure("failure", {"stage": "connect", "kind": "timeout"})

    assert (failure.text, failure.code, failure.tcp_info) == ("", None, None)


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (None, "failure is required"),
        ({**FAILURE, "stage": "rctp_to"}, "failure.stage must be one of connect, proxy"),
        ({**FAILURE, "kind": None}, "failure.kind must be one of resolve"),
        ({**FAILURE, "code": "550"}, "failure.code must be a reply code"),
        ({**FAILURE, "code": 99}, "failure.code must be a reply code"),
        ({**FAILURE, "code": True}, "failure.code must be a reply code"),
        ({**FAILURE, "text": ["x"]}, "failure.text must be a text"),
        ({**FAILURE, "seconds": "30"}, "failure.seconds must be a number of seconds"),
        ({**FAILURE, "seconds": True}, "failure.seconds must be a number of seconds"),
        ({**FAILURE, "seconds": float("nan")}, "failure.seconds must be a number of seconds"),
        ({**FAILURE, "round_trip": 10**400}, "failure.round_trip must be a number of seconds"),
        ({**FAILURE, "tcp_info": []}, "failure.tcp_info must be a dictionary"),
        ({**FAILURE, "tcp_info": {**TCP_INFO, "mss": None}}, "failure.tcp_info.mss must be"),
    ],
)
def test_what_is_no_failure_is_refused(failure: t.Any, expected: str) -> None:
    with pytest.raises(BadOption) as refused:
        read_failure("failure", failure)
    assert str(refused.value).startswith(expected)


def test_a_round_trip_that_no_float_holds_is_left_out() -> None:
    failure = read_failure("failure", {**FAILURE, "tcp_info": {**TCP_INFO, "rtt": 10**400}})
    assert failure.tcp_info is not None
    assert failure.tcp_info.rtt is None


def test_a_long_text_is_cut() -> None:
    assert len(read_failure("failure", {**FAILURE, "text": "x" * 99999}).text) == 4096


def test_a_dialogue_that_has_passed_has_nothing_to_diagnose() -> None:
    with pytest.raises(BadOption, match=r"has passed has none .* use `when: dialogue is failed`"):
        read_failure("failure", None)
