# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands, with a limit on their time and their output."""

from __future__ import annotations

import time

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.commands import (
    Unreadable,
    output_of,
    path_of,
)


def soon() -> float:
    return time.monotonic() + 10


def test_what_a_command_prints() -> None:
    assert output_of(["printf", "%s", "a; echo b"], soon(), 100) == "a; echo b"


def test_a_command_has_no_input_and_the_language_of_programs() -> None:
    assert output_of(["cat"], soon(), 100) == ""
    assert output_of(["sh", "-c", "echo $LC_ALL"], soon(), 100) == "C\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["no-such-program-here"], "this host has no no-such-program-here"),
        (["sh", "-c", "echo a; echo permission denied >&2; exit 3"], "sh: permission denied"),
        (["sh", "-c", "exit 3"], "sh: ended with status 3"),
        (["sh", "-c", r"printf '\033[2J' >&2; exit 1"], r"sh: \\x1b\[2J"),
        (["yes"], "yes prints too much"),
    ],
)
def test_why_a_command_cannot_be_used(arguments, reason) -> None:
    with pytest.raises(Unreadable, match=reason):
        output_of(arguments, soon(), 1000)


def test_a_command_that_does_not_end_is_killed() -> None:
    began = time.monotonic()
    with pytest.raises(Unreadable, match="sleep took too long"):
        output_of(["sleep", "60"], began, 1000)
    assert time.monotonic() < began + 30


def test_programs_for_administrators_are_found_without_their_folder_in_the_path(
    monkeypatch,
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert path_of("sh").endswith("/sh")
