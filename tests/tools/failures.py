# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Name the sessions of a full run that failed, and their tests, in lines that end the log.

Sessions write into one log, and often only its end is kept: without these lines nobody knows there
what has failed.

Usage: python failures.py FOLDER, which has report.json, nox's report of the run, and a folder for
each session that writes JUnit files.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

TESTS = 10  # of a session, at most
WIDTH = 300  # characters of a reason


def failed_sessions(report: Path) -> list[str]:
    """Return the names of the sessions that failed; none where nox was ended before its report."""
    if not report.exists():
        return []
    sessions = json.loads(report.read_text(encoding="utf-8"))["sessions"]
    failed = [one for one in sessions if one["result"] not in ("success", "skipped")]
    return [(one["signatures"] or [one["name"]])[0] for one in failed]


def failed_tests(junit: Path) -> list[str]:
    """Return a line for each test that failed, from a JUnit file: its name, and the reason."""
    found = []
    for case in ET.parse(junit).iter("testcase"):  # noqa: S314  # our own tests wrote it
        for reason in (*case.iter("failure"), *case.iter("error")):
            said = " ".join(f"{reason.get('message', '')} {reason.text or ''}".split())
            found.append(f"{case.get('classname')}::{case.get('name')}: {said[:WIDTH]}")
    return found


def failures(folder: Path) -> list[str]:
    """Return the lines that name what failed; none where nothing did."""
    found = []
    for session in failed_sessions(folder / "report.json"):
        files = sorted(folder.glob(f"{session}/*.xml"))
        tests = [test for file in files for test in failed_tests(file)]
        more = len(tests) - TESTS
        found.append(f"Session {session} failed{':' if tests else '. Its own lines say why'}")
        found += [f"  {test}" for test in tests[:TESTS]]
        found += [f"  and {more} more"] if more > 0 else []
    return found


if __name__ == "__main__":
    print(*failures(Path(sys.argv[1])), sep="\n")
