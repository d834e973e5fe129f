# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said to people is not printed among the lines of another callback."""

from __future__ import annotations

import pytest
from ansible import constants
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.readers import prints_for_people


@pytest.mark.parametrize(
    ("callback", "expected"),
    [("default", True), ("ansible.builtin.default", True), ("json", False), ("awx_display", False)],
)
def test_only_the_default_callback_is_for_people(
    monkeypatch: pytest.MonkeyPatch, callback: str, expected: bool
) -> None:
    monkeypatch.setattr(constants, "DEFAULT_STDOUT_CALLBACK", callback)
    assert prints_for_people() is expected
