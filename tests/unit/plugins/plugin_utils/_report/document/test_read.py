# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read of a json report of an earlier run, whether a baseline or a shard."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.document.read import (
    format_problem,
    name_and_place,
    ranges_of,
)

NO_REPORT = "it is not a json report of mailops.smtp.smtp_report"


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"format": 1, "cells": []}, None),
        ({}, NO_REPORT),
        ({"format": 1}, NO_REPORT),
        ({"format": 1, "cells": {}}, NO_REPORT),
        ({"cells": []}, NO_REPORT),
        ({"format": 2, "cells": []}, "its format is 2, and this version reads format 1"),
        ({"format": "\x1b", "cells": []}, r"its format is \x1b, and this version reads format 1"),
    ],
)
def test_only_a_report_of_this_format_is_read(
    document: dict[str, t.Any], problem: str | None
) -> None:
    assert format_problem(document) == problem


def test_a_format_that_is_not_known_is_cut() -> None:
    assert len(format_problem({"format": "x" * 5_000, "cells": []}) or "") < 1_100


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("mx1:25", ("", "mx1:25")),
        ("mx1:25 (inbound)", ("inbound", "mx1:25")),
        ("mx1:25 (a (b))", ("a (b)", "mx1:25")),
        ("mx1:25 (cut", ("", "mx1:25 (cut")),
        ("", ("", "")),
    ],
)
def test_a_title_has_the_place_and_the_name(title: str, found: tuple[str, str]) -> None:
    assert name_and_place(title) == found


def test_only_pairs_of_numbers_are_ranges() -> None:
    ranges = {"connect": [0.1, 2], "ehlo": [1], "quit": [1, 2, 3], "tls": ["1", 2], "\x1b": [1, 2]}
    assert dict(ranges_of({"seconds_range": ranges})) == {"connect": (0.1, 2), r"\x1b": (1, 2)}
    assert dict(ranges_of({"seconds_range": "no"})) == {}
