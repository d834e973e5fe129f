# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show a report of audits, write its files, and return the result of the task."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ansible.utils.display import Display
from ansible_collections.mailops.smtp.plugins.module_utils._net.text import quantity

from ..._report import files
from ..._report.renderers.terminal import Line, plain_text
from ..._report.screen import show
from ..._report.untrusted import one_line
from . import terminal
from .as_json import finding_document
from .changes import BETTER, WORSE
from .formats import RENDERERS
from .verdicts import verdicts

if t.TYPE_CHECKING:
    from .model import AuditReport

display = Display()

# Limits on what the result has, which Ansible registers for every host. Files have all of it.
MAX_FINDINGS = 100
MAX_CHANGES = 100


class Output:
    """What is made of a report: lines on the screen, files, and the result."""

    def __init__(self, report: AuditReport) -> None:
        self.report = report
        self.not_written: list[str] = []
        self._files: list[str] = []
        self._lines: list[Line] = []

    def show(self) -> None:
        """Print the report."""
        self._lines = list(terminal.render(self.report, display.columns))
        show(self._lines)

    def write(self, path: Path, formats: Sequence[str], *, check_mode: bool) -> None:
        """Write the files, and note why some cannot be written."""
        wanted = {name: RENDERERS[name] for name in dict.fromkeys(formats)}
        if check_mode:
            self._files = [str(path / file) for file, _render in wanted.values()]
            return
        try:
            with files.opened(path) as folder:
                for name, (file, render) in wanted.items():
                    if self._write(folder, name, file, render(self.report)):
                        self._files.append(str(path / file))
        except files.NotWritten as error:
            self.not_written.append(f"dest: {error}")

    def _write(self, folder: files.Folder, name: str, file: str, pieces: Iterator[str]) -> bool:
        """Return whether a file was written. Raise NotWritten."""
        try:
            folder.write(file, pieces)
        except files.NotWritten:
            raise
        except Exception as error:  # noqa: BLE001 - a bug must not cost a verdict
            problem = one_line(f"{type(error).__name__}: {error}")
            self.not_written.append(f"{name}: cannot be made: {problem}")
            return False
        return True

    def result(self, names: Mapping[str, str], fail_on: str) -> dict[str, t.Any]:
        """Return the result of the task. `names` are the hosts' names in the inventory."""
        counts = self.report.counts
        return {
            "changed": bool(self._files),
            "summary": dict(counts),
            "findings": [finding_document(one) for one in self.report.findings[:MAX_FINDINGS]],
            "findings_total": len(self.report.findings),
            "vantages": [one._asdict() for one in self.report.statements[:MAX_FINDINGS]],
            "verdicts": {
                names[host]: dataclasses.asdict(verdict)
                for host, verdict in verdicts(self.report, fail_on).items()
            },
            "comparison": self._comparison(),
            "lines": [plain_text(line).rstrip() for line in self._lines],
            "files": self._files,
            "not_written": "; ".join(self.not_written),
            "msg": quantity(len(self.report.findings), "finding"),
        }

    def _comparison(self) -> dict[str, t.Any] | None:
        comparison = self.report.comparison
        if comparison is None:
            return None
        return {
            "since": comparison.since,
            **{
                what: [one._asdict() for one in comparison.of(what)[:MAX_CHANGES]]
                for what in (WORSE, BETTER)
            },
        }
