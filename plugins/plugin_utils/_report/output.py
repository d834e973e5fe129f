# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show a report, write its files, and return the result of the task."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import itertools
import typing as t
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ansible.utils.display import Display

from .._advice.own_rows import NO_ROWS, OwnRows
from . import files
from .compare.baseline import Baseline
from .diagnosis.attach import by_cell
from .diagnosis.logs_to_read import logs_to_read
from .diagnosis.read import Answer
from .diagnosis.whom_to_ask import whom_to_ask
from .document.causes import MAX_CAUSES, causes_result
from .document.shards import shards_result
from .input.collect import Host, matrix_of, planned_servers
from .isolation import without_unreadable
from .model.plan import Plan, Slice
from .origin import made_by, now, versions
from .renderers import terminal, transcripts
from .renderers.formats import PUBLIC, RENDERERS, TRANSCRIPTS, file_of
from .renderers.overview import shorten
from .renderers.verdicts import verdict_on_all, verdicts
from .report import Report
from .screen import show
from .side_process import SideProcess, has_another_core
from .untrusted import one_line

if t.TYPE_CHECKING:
    from .shards.merge import Merged

display = Display()

# Limit on the changes in the result, which Ansible registers for every host. Files have them all.
MAX_CHANGES = 100

# Limit on the reasons why files are not written.
MAX_NOT_WRITTEN = 5


# With at least this number of cells, two processes write the files.
LARGE = 200_000

# How long a format takes for many cells, as a part of what all take. Pages are bounded.
_COSTS = {"transcripts": 100, "prometheus": 34, "csv": 28, "junit": 20, "json": 12}


class _Written(t.NamedTuple):
    """Whether the file of a format is written, and what is not."""

    done: bool
    problems: list[str]


class Output:
    """A report, and what is made of it: the matrix on the screen, files, and the result.

    The results of a host may turn out to be unreadable at any step. From then on the report is
    without them.
    """

    def __init__(
        self, hosts: Sequence[tuple[str, Host]] = (), slice_of_run: Slice | None = None
    ) -> None:
        found = [host for _name, host in hosts]
        matrix = matrix_of(found)
        groups = {host.name: host.groups for _name, host in hosts}
        inside = tuple(host.name for host in found if host.in_container)
        plan = Plan(planned_servers(found, matrix), slice_of_run, versions(), inside)
        self.report = dataclasses.replace(Report.of(matrix, now(), made_by(), groups), plan=plan)
        self._inventory_name = {host.name: name for name, host in hosts}
        self.not_written: list[str] = []
        self._files: list[str] = []
        self._shown: Report | None = None
        self._lines: list[terminal.Line] = []
        self._only_diagnoses = False
        self._merged_by = ""

    @classmethod
    def of_shards(cls, merged: Merged, host: str, own_rows: OwnRows = NO_ROWS) -> Output:
        """Return the output of a report that was merged by a host of the play.

        The hosts of the report are not those of the play, so the task can ask none of them, and
        cannot fail them. So the host that merges has the one verdict, on all of it.
        """
        output = cls()
        output._merged_by = host
        output.report = dataclasses.replace(
            Report.of(merged.matrix, now(), made_by(), merged.groups),
            diagnoses=merged.diagnoses,
            own_rows=own_rows,
            plan=dataclasses.replace(merged.plan, versions=versions()),
            shards=merged.shards,
        )
        return output

    def add(self, answers: Sequence[Answer], own_rows: OwnRows = NO_ROWS) -> None:
        """Add what hosts have found out, and a user's own advice. Do so before anything else."""
        names = {name: host for host, name in self._inventory_name.items()}
        found = by_cell(self.report, answers, names)
        self.report = dataclasses.replace(self.report, diagnoses=found, own_rows=own_rows)

    def compare(self, baseline: Baseline) -> None:
        """Compare the report with a baseline."""
        _readable, self.report = without_unreadable(
            self.report, lambda one: one.compared_with(baseline)
        )

    def show(self, *, only_diagnoses: bool = False) -> None:
        """Print the matrix, on the screen in colours and in the log of Ansible without.

        `only_diagnoses` is whether the matrix is on the screen already.
        """
        self.report, (matrix, found) = without_unreadable(self.report, _rendered)
        self._lines = [*matrix, *([[], *found] if found else [])]
        self._shown = self.report
        self._only_diagnoses = only_diagnoses
        lines = found if only_diagnoses else self._lines
        show(lines)

    def write(self, path: Path, formats: list[str], *, check_mode: bool) -> None:
        """Write the files, and note why some cannot be written."""
        if check_mode:
            self._files = [str(path / file_of(one)) for one in formats]
            return
        with self._noting_failure("dest"), files.opened(path) as folder:
            wanted = list(dict.fromkeys(formats))
            if not self._is_large or not has_another_core():
                self._note(path, self._write_each(folder, wanted))
                return
            here, aside = _divided(wanted)
            with SideProcess(lambda: (self._write_each(folder, aside), folder.drafts)) as side:
                written = self._write_each(folder, here)
                others, drafts = side.result()
            folder.adopt(drafts)
            both = {**written, **others}
            self._note(path, {one: both[one] for one in wanted})

    @property
    def _is_large(self) -> bool:
        """Whether there are enough cells for another process to save time."""
        return len(self.report.cells) >= LARGE

    def _write_each(self, folder: files.Folder, formats: Sequence[str]) -> dict[str, _Written]:
        """Write the files of some formats. Return what became of each."""
        found: dict[str, _Written] = {}
        for one in formats:
            before, self.not_written = self.not_written, []
            done = False
            with self._noting_failure(one):
                if one == TRANSCRIPTS:
                    self._write_transcripts(folder)
                else:
                    self._write_file(folder, one)
                done = True
            found[one], self.not_written = _Written(done, self.not_written), before
        return found

    def _note(self, path: Path, written: Mapping[str, _Written]) -> None:
        """Note which files are written, and why others are not."""
        for one, (done, problems) in written.items():
            self.not_written += problems
            if done:
                self._files.append(str(path / file_of(one)))

    def result(self, fail_on: str, logs: Mapping[str, str] | None = None) -> dict[str, t.Any]:
        """Return the result of the task. Ansible registers it for every host.

        `logs` are the hosts with the logs of servers, by the names of the servers.
        """
        self.report, (found, causes) = without_unreadable(
            self.report, lambda one: (self._verdicts(one, fail_on), causes_result(one.causes))
        )
        if self._shown is not None and self._shown is not self.report:
            # The report that was shown had results that cannot be read.
            self.show(only_diagnoses=self._only_diagnoses)
        counts, shards = self.report.counts, self.report.shards
        return {
            "changed": bool(self._files) or self._has_changes,
            "summary": counts,
            "causes": causes,
            "unexplained": len(self.report.causes.unexplained),
            "diagnose": self._questions(),
            "read_logs": self._log_questions(logs or {}),
            "verdicts": found,
            "matrix": [terminal.plain_text(line).rstrip() for line in self._lines],
            "files": self._files,
            "not_written": _join_reasons(self.not_written),
            "comparison": self._comparison_result(),
            **({"shards": shards_result(shards)} if shards is not None else {}),
            "msg": f"{counts['passed']} of {counts['total']} passed",
        }

    def _verdicts(self, report: Report, fail_on: str) -> dict[str, dict[str, t.Any]]:
        """Return the verdict on each host, which it finds by its name in the inventory."""
        if report.shards is not None:
            verdict = verdict_on_all(report, fail_on)
            return {self._merged_by: dataclasses.asdict(verdict)} if verdict else {}
        return {
            self._inventory_name[host]: dataclasses.asdict(verdict)
            for host, verdict in verdicts(report, fail_on).items()
        }

    def _questions(self) -> list[dict[str, t.Any]]:
        """Return which hosts may find out more, with their names in the inventory."""
        if self.report.shards is not None:
            return []
        hosts = whom_to_ask(self.report, self.report.causes, self.report.diagnoses)
        return [
            {
                "host": self._inventory_name[host],
                "targets": [question._asdict() for question in questions],
                "causes": [question.cause for question in questions],
            }
            for host, questions in hosts.items()
        ]

    def _log_questions(self, logs: Mapping[str, str]) -> list[dict[str, t.Any]]:
        """Return which logs may say more, and of which dialogues."""
        names = self._inventory_name
        found = logs_to_read(self.report, self.report.causes, logs)
        return [
            {
                "host": log,
                "targets": [{**one._asdict(), "host": names[one.host]} for one in questions],
                "causes": [one.cause for one in questions],
            }
            for log, questions in found.items()
        ]

    @property
    def _has_changes(self) -> bool:
        """Whether anything changed. Ansible shows a diff only for a changed task."""
        comparison = self.report.comparison
        return comparison is not None and comparison.has_changes

    def _comparison_result(self) -> dict[str, t.Any] | None:
        comparison = self.report.comparison
        if comparison is None:
            return None
        first = comparison.changes[:MAX_CHANGES]
        return {
            "since": comparison.since,
            "counts": comparison.counts,
            "changes": [dataclasses.asdict(change) for change in first],
            "causes_new": _first_sentences(comparison.causes_new),
            "causes_gone": _first_sentences(comparison.causes_gone),
        }

    def _write_file(self, folder: files.Folder, name: str) -> None:
        file, render = RENDERERS[name]
        mode = files.PUBLIC_MODE if name in PUBLIC else files.FILE_MODE
        self.report, _none = without_unreadable(
            self.report,
            lambda one: folder.write(file, render(one), mode),
            lambda one: _exhaust(render(one)),
        )

    def _write_transcripts(self, folder: files.Folder) -> None:
        """Write a folder of files for each host, even if that of another host fails."""
        with folder.inner(TRANSCRIPTS) as outer:
            self.report, problems = without_unreadable(
                self.report,
                lambda one: list(_write_folders(outer, one)),
                lambda one: _exhaust(transcripts.render(one)),
            )
        self.not_written += [f"dest: {problem}" for problem in problems]

    @contextlib.contextmanager
    def _noting_failure(self, what: str) -> Iterator[None]:
        """Note why something is not written, and go on."""
        try:
            yield
        except files.NotWritten as error:
            self.not_written.append(f"dest: {error}")
        except Exception as error:  # noqa: BLE001 - a bug must not cost a verdict
            problem = one_line(f"{type(error).__name__}: {error}")
            self.not_written.append(f"{what}: cannot be made: {problem}")


def _divided(formats: Sequence[str]) -> tuple[list[str], list[str]]:
    """Divide formats into two parts that take about as long, each in the order of the formats."""
    first: list[str] = []
    left = 0
    for one in sorted(formats, key=lambda one: -_COSTS.get(one, 1)):
        if left <= 0:
            first.append(one)
            left += _COSTS.get(one, 1)
        else:
            left -= _COSTS.get(one, 1)
    return [one for one in formats if one in first], [one for one in formats if one not in first]


def _rendered(report: Report) -> tuple[list[terminal.Line], list[terminal.Line]]:
    """Return the lines of the matrix, and those of the diagnoses."""
    matrix = list(terminal.render(report, display.columns))
    return matrix, list(terminal.render_diagnoses(report))


def _first_sentences(sentences: Sequence[str] | None) -> list[str] | None:
    """Return the sentences of some causes, or None if they are unknown."""
    if sentences is None:
        return None
    return [shorten(sentence) for sentence in sentences[:MAX_CAUSES]]


def _write_folders(outer: files.Folder, report: Report) -> Iterator[str]:
    """Write the transcripts of each host. Yield why the folder of a host cannot be written."""
    rendered = transcripts.render(report)
    for name, its_files in itertools.groupby(rendered, lambda one: one[0].partition("/")[0]):
        try:
            with outer.inner(name) as folder:
                for path, text in its_files:
                    folder.write(path.partition("/")[2], [text])
        except files.NotWritten as error:
            yield str(error)


def _exhaust(pieces: Iterator[t.Any]) -> None:
    """Make all pieces, and discard them."""
    collections.deque(pieces, maxlen=0)


def _join_reasons(reasons: Sequence[str]) -> str:
    """Return reasons as one text, which is empty if there are none."""
    more = len(reasons) - MAX_NOT_WRITTEN
    return "; ".join([*reasons[:MAX_NOT_WRITTEN], *([f"and {more:,} more"] if more > 0 else [])])
