# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin smtp_report: what hosts have registered in, the matrix and files out.

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

# With these strategies, all hosts have done a task before any begins with the next.
LINEAR = ("linear", "ansible.builtin.linear", "debug", "ansible.builtin.debug")

# What these callbacks print is for programs: the matrix would be in the way, and goes to stderr.
FOR_PROGRAMS = ("json", "jsonl")

# Of many changes so many are returned, and so be registered for each host; all are in the files.
MAX_CHANGES = 100

# So many reasons are told why files are not written.
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
        """Make the report: show the matrix, then write the files."""
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
            # The options are made from the variables of the first host, facts included. What they
            # choose is not done.
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
        """See whether all that is asked for can be done once there are hosts. Raises BadOption."""
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
    """A report, and what has been made of it.

    What a host has returned may turn out to be unreadable at any time. It costs the results of that
    host alone, in all that is made from then on.
    """

    def __init__(self, hosts: Sequence[tuple[str, Host]]) -> None:
        self.report = Report.of(matrix_of([host for _name, host in hosts]), _now(), _made_by())
        self._inventory_name = {host.name: name for name, host in hosts}
        self.not_written: list[str] = []
        self._files: list[str] = []
        self._shown: Report | None = None
        self._lines: list[terminal.Line] = []

    def compare(self, baseline: Baseline) -> None:
        """Hold it against an earlier one."""
        readable, comparison = without_unreadable(self.report, lambda one: compare(baseline, one))
        self.report = dataclasses.replace(readable, comparison=comparison)

    def show(self) -> None:
        """Print the matrix: on the screen in Ansible's colours, and plain in its log."""
        self.report, self._lines = without_unreadable(
            self.report, lambda one: list(terminal.render(one, display.columns))
        )
        self._shown = self.report
        to_stderr = constants.DEFAULT_STDOUT_CALLBACK.rpartition(".")[2] in FOR_PROGRAMS
        colored = "\n".join("".join(map(_colored, line)) for line in self._lines)
        display.display(f"{colored}\n", screen_only=True, stderr=to_stderr)
        display.display("\n".join(map(terminal.plain_text, self._lines)), log_only=True)

    def write(self, dest: str, formats: list[str], *, check_mode: bool) -> None:
        """Write the files, each that can be written, and note why the others cannot."""
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
        """Return the result, with what the next tasks need. It is registered for every host."""
        self.report, found = without_unreadable(self.report, lambda one: verdicts(one, fail_on))
        if self._shown is not None and self._shown is not self.report:
            self.show()  # it has turned out to be otherwise
        counts = self.report.counts
        return {
            "changed": bool(self._files) or self._has_changes,
            "summary": counts,
            # By the names that the inventory has: with those, a host looks for its own.
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
        """Whether something is otherwise: Ansible shows a difference only where it is told so."""
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
        """Write a folder of files for each host; one that cannot be written stops no other."""
        with folder.inner(TRANSCRIPTS) as outer:
            self.report, problems = without_unreadable(
                self.report,
                lambda one: list(_write_folders(outer, one)),
                lambda one: _exhaust(transcripts.render(one)),
            )
        self.not_written += [f"dest: {problem}" for problem in problems]

    @contextlib.contextmanager
    def _noting_failure(self, what: str) -> Iterator[None]:
        """Note why something is not written."""
        try:
            yield
        except files.NotWritten as error:
            self.not_written.append(f"dest: {error}")
        except Exception as error:  # noqa: BLE001 - a fault of ours costs no verdict
            problem = one_line(f"{type(error).__name__}: {error}")
            self.not_written.append(f"{what}: cannot be made: {problem}")


def _write_folders(outer: files.Folder, report: Report) -> Iterator[str]:
    """Write the transcripts, host by host. Give the reason for each folder that is not written."""
    rendered = transcripts.render(report)
    for name, its_files in itertools.groupby(rendered, lambda one: one[0].partition("/")[0]):
        try:
            with outer.inner(name) as folder:
                for path, text in its_files:
                    folder.write(path.partition("/")[2], [text])
        except files.NotWritten as error:
            yield str(error)


def _exhaust(pieces: Iterator[t.Any]) -> None:
    """Make all pieces, and keep none."""
    collections.deque(pieces, maxlen=0)


def _join_reasons(reasons: Sequence[str]) -> str:
    """Return reasons as one sentence; empty where there is none."""
    more = len(reasons) - MAX_NOT_WRITTEN
    return "; ".join([*reasons[:MAX_NOT_WRITTEN], *([f"and {more:,} more"] if more > 0 else [])])


def _folder(dest: str) -> Path:
    return Path(dest).absolute()


def _check_folder(path: Path, formats: list[str]) -> None:
    """See whether files can be written. Raises BadOption."""
    try:
        with files.opened(path) as folder:
            folder.check(
                [RENDERERS[one][0] for one in formats if one in RENDERERS],
                [one for one in formats if one == TRANSCRIPTS],
            )
    except files.NotWritten as error:
        raise BadOption("dest", error) from error


def _strategy(task: Task) -> str:
    """Return the strategy of the play that a task is in."""
    step = task
    while step is not None and getattr(step, "_play", None) is None:
        step = step._parent
    return str(step._play.strategy) if step is not None else LINEAR[0]


def _use(task: Task) -> str:
    """Name this use of the role: the same for each batch of a play, another for another use.

    What is included anew for each batch has new ids, but not the task that includes it.
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
    """Return each host by its name in the inventory, with what is known of it."""
    mailboxes: list[
        tuple[t.Any, Receipts]
    ] = []  # one look into the mailbox is for a batch of hosts
    titles: dict[str, int] = {}
    for name in wanted:
        host = Host(
            unique_name(one_line(name), titles, " #{}"), None, (), name not in play.remaining
        )
        try:
            host = _with_results(host, play[name], options, use, mailboxes)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is of this host alone
            host = host._replace(problem=unreadable_reason(error))
        if name in play.shadowing:
            host = host._replace(problem=f"the host {play.shadowing[name]}")
        yield name, host


def _with_results(
    host: Host,
    known: Mapping[str, t.Any],
    options: dict[str, t.Any],
    use: str,
    mailboxes: list[tuple[t.Any, Receipts]],
) -> Host:
    """Add what a host has registered; `looks` has the looks into the mailbox that were read."""
    # What is left of an earlier play, or of an earlier use of the role, is none of this one.
    if options["use"] and known.get(options["use"]) != use:
        known = {}
    receipt_result = known.get(options["receipts"]) if options["receipts"] else None
    if not mailboxes or mailboxes[-1][0] is not receipt_result:
        mailboxes.append((receipt_result, _receipts(receipt_result)))
    registered = mapping(known.get(options["variable"]))
    # The role registers what was planned together with the results.
    planned = known.get(options["planned"]) if options["planned"] else registered.get("planned")
    return host._replace(
        registered=registered or None,
        planned=sequence(planned),
        receipts=mailboxes[-1][1],
    )


def _receipts(receipt_result: t.Any) -> Receipts:
    """Read what was found in the mailbox. Where that cannot be read, nothing is confirmed."""
    try:
        return Receipts(receipt_result)
    except Exception as error:  # noqa: BLE001 - it is of the host with the mailbox, and not of all
        told = one_line(f"{type(error).__name__}: {error}")
        return Receipts({"msg": f"what was found in the mailbox cannot be read: {told}"})


def _read_baseline(path: str) -> Baseline:
    """Read an earlier report. Raises BadOption."""
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
    """Return the changes as a difference that Ansible shows."""
    told = [(f"{change.name} {change.what}", change) for change in comparison.changes]
    return {
        "before_header": f"{path} ({comparison.since})",
        "after_header": "now",
        "before": "".join(f"{name}: {one.before}\n" for name, one in told if one.before),
        "after": "".join(f"{name}: {one.after}\n" for name, one in told if one.after),
    }


def _now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _made_by() -> str:
    """Name the collection and ansible-core, with their versions.

    An installed collection has a manifest, a working copy has galaxy.yml.
    """
    root = Path(__file__).resolve().parents[2]
    for name in ("MANIFEST.json", "galaxy.yml"):
        if (root / name).exists():
            found = mapping(yaml.safe_load((root / name).read_text(encoding="utf-8")))
            version = mapping(found.get("collection_info", found)).get("version")
            return f"mailops.smtp {version}, ansible-core {ansible_version}"
    return f"mailops.smtp, ansible-core {ansible_version}"
