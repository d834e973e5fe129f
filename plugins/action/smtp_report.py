# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin smtp_report: make a report of what hosts have registered.

It runs on the controller, once for a play. Its documentation is in plugins/modules/smtp_report.py.
"""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible.playbook.task import Task
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.plugin_utils._advice.own_rows import (
    NO_ROWS,
    BadRow,
    OwnRows,
    read_rows,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.role_use import use_of
from ansible_collections.mailops.smtp.plugins.plugin_utils._report import files
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    BadBaseline,
    Baseline,
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.compare import Comparison
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.diagnosis.read import (
    Answer,
    read_answers,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.hosts import hosts_of
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.play import Play
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.options.checks import (
    SPEC,
    check_hosts,
    check_names,
    check_variables,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.output import Output
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.formats import (
    RENDERERS,
    TRANSCRIPTS,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.verdicts import (
    FAIL_ON_BROKEN,
    FAIL_ON_NEW,
)

display = Display()

# With these strategies, all hosts finish a task before any host begins the next one.
LINEAR = ("linear", "ansible.builtin.linear", "debug", "ansible.builtin.debug")

_SKIPPED = {"skipped": True, "skipped_reason": "no host was asked to find out more"}

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
        if _strategy(self._task) not in LINEAR:
            # Each host runs the task, whatever run_once says. With it, ansible-core would register
            # the result for all hosts, so a report would replace those of hosts that finished it.
            self._task.run_once = False
        use = use_of(self._task)
        play = Play(task_vars or {})
        try:
            check_names(self._task.args)
            check_variables(self._task.args, play, use)
            _spec, options = self.validate_argument_spec(argument_spec=SPEC)
            if options["earlier"] and not _has_answers(options, task_vars or {}, use):
                return {**_earlier_result(options, task_vars or {}), **_SKIPPED}
            answers = _answers(options, play, use)
            return {**result, **self._report(options, play, use, answers), "use": use}
        except BadOption as error:
            return {**result, "failed": True, "msg": str(error)}

    def _report(
        self, options: dict[str, t.Any], play: Play, use: str, answers: list[Answer]
    ) -> dict[str, t.Any]:
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
            options = {**options, "formats": [], "fail_on": FAIL_ON_BROKEN}
            options.update(baseline=None, advice=None)
        output = Output(list(hosts_of(wanted, options, play, use)))
        output.add(answers, _own_rows(options))
        if options["baseline"]:
            output.compare(_read_baseline(options["baseline"]))
        output.show(only_diagnoses=bool(options["earlier"]))
        if options["formats"]:
            output.write(
                _folder(options["dest"]), options["formats"], check_mode=self._task.check_mode
            )
        if play.shadowing:
            output.not_written.append(f"{play.first_shadowing}, so no file is written")
        return self._result(output, options, use)

    def _result(self, output: Output, options: dict[str, t.Any], use: str) -> dict[str, t.Any]:
        """Return the result of the task, with warnings, a diff, and this use of the role."""
        result = output.result(options["fail_on"], options["server_logs"])
        for name in ("diagnose", "read_logs"):
            result[name] = self._questions(result[name], use)
        if result["not_written"]:
            display.warning(f"smtp_report: {result['not_written']}")
        comparison = output.report.comparison
        if comparison is not None and self._task.diff and not options["earlier"]:
            result["diff"] = _diff(comparison, options["baseline"])
        return result

    def _questions(self, questions: list[dict[str, t.Any]], use: str) -> list[dict[str, t.Any]]:
        """Return whom to ask, without anybody if each host makes a report of its own."""
        if _strategy(self._task) not in LINEAR:
            return []
        return [{**question, "use": use} for question in questions]

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
        _own_rows(options)
        if options["formats"] and not self._task.check_mode:
            _check_folder(_folder(options["dest"]), options["formats"])
        return Output([]).result(options["fail_on"])


def _answers(options: dict[str, t.Any], play: Play, use: str) -> list[Answer]:
    """Return what hosts have found out in this use of the role, of all batches of the play."""
    found: list[t.Any] = []
    for host in play.hosts:
        known = {} if host in play.shadowing else play[host]
        of_this_use = not options["use"] or known.get(options["use"]) == use
        for name in options["diagnoses"] if of_this_use else ():
            # The hosts of a batch share what one task has registered.
            if not any(one is known.get(name) for one in found[-len(options["diagnoses"]) :]):
                found.append(known.get(name))
    return [answer for registered in found for answer in read_answers(registered, use)]


def _has_answers(options: dict[str, t.Any], variables: dict[str, t.Any], use: str) -> bool:
    """Return whether a host of this batch was asked."""
    names = options["diagnoses"]
    return any(any(read_answers(variables.get(name), use)) for name in names)


def _earlier_result(options: dict[str, t.Any], variables: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the result of the earlier report. Raise BadOption."""
    earlier = variables.get(options["earlier"])
    if not isinstance(earlier, dict) or "verdicts" not in earlier:
        raise BadOption("earlier", "must be the name of a variable with the result of this action")
    return {name: value for name, value in earlier.items() if name != "diff"}


def _own_rows(options: dict[str, t.Any]) -> OwnRows:
    """Read a user's own rows of advice. Raise BadOption."""
    try:
        return read_rows(options["advice"]) if options["advice"] else NO_ROWS
    except BadRow as error:
        raise BadOption("advice", f"cannot be used: {error}") from error


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


def _diff(comparison: Comparison, path: str) -> dict[str, str]:
    """Return the changes as a diff for Ansible to show."""
    named = [(f"{change.name} {change.what}", change) for change in comparison.changes]
    gone, new = comparison.causes_gone or (), comparison.causes_new or ()
    return {
        "before_header": f"{path} ({comparison.since})",
        "after_header": "now",
        "before": "".join(
            [
                *(f"cause: {sentence}\n" for sentence in gone),
                *(f"{name}: {one.before}\n" for name, one in named if one.before),
            ]
        ),
        "after": "".join(
            [
                *(f"cause: {sentence}\n" for sentence in new),
                *(f"{name}: {one.after}\n" for name, one in named if one.after),
            ]
        ),
    }
