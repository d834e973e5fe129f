# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print how much of plugins/ the tests have run: a row for each file that is not run whole.

The settings, and the limit, are those of coverage in pyproject.toml. A file that no test has loaded
counts, too. The exit status is 2 where the total is below the limit.

Usage: python coverage_table.py FOLDER..., each with the data of a session, at the root.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

from coverage import Coverage
from coverage.exceptions import CoverageWarning

PLUGINS = Path("plugins")


def main(*folders: str) -> int:
    """Add up the data, print the table, and return 2 where it is below the limit."""
    warnings.simplefilter("ignore", CoverageWarning)  # a test killed a process at its last write
    measured = Coverage()
    measured.combine([folder for folder in folders if Path(folder).exists()], keep=True)
    files = [str(path.resolve()) for path in PLUGINS.rglob("*.py")]
    measured.get_data().touch_files(files)
    total = measured.report()
    limit = float(str(measured.get_option("report:fail_under")))
    if total >= limit:
        return 0
    print(f"The tests run {total:.2f} % of {PLUGINS}/, which must be {limit:g} % at least.")
    return 2


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
