# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moments in, moments out."""

from __future__ import annotations

import time
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.timestamps import (
    from_iso,
    from_local_date,
    from_mail_date,
    to_iso,
)
from ansible_collections.mailops.smtp.tests.unit import work
from hypothesis import given
from hypothesis import strategies as st

NOON = 1795521600.0


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-24T12:00:00Z", NOON),
        ("2026-11-24 12:00:00", NOON),
        ("2026-11-24T12:00:00.250Z", NOON + 0.25),
        ("2026-11-24T13:30:00+01:30", NOON),
        ("2026-11-24t04:00:00-0800", NOON),
    ],
)
def test_times_that_people_and_programs_write(text: str, moment: float) -> None:
    assert from_iso(text) == moment


@pytest.mark.parametrize("text", ["", "noon", "2026-11-24", "2026-13-24T12:00:00Z", "٢٠٢٦"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        from_iso(text)


def test_a_moment_is_written_in_utc() -> None:
    assert to_iso(NOON + 0.9) == "2026-11-24T12:00:00Z"
    assert to_iso(None) is None
    assert to_iso(1e15) is None


@pytest.mark.parametrize("function", [from_mail_date, from_local_date])
@pytest.mark.parametrize("unit", ["1 ", ":", "Jan ", "+", ",", "(", "0", "-", "24 Nov 2026 "])
def test_megabytes_take_no_time(function: t.Callable[[str], object], unit: str) -> None:
    work.assert_ends(function, unit * (1_000_000 // len(unit)), cpu_seconds=5)


@given(st.text(alphabet="0123456789 :+-,()JanTueZ", max_size=60))
def test_any_text_is_a_date_or_none(text: str) -> None:
    for function in (from_mail_date, from_local_date):
        moment = function(text)
        assert moment is None or to_iso(moment) is not None


def test_the_date_of_a_separator_line_is_local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Etc/GMT-2")
    time.tzset()
    try:
        assert from_local_date("Tue Nov 24 14:00:00 2026") == NOON
        assert from_local_date("yesterday") is None
    finally:
        monkeypatch.undo()
        time.tzset()
