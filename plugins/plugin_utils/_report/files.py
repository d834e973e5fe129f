# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write files so that nobody ever reads half of one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

FOLDER_MODE = 0o750
FILE_MODE = 0o640
PUBLIC_MODE = 0o644


def write(path: Path, pieces: Iterable[str], mode: int = FILE_MODE) -> None:
    """Write a file beside where it is to be, and rename it. Folders that are missing are made.

    Raises OSError.
    """
    _make_folder(path.parent)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
    try:
        with open(handle, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            file.writelines(pieces)
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def check_folder(folder: Path) -> None:
    """Make a folder, and see whether a file can be written there. Raises OSError."""
    _make_folder(folder)
    with tempfile.TemporaryFile(dir=folder):
        pass


def _make_folder(folder: Path) -> None:
    """Make a folder, and those that it is in: the mode of Path.mkdir is that of the last alone."""
    if not folder.exists():
        _make_folder(folder.parent)
        folder.mkdir(FOLDER_MODE, exist_ok=True)
