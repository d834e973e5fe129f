# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Outputs that the documentation shows in full: docs/diagnoses has what a test has returned.

Run a test with WRITE_OUTPUTS=1 in the environment to write its output anew. Otherwise the output is
compared with the file, but for what differs from run to run: times, ports of this host, how often
the kernel has repeated a packet, and the name of a recipient that nobody knows.
"""

from __future__ import annotations

import json
import os
import re
import typing as t
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "diagnoses"

_VARYING = re.compile(
    r"\d+\.\d+(?= s\b|\])|(?<=port )[3-6]\d{4}\b|\d+(?= (?:segment|repeat))"
    r"|(?<=no-such-user-)[0-9a-f]{12}"
)


def check(name: str, result: t.Mapping[str, t.Any]) -> None:
    """Compare a result with the file of this name, or write it."""
    path = FOLDER / f"{name}.json"
    text = json.dumps({**result, "seconds": round(result["seconds"], 1)}, indent=2) + "\n"
    if os.environ.get("WRITE_OUTPUTS"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"run the test with WRITE_OUTPUTS=1 to write {path}"
    assert _constant(text) == _constant(path.read_text(encoding="utf-8"))


def _constant(text: str) -> str:
    """Return a text without what differs from run to run."""
    without_total = re.sub(r'"seconds": [\d.]+', '"seconds": #', text)
    return _VARYING.sub("#", without_total)
