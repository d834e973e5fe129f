# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the list of files in docs/architecture.md with the files that there are.

The list is the first block of code below "## The house". A line that begins with a folder names it,
and the indented lines below it name its files. A folder whose files are listed must have each of
them listed, but for __init__.py.

Usage: python house_page.py, anywhere.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = Path("docs", "architecture.md")

_LIST = re.compile(r"^## The house\n.*?^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def listed(page: str) -> dict[str, set[str]]:
    """Return the folders of the list, each with the names of its files."""
    block = _LIST.search(page)
    if block is None:
        raise ValueError('there is no list of files below "## The house"')
    folders: dict[str, set[str]] = {}
    folder = ""
    for line in block.group(1).splitlines():
        names = re.split(r"\s{2,}", line.strip())[0]
        if not line.startswith(" "):
            folder = names.split()[0]
        else:
            files = [name for name in names.split(", ") if name.endswith(".py")]
            folders.setdefault(folder, set()).update(files)
    return {folder: files for folder, files in folders.items() if files}


def differences(root: Path) -> list[str]:
    """Return a sentence for each file that is missing in the list, or in its folder."""
    found = []
    for folder, files in listed((root / PAGE).read_text(encoding="utf-8")).items():
        there = {path.name for path in (root / folder).glob("*.py")} - {"__init__.py"}
        found += [f"{folder}{name} is not in {PAGE}" for name in sorted(there - files)]
        found += [f"{folder}{name} is in {PAGE} only" for name in sorted(files - there)]
    return found


def main() -> int:
    """Print the differences; return 1 where there are some."""
    found = differences(ROOT)
    for difference in found:
        print(difference)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
