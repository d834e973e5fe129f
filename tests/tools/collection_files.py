# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the collection: those that git does not ignore, with or without a repository."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def collection_files() -> list[str]:
    """Return the name of each file."""
    with tempfile.TemporaryDirectory() as empty:
        subprocess.run(["git", "init", "--quiet", empty], check=True)
        git = ["git", f"--git-dir={empty}/.git", f"--work-tree={ROOT}"]
        listing = [*git, "ls-files", "-z", "--others", "--exclude-standard"]
        names = subprocess.run(listing, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return names.stdout.split("\0")[:-1]


def copy_collection(folder: Path) -> None:
    """Copy each file to a folder."""
    for name in collection_files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)
