# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dates that servers say are read, and a certificate has its times."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.clock import (
    Validity,
    date_in,
    seconds_of,
    shown,
)


@pytest.mark.parametrize(
    "text",
    [
        "mx.example.org ESMTP Exim 4.96 Sat, 28 Nov 2026 17:00:00 +0100",
        "mx.example.org ESMTP Sendmail 8.17.1/8.17.1; Sat, 28 Nov 2026 16:00:00 GMT",
        "mx.example.org Microsoft ESMTP MAIL Service ready at Sat, 28 Nov 2026 11:00:00 -0500",
        "mx.example.org ready, 28 Nov 2026 16:00 +0000",
    ],
)
def test_a_greeting_has_a_date(text: str) -> None:
    found = date_in(text)
    assert found is not None
    assert shown(found) == "2026-11-28T16:00:00Z"


@pytest.mark.parametrize(
    "text",
    [
        "mx.example.org ESMTP Postfix",
        "Sat, 28 Foo 2026 17:00:00 +0100",
        "Sat, 99 Nov 2026 17:00:00 +0100",
        "Sat, 28 Nov 2026 27:00:00 +0100",
        "Sat, 28 Nov 2026 17:00:00",
        "x" * 500 + "Sat, 28 Nov 2026 17:00:00 +0100",
    ],
)
def test_a_greeting_may_have_none(text: str) -> None:
    assert date_in(text) is None


def test_a_time_of_a_certificate_is_read() -> None:
    assert seconds_of("1970-01-01T00:01:00Z") == 60.0
    assert seconds_of("soon") is None


@pytest.mark.parametrize(
    ("now", "state"), [(99, "not yet valid"), (100, "valid"), (200, "valid"), (201, "expired")]
)
def test_a_certificate_is_valid_between_its_times(now: float, state: str) -> None:
    assert Validity(100, 200).at(now) == state
