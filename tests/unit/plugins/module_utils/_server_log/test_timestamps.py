# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times in options and in log lines."""

from __future__ import annotations

import time

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._server_log import timestamps
from ansible_collections.mailops.smtp.tests.unit.log_lines import NOW, at


@pytest.fixture
def _zone(monkeypatch):
    """Have the host in a zone that is 5 hours behind UTC."""
    monkeypatch.setenv("TZ", "EST5")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def _utc(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_utc")
@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1795884490", 1795884490.0),
        ("1795884490.25", 1795884490.25),
        ("2026-11-28T16:48:10Z", at(16, 48, 10)),
        ("2026-11-28 16:48:10", at(16, 48, 10)),
        ("2026-11-28T17:48:10.5+01:00", at(16, 48, 10.5)),
    ],
)
def test_a_time_of_an_option(text, seconds) -> None:
    assert timestamps.from_option(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        *("", "now", "nan", "-1", "inf", "1e300"),
        *("2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-24T25:00:00Z"),
        *("2026-11-24T12:60:00Z", "2026-11-24T12:00:00+24:00", "2026-11-24T12:00:00+00:60"),
    ],
)
def test_what_is_no_time_is_an_error(text) -> None:
    with pytest.raises(ValueError, match=r"^must be "):
        timestamps.from_option(text)


@pytest.mark.usefixtures("_utc")
@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("Nov 28 16:48:10 mx postfix/smtpd[1]: x", at(16, 48, 10)),
        ("Nov  8 16:48:10 mx", at(16, 48, 10) - 20 * 86400),
        ("Nov 28 16:48:10.5 mx", at(16, 48, 10.5)),
        ("2026-11-28T16:48:10.123456+00:00 mx", at(16, 48, 10.123456)),
        ("2026-11-28 16:48:10 H=x", at(16, 48, 10)),
        ("2026-11-28 17:48:10.250 +0100 H=x", at(16, 48, 10.25)),
        ("2026-11-28T16:48:10.235Z [NOTICE]", at(16, 48, 10.235)),
        # Written last year, since a log has no lines of the future.
        ("Dec 31 23:59:59 mx", at(0, 0) - 332 * 86400 + 86399),
    ],
)
def test_the_time_that_a_line_begins_with(line, seconds) -> None:
    found = timestamps.at_start(line, NOW)
    assert found is not None
    assert found[0] == pytest.approx(seconds, abs=0.001)
    assert line[found[1] : found[1] + 1] in (" ", "")


@pytest.mark.usefixtures("_zone")
def test_a_time_without_a_zone_is_in_that_of_the_host() -> None:
    found = timestamps.at_start("Nov 28 11:48:10 mx", NOW)
    assert found is not None
    assert found[0] == at(16, 48, 10)
    assert timestamps.from_option("2026-11-28 11:48:10") == at(16, 48, 10)


@pytest.mark.parametrize(
    "line", ["", "x", "Nov 99 16:48:10 mx", "Foo 28 16:48:10", "2026-99-28 16:48:10", "\x1b[2J" * 9]
)
def test_a_line_without_a_time_has_none(line) -> None:
    assert timestamps.at_start(line, NOW) is None
