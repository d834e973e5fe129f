# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A baseline is the json report of an earlier run, however it is laid out, and nothing else."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    BadBaseline,
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import as_json
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import (
    fleet,
    nasty,
    report,
)


def document(given: Report) -> t.Any:
    return json.loads("".join(as_json.render(given)))


def written(given: Report) -> list[str]:
    """Return the lines of the file."""
    return "".join(as_json.render(given)).splitlines(keepends=True)


@pytest.mark.parametrize(
    "baseline",
    [
        None,
        5,
        "a text",
        [],
        {},
        {"cells": []},
        {"format": 1},
        {"format": 1, "cells": {}},
        {"format": 2, "cells": []},
        {"format": "1", "cells": []},
    ],
)
def test_what_is_no_report_of_ours_is_refused(baseline: t.Any) -> None:
    with pytest.raises(BadBaseline, match=r"report of mailops|its format is"):
        read_baseline([json.dumps(baseline)])


@pytest.mark.parametrize("given", [fleet(), nasty(), report()])
def test_a_report_that_was_laid_out_anew_is_the_same(given: Report) -> None:
    as_it_was = read_baseline(written(given))
    assert len(as_it_was.cells) == len(given.cells)
    for indent in (None, 2, 4):
        again = json.dumps(document(given), indent=indent).splitlines(keepends=True)
        assert read_baseline(again) == as_it_was


def test_a_baseline_that_is_nested_too_deep_is_refused() -> None:
    with pytest.raises(BadBaseline, match="nested too deep"):
        read_baseline(["[" * 100_000 + "]" * 100_000])


def test_a_report_of_another_format_says_which() -> None:
    with pytest.raises(BadBaseline, match="its format is 2, and this version reads format 1"):
        read_baseline([json.dumps({"format": 2, "cells": []})])
