# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin smtp_report: make a report of what hosts have registered.

It runs on the controller, once for a play. Its documentation is in plugins/modules/smtp_report.py.
"""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import datetime
import itertools
import typing as t
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml
from ansible import constants
from ansible.playbook.role_include import IncludeRole
from ansible.playbook.task import Task
from ansible.playbook.task_include import TaskInclude
from ansible.plugins.action import ActionBase
from ansible.release import __version__ as ansible_version
from ansible.utils.color import stringc
from ansible.utils.display import Display
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.plugin_utils._report import files
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    BadBaseline,
    Baseline,
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.compare import (
    Comparison,
    compare,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import (
    Host,
    matrix_of,
    unreadable_reason,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.play import Play
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.receipts import Receipts
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.isolation import (
    without_unreadable,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.naming import unique_name
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.options.checks import (
    SPEC,
    check_hosts,
    check_names,
    check_variables,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import (
    terminal,
    transcripts,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.formats import (
    PUBLIC,
    RENDERERS,
    TRANSCRIPTS,
    file_of,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.verdicts import (
    FAIL_ON_BROKEN,
    FAIL_ON_NEW,
    verdicts,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.untrusted import (
    mapping,
    one_line,
    sequence,
)

display = Display()

# With these strategies, all hosts finish a task before any host begins the next one.
LINEAR = ("linear", "ansible.builtin.linear", "debug", "ansible.builtin.debug")

# The output of these callbacks is for programs, so the matrix is printed to stderr.
FOR_PROGRAMS = ("json", "jsonl")

# Limit on the changes in the result, which Ansible registers for every host. Files have them all.
MAX_CHANGES = 100

# Limit on the reasons why files are not written.
MAX_NOT_WRITTEN = 5

_CLEAR_FACTS = (
    "Clear the facts of this host with meta: clear_facts. If a task with set_fact made them, remove"
    " cacheable from it"
)


class ActionModule(ActionBase):
    """Report on what the hosts of a play have registered."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Check the options, show the matrix, write the files, and return the result."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        use = _use(self._task)
        play = Play(task_vars or {})
        try:
            check_names(self._task.args)
            check_variables(self._task.args, play, use)
            _spec, options = self.validate_argument_spec(argument_spec=SPEC)
            return {**result, **self._report(options, play, use), "use": use}
        except BadOption as error:
            return {**result, "failed": True, "msg": str(error)}

    def _report(self, options: dict[str, t.Any], play: Play, use: str) -> dict[str, t.Any]:
        if options["formats"] and not options["dest"]:
            raise BadOption("formats", "needs dest, the folder for the files")
        if options["fail_on"] == FAIL_ON_NEW and not options["baseline"]:
            raise BadOption("fail_on", "new needs baseline, the json report of an earlier run")
        wanted = play.hosts if options["hosts"] is None else options["hosts"]
        if not wanted:
            return self._check_without_hosts(options, play)
        check_hosts(wanted, play)
        if play.shadowing:
            # The options come from the variables of the first host, its facts included, so they are
            # not trusted.
            options = {**options, "formats": [], "baseline": None, "fail_on": FAIL_ON_BROKEN}
        output = Output(list(_hosts(wanted, options, play, use)))
        if options["baseline"]:
            output.compare(_read_baseline(options["baseline"]))
        output.show()
        if options["formats"]:
            output.write(options["dest"], options["formats"], check_mode=self._task.check_mode)
        if play.shadowing:
            output.not_written.append(f"{play.first_shadowing}, so no file is written")
        result = output.result(options["fail_on"])
        if result["not_written"]:
            display.warning(f"smtp_report: {result['not_written']}")
        comparison = output.report.comparison
        if comparison is not None and self._task.diff:
            result["diff"] = _diff(comparison, options["baseline"])
        return result

    def _check_without_hosts(self, options: dict[str, t.Any], play: Play) -> dict[str, t.Any]:
        """Check before the first probe whether a report could be made. Raise BadOption."""
        if play.shadowing:
            raise BadOption("", f"{play.first_shadowing}. {_CLEAR_FACTS}")
        strategy = _strategy(self._task)
        if options["receipts"] and strategy not in LINEAR:
            problem = (
                f"needs the strategy linear; with {strategy}, hosts do not wait for each other"
            )
            raise BadOption("receipts", problem)
        if options["baseline"]:
            _read_baseline(options["baseline"])
        if options["formats"] and not self._task.check_mode:
            _check_folder(_folder(options["dest"]), options["formats"])
        return Output([]).result(options["fail_on"])


class Output:
    """A report, and what is made of it: the matrix on the screen, files, and the result.

    The results of a host may turn out to be unreadable at any step. From then on the report is
    without them.
    """

    def __init__(self, hosts: Sequence[tuple[str, Host]]) -> None:
        self.report = Report.of(matrix_of([host for _name, host in hosts]), _now(), _made_by())
        self._inventory_name = {host.name: name for name, host in hosts}
        self.not_written: list[str] = []
        self._files: list[str] = []
        self._shown: Report | None = None
        self._lines: list[terminal.Line] = []

    def compare(self, baseline: Baseline) -> None:
        """Compare the report with a baseline."""
        readable, comparison = without_unreadable(self.report, lambda one: compare(baseline, one))
        self.report = dataclasses.replace(readable, comparison=comparison)

    def show(self) -> None:
        """Print the matrix, on the screen in colours and in the log of Ansible without."""
        self.report, self._lines = without_unreadable(
            self.report, lambda one: list(terminal.render(one, display.columns))
        )
        self._shown = self.report
        to_stderr = constants.DEFAULT_STDOUT_CALLBACK.rpartition(".")[2] in FOR_PROGRAMS
        colored = "\n".join("".join(map(_colored, line)) for line in self._lines)
        display.display(f"{colored}\n", screen_only=True, stderr=to_stderr)
        display.display("\n".join(map(terminal.plain_text, self._lines)), log_only=True)

    def write(self, dest: str, formats: list[str], *, check_mode: bool) -> None:
        """Write the files, and note why some cannot be written."""
        path = _folder(dest)
        if check_mode:
            self._files = [str(path / file_of(one)) for one in formats]
            return
        with self._noting_failure("dest"), files.opened(path) as folder:
            for one in dict.fromkeys(formats):
                with self._noting_failure(one):
                    if one == TRANSCRIPTS:
                        self._write_transcripts(folder)
                    else:
                        self._write_file(folder, one)
                    self._files.append(str(path / file_of(one)))

    def result(self, fail_on: str) -> dict[str, t.Any]:
        """Return the result of the task. Ansible registers it for every host."""
        self.report, found = without_unreadable(self.report, lambda one: verdicts(one, fail_on))
        if self._shown is not None and self._shown is not self.report:
            self.show()  # the report that was shown had results that cannot be read
        counts = self.report.counts
        return {
            "changed": bool(self._files) or self._has_changes,
            "summary": counts,
            # A host finds its own verdict by its name in the inventory.
            "verdicts": {
                self._inventory_name[host]: dataclasses.asdict(verdict)
                for host, verdict in found.items()
            },
            "matrix": [terminal.plain_text(line).rstrip() for line in self._lines],
            "files": self._files,
            "not_written": _join_reasons(self.not_written),
            "comparison": self._comparison_result(),
            "msg": f"{counts['passed']} of {counts['total']} passed",
        }

    @property
    def _has_changes(self) -> bool:
        """Whether anything changed. Ansible shows a diff only for a changed task."""
        comparison = self.report.comparison
        return comparison is not None and bool(comparison.changes)

    def _comparison_result(self) -> dict[str, t.Any] | None:
        comparison = self.report.comparison
        if comparison is None:
            return None
        first = comparison.changes[:MAX_CHANGES]
        return {
            "since": comparison.since,
            "counts": comparison.counts,
            "changes": [dataclasses.asdict(change) for change in first],
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


def _folder(dest: str) -> Path:
    return Path(dest).absolute()


def _check_folder(path: Path, formats: list[str]) -> None:
    """Check whether the files can be written. Raise BadOption."""
    try:
        with files.opened(path) as folder:
            folder.check(
                [RENDERERS[one][0] for one in formats if one in RENDERERS],
                [one for one in formats if one == TRANSCRIPTS],
            )
    except files.NotWritten as error:
        raise BadOption("dest", error) from error


def _strategy(task: Task) -> str:
    """Return the strategy of the play of a task."""
    step = task
    while step is not None and getattr(step, "_play", None) is None:
        step = step._parent
    return str(step._play.strategy) if step is not None else LINEAR[0]


def _use(task: Task) -> str:
    """Return an id of this use of the role, which is the same for each batch of the play.

    An included role or file gets new ids for each batch. The task that includes it keeps its id.
    """
    use = str(task._role._uuid) if task._role else str(task._uuid)
    step = task
    while step is not None:
        if isinstance(step, IncludeRole) or (
            isinstance(step, TaskInclude) and not step.statically_loaded
        ):
            use = str(step._uuid)
        step = step._parent
    return use


def _hosts(
    wanted: list[str], options: dict[str, t.Any], play: Play, use: str
) -> Iterator[tuple[str, Host]]:
    """Yield each host with its name in the inventory."""
    # The hosts of a batch share one result of mail_receipt, which is read once.
    receipts_read: list[tuple[t.Any, Receipts]] = []
    titles: dict[str, int] = {}
    for name in wanted:
        host = Host(
            unique_name(one_line(name), titles, " #{}"), None, (), name not in play.remaining
        )
        try:
            host = _with_results(host, play[name], options, use, receipts_read)
        except Exception as error:  # noqa: BLE001 - only this host may suffer from its results
            host = host._replace(problem=unreadable_reason(error))
        if name in play.shadowing:
            host = host._replace(problem=f"the host {play.shadowing[name]}")
        yield name, host


def _with_results(
    host: Host,
    known: Mapping[str, t.Any],
    options: dict[str, t.Any],
    use: str,
    receipts_read: list[tuple[t.Any, Receipts]],
) -> Host:
    """Add what a host has registered. `receipts_read` are the results of mail_receipt so far."""
    # Variables of an earlier play, or of an earlier use of the role, do not count.
    if options["use"] and known.get(options["use"]) != use:
        known = {}
    receipt_result = known.get(options["receipts"]) if options["receipts"] else None
    if not receipts_read or receipts_read[-1][0] is not receipt_result:
        receipts_read.append((receipt_result, _receipts(receipt_result)))
    registered = mapping(known.get(options["variable"]))
    # The role registers the planned targets together with the results.
    planned = known.get(options["planned"]) if options["planned"] else registered.get("planned")
    return host._replace(
        registered=registered or None,
        planned=sequence(planned),
        receipts=receipts_read[-1][1],
    )


def _receipts(receipt_result: t.Any) -> Receipts:
    """Read the result of mail_receipt. If it cannot be read, no message is confirmed."""
    try:
        return Receipts(receipt_result)
    except Exception as error:  # noqa: BLE001 - a result may be anything
        problem = one_line(f"{type(error).__name__}: {error}")
        return Receipts({"msg": f"what was found in the mailbox cannot be read: {problem}"})


def _read_baseline(path: str) -> Baseline:
    """Read the baseline. Raise BadOption."""
    if Path(path).is_dir():
        report = Path(path, RENDERERS["json"][0])
        raise BadOption("baseline", f"{path} is a folder; name the json report in it, {report}")
    try:
        with open(path, encoding="utf-8") as file:
            return read_baseline(file)
    except OSError as error:
        raise BadOption("baseline", f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadOption("baseline", f"{path} is not JSON: {error}") from error
    except BadBaseline as error:
        raise BadOption("baseline", f"{path} cannot be used: {error}") from error


def _colored(piece: terminal.Piece) -> str:
    return stringc(piece.text, getattr(constants, piece.color)) if piece.color else piece.text


def _diff(comparison: Comparison, path: str) -> dict[str, str]:
    """Return the changes as a diff for Ansible to show."""
    named = [(f"{change.name} {change.what}", change) for change in comparison.changes]
    return {
        "before_header": f"{path} ({comparison.since})",
        "after_header": "now",
        "before": "".join(f"{name}: {one.before}\n" for name, one in named if one.before),
        "after": "".join(f"{name}: {one.after}\n" for name, one in named if one.after),
    }


def _now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _made_by() -> str:
    """Return the names and versions of the collection and of ansible-core.

    An installed collection has a manifest. A working copy has galaxy.yml.
    """
    root = Path(__file__).resolve().parents[2]
    for name in ("MANIFEST.json", "galaxy.yml"):
        if (root / name).exists():
            found = mapping(yaml.safe_load((root / name).read_text(encoding="utf-8")))
            version = mapping(found.get("collection_info", found)).get("version")
            return f"mailops.smtp {version}, ansible-core {ansible_version}"
    return f"mailops.smtp, ansible-core {ansible_version}"
