# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines go to the screen of a person, and not into the output for a program."""

from __future__ import annotations

import pytest
from ansible import constants
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.terminal import Piece
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.screen import show

LINES = [[Piece("relay:25  "), Piece("550", "COLOR_ERROR")], [], [Piece("done")]]


@pytest.mark.parametrize(
    ("callback", "out", "err"),
    [("default", "relay:25  550\n\ndone\n", ""), ("json", "", "relay:25  550\n\ndone\n")],
)
def test_a_callback_for_programs_has_the_lines_on_stderr(
    callback: str,
    out: str,
    err: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(constants, "DEFAULT_STDOUT_CALLBACK", f"ansible.posix.{callback}")

    show(LINES)

    assert capsys.readouterr() == (out, err)
