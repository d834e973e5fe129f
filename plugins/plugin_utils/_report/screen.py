# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print lines with colours on the screen, and without in the log of Ansible."""

from __future__ import annotations

from collections.abc import Sequence

from ansible import constants
from ansible.utils.color import stringc
from ansible.utils.display import Display

from .renderers.terminal import Line, Piece, plain_text

display = Display()

# The output of these callbacks is for programs, so the lines are printed to stderr.
FOR_PROGRAMS = ("json", "jsonl")


def show(lines: Sequence[Line]) -> None:
    """Print the lines."""
    to_stderr = constants.DEFAULT_STDOUT_CALLBACK.rpartition(".")[2] in FOR_PROGRAMS
    colored = "\n".join("".join(map(_colored, line)) for line in lines)
    display.display(f"{colored}\n", screen_only=True, stderr=to_stderr)
    display.display("\n".join(map(plain_text, lines)), log_only=True)


def _colored(piece: Piece) -> str:
    return stringc(piece.text, getattr(constants, piece.color)) if piece.color else piece.text
