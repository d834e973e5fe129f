# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The README shows some rows of the table, without ciphers. It runs last, by its name."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.tests.interop.table import Row

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 10), reason="the README shows what later Pythons negotiate"
)

PAGE = Path(__file__).resolve().parents[2] / "README.md"
NAME = "negotiated"
BLOCK = re.compile(f"<!-- output of {NAME}: .* -->\n```\n(.*?)```", re.DOTALL)


def shown() -> list[Row]:
    """Return the rows that the README shows."""
    (block,) = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    return [Row(*re.split(" {2,}", line)) for line in block.splitlines()]


@pytest.mark.parametrize("row", shown(), ids=lambda row: f"{row.server}: {row.feature}")
def test_the_readme_shows_a_row_as_it_is(row: Row, rows: dict[str, Row]) -> None:
    product = row.server.split()[0]
    of_product = [one for one in rows.values() if one.server.split()[0] == product]
    if not of_product:
        pytest.skip(f"nothing was negotiated with {product}")
    found = [one.negotiated for one in of_product if one.feature == row.feature]
    assert row.negotiated in [re.sub(r"(TLSv[\d.]+) [\w-]+", r"\1", one) for one in found]
    assert row.outcome == "passed"
