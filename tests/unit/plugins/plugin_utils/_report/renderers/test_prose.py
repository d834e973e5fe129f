# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands and options in advice are code where a reader can show code, and text elsewhere."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import prose
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("told", "parts"),
    [
        ("Ask.", [("Ask.", False)]),
        ("Set `helo`, then `dig -x A`.",
         [("Set ", False), ("helo", True), (", then ", False), ("dig -x A", True), (".", False)]),
        ("`helo` first", [("helo", True), (" first", False)]),
        ("cut in `postcon...", [("cut in ", False), ("postcon...", True)]),
        ("``", []),
        ("", []),
    ],
)  # fmt: skip
def test_what_is_in_backticks_is_code(told: str, parts: list[tuple[str, bool]]) -> None:
    assert list(prose.spans(told)) == parts


@given(st.text("ab `\n"))
def test_no_character_but_a_backtick_is_lost(told: str) -> None:
    assert "".join(span.text for span in prose.spans(told)) == prose.without_backticks(told)
