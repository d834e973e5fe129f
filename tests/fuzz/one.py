# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fuzz one target with atheris, which looks for inputs that reach code that none has reached.

A finding does not end the run: the first input of each kind of it is kept, with its traceback.

Usage: python one.py TARGET FINDINGS [what libFuzzer takes]
"""

from __future__ import annotations

import hashlib
import sys
import traceback
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ansible_collections.mailops.smtp.plugins"]):
    from ansible_collections.mailops.smtp.tests.fuzz.registry import REGISTRY


class Findings:
    """Keeps one input for each place where a target has failed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: set[str] = set()

    def add(self, data: bytes, error: Exception) -> None:
        """Keep an input, unless another one has failed in the same way."""
        frames = traceback.extract_tb(error.__traceback__)
        where = f"{Path(frames[-1].filename).name}-{frames[-1].lineno}"
        kind = f"{type(error).__name__}-{where}"
        if kind not in self._known:
            self._known.add(kind)
            digest = hashlib.sha256(data).hexdigest()[:8]
            (self._folder / f"{kind}-{digest}.input").write_bytes(data)
            told = "".join(traceback.format_exception(error))
            (self._folder / f"{kind}-{digest}.txt").write_text(told, encoding="utf-8")


def main(name: str, folder: Path, options: list[str]) -> None:
    """Fuzz a target; libFuzzer ends the process."""
    target = REGISTRY[name].target
    findings = Findings(folder)

    def test_one_input(data: bytes) -> None:
        try:
            target(data)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is a finding
            findings.add(data, error)

    atheris.Setup([sys.argv[0], *options], test_one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
