# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the markers that a merge leaves around a conflict, in any file.

Usage: python conflict_markers.py NAMES, which is a file with the name of a file on each line.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

# Those of git, also with diff3. Seven "=" are the underline of a heading in Markdown, too: they
# count here, since somebody may have removed all of a conflict but that line.
MARKER = re.compile(r"^(?:<{7} |>{7} |\|{7} |<{7}$|>{7}$|\|{7}$|={7}$)")


def markers(path: Path) -> list[str]:
    """Return each marker in a file as "path:line: text"; nothing for what is no text."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []
    return [f"{path}:{i}: {line}" for i, line in enumerate(lines, 1) if MARKER.match(line)]


def main(names: Path) -> int:
    """Print the markers of all files; return 1 where there are some."""
    files = [Path(name) for name in names.read_text(encoding="utf-8").splitlines()]
    found = [marker for path in files if path.is_file() for marker in markers(path)]
    for marker in found:
        print(f"{marker}: left over from a merge")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
