# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options in, a checked request out."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.options import (
    normal_address,
    request_from,
)
from ansible_collections.mailops.smtp.tests.unit.log_lines import NOW

OPTIONS = {
    "client": ["192.0.2.7"],
    "client_port": None,
    "since": None,
    "until": None,
    "slack": 5.0,
    "queue_id": None,
    "reply": None,
    "sender": None,
    "recipients": None,
    "server": "auto",
    "path": None,
    "lines": 50,
}


def test_the_default_are_the_last_five_minutes_of_all_servers() -> None:
    request = request_from(OPTIONS, NOW)
    assert (request.since, request.until) == (NOW - 300, NOW)
    assert (request.server, request.paths, request.recipients) == (None, (), ())


def test_an_address_counts_in_each_of_its_forms() -> None:
    clients = ["2001:DB8:0:0::1", "2001:db8::1%eth0", "::ffff:192.0.2.7", "192.0.2.7"]
    request = request_from({**OPTIONS, "client": clients}, NOW)
    assert request.clients == ("2001:db8::1", "192.0.2.7")


@pytest.mark.parametrize("text", ["mx", "192.0.2", "", "::g"])
def test_what_is_no_address_is_none(text) -> None:
    with pytest.raises(ValueError, match="not an IP address"):
        normal_address(text)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("554 5.7.1 <c@example.net>: Relay access denied", "<c@example.net>: Relay access denied"),
        ("5.7.1  no\nmail", "no mail"),
        ("no mail", "no mail"),
        (r"554 5.7.1\tno\tmail", r"no\tmail"),
        ("550 ", None),
    ],
)
def test_a_reply_is_compared_without_its_codes(given, text) -> None:
    assert request_from({**OPTIONS, "reply": given}, NOW).reply == text


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"client": []}, "client is empty"),
        ({"client": ["mx\x1b[2J"]}, r"client must be an IP address, not mx\\x1b"),
        ({"client": ["192.0.2.7"] * 17}, "client must be at most 16, not 17"),
        ({"client_port": 0}, "client_port must be between 1 and 65535, not 0"),
        ({"since": "yesterday"}, "since must be seconds since 1970"),
        ({"since": "2", "until": "1"}, "since must not be later than until"),
        ({"since": "1", "until": "100000"}, "since must be at most a day before until"),
        ({"slack": 601.0}, "slack must be between 0 and 600, not 601"),
        ({"slack": float("nan")}, "slack must be between 0 and 600"),
        ({"lines": 10**400}, "lines must be between 1 and 1000, not 1000"),
        ({"since": "2026-02-30T00:00:00Z"}, "since must be seconds since 1970, or a time such"),
        ({"lines": 1001}, "lines must be between 1 and 1000"),
        ({"path": ["mail.log"]}, "path must be an absolute path"),
        ({"path": ["/a\0b"]}, "path must be an absolute path"),
        ({"sender": "a" * 321}, "sender must have at most 320 characters"),
        ({"recipients": ["a"] * 101}, "recipients must be at most 100"),
    ],
)
def test_a_wrong_option_is_named(wrong, message) -> None:
    with pytest.raises(BadOption, match=message):
        request_from({**OPTIONS, **wrong}, NOW)
