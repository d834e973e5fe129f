# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin smtp_report: make a report of what hosts have registered.

It runs on the controller, once for a play. Its documentation is in plugins/modules/smtp_report.py.
"""

from __future__ import annotations

import io
import os
import typing as t
from collections.abc import Mapping
from pathlib import Path

from ansible.playbook.task import Task
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.module_utils._net.regular_file import open_file
from ansible_collections.mailops.smtp.plugins.plugin_utils._advice.own_rows import (
    NO_ROWS,
    BadRow,
    OwnRows,
    read_rows,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import PREFIX
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.role_use import use_of
from ansible_collections.mailops.smtp.plugins.plugin_utils._report import files
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    BadBaseline,
    Baseline,
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.compare import Comparison
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.diagnosis.logs_to_read import (
    unknown_servers,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.diagnosis.read import (
    Answer,
    read_answers,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.hosts import hosts_of
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.play import (
    CLEAR_FACTS,
    Play,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.slices import slice_of_run
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.options.checks import (
    SPEC,
    check_hosts,
    check_names,
    check_sources,
    check_types,
    check_variables,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.options.suggestions import (
    no_servers,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.origin import now
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

# The variables of the role and of the playbook that merges, for options of another name.
_VARIABLES = {
    "dest": f"{PREFIX}report_dir",
    "formats": f"{PREFIX}reports",
    "receipts": f"{PREFIX}receipt",
}


class ActionModule(ActionBase):
    """Report on what the hosts of a play have registered, or merge the reports of others."""

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
            check_sources(self._task.args)
            check_variables(self._task.args, play, use)
            check_types(self._task.args)
            _spec, options = self.validate_argument_spec(argument_spec=SPEC)
            if options["shards"] is not None:
                return {**result, **self._merge(options, task_vars or {}), "use": use}
            if options["earlier"] and not _has_answers(options, task_vars or {}, use):
                return {**_earlier_result(options, task_vars or {}), **_SKIPPED}
            answers = _answers(options, play, use)
            return {**result, **self._report(options, play, use, answers), "use": use}
        except BadOption as error:
            return {**result, "failed": True, "msg": str(_as_set(error, task_vars or {}))}

    def _merge(self, options: dict[str, t.Any], variables: dict[str, t.Any]) -> dict[str, t.Any]:
        """Make one report of shards. Raise BadOption."""
        # Imported here, because the report of a play needs nothing of it.
        from ansible_collections.mailops.smtp.plugins.plugin_utils._report.shards import (
            find,
            merge,
            shard_file,
        )

        _check_formats(options)
        own = str(_folder(options["dest"]) / RENDERERS["json"][0]) if options["dest"] else ""
        found = find.find_shards(options["shards"], own)
        if not found:
            raise BadOption("shards", "names no report, so nothing would be checked")
        if len(found) > find.MAX_SHARDS:
            raise BadOption("shards", f"names more than {find.MAX_SHARDS:,} reports")
        # A merge may take minutes, so what cannot be read or written is told before.
        baseline = _baseline(options)
        own_rows = _own_rows(options)
        self._check_folder(options)
        try:
            merged = merge.merge(found, options["expected_hosts"], now())
        except shard_file.BadShard as error:
            raise BadOption("shards", error) from error
        output = Output.of_shards(merged, variables["inventory_hostname"], own_rows)
        self._make(output, options, baseline)
        return self._with_diff(output.result(options["fail_on"]), output, options)

    def _report(
        self, options: dict[str, t.Any], play: Play, use: str, answers: list[Answer]
    ) -> dict[str, t.Any]:
        _check_formats(options)
        wanted = play.hosts if options["hosts"] is None else options["hosts"]
        if not wanted:
            return self._check_without_hosts(options, play)
        check_hosts(wanted, play)
        if play.shadowing:
            # The options come from the variables of the first host, its facts included, so they are
            # not trusted.
            options = {**options, "formats": [], "fail_on": FAIL_ON_BROKEN}
            options.update(baseline=None, advice=None)
        hosts = list(hosts_of(wanted, options, play, use))
        output = Output(hosts, slice_of_run(play.variables, os.environ))
        output.add(answers, _own_rows(options))
        self._make(output, options, _baseline(options))
        unknown = unknown_servers(output.report, options["server_logs"])
        if unknown:
            problem = BadOption("server_logs", no_servers(unknown, output.report.servers))
            display.warning(str(_as_set(problem, play.variables)))
        if play.shadowing:
            output.not_written.append(f"{play.first_shadowing}, so no file is written")
        return self._result(output, options, use)

    def _make(self, output: Output, options: dict[str, t.Any], baseline: Baseline | None) -> None:
        """Compare the report, show it, and write its files."""
        if baseline is not None:
            output.compare(baseline)
        output.show(only_diagnoses=bool(options["earlier"]))
        if options["formats"]:
            output.write(
                _folder(options["dest"]), options["formats"], check_mode=self._task.check_mode
            )

    def _result(self, output: Output, options: dict[str, t.Any], use: str) -> dict[str, t.Any]:
        """Return the result of the task, with warnings, a diff, and this use of the role."""
        result = output.result(options["fail_on"], options["server_logs"])
        for name in ("diagnose", "read_logs"):
            result[name] = self._questions(result[name], use)
        return self._with_diff(result, output, options)

    def _with_diff(
        self, result: dict[str, t.Any], output: Output, options: dict[str, t.Any]
    ) -> dict[str, t.Any]:
        """Warn of files that are not written, and add what has changed."""
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
            raise BadOption("", f"{play.first_shadowing}. {CLEAR_FACTS}")
        strategy = _strategy(self._task)
        if options["receipts"] and strategy not in LINEAR:
            problem = (
                f"needs the strategy linear; with {strategy}, hosts do not wait for each other"
            )
            raise BadOption("receipts", problem)
        _baseline(options)
        _own_rows(options)
        self._check_folder(options)
        return Output([]).result(options["fail_on"])

    def _check_folder(self, options: dict[str, t.Any]) -> None:
        """Check whether the files can be written. Raise BadOption."""
        if not options["formats"] or self._task.check_mode:
            return
        try:
            with files.opened(_folder(options["dest"])) as folder:
                folder.check(
                    [RENDERERS[one][0] for one in options["formats"] if one in RENDERERS],
                    [one for one in options["formats"] if one == TRANSCRIPTS],
                )
        except files.NotWritten as error:
            raise BadOption("dest", error) from error


def _check_formats(options: dict[str, t.Any]) -> None:
    """Check that options that need others have them. Raise BadOption."""
    if options["formats"] and not options["dest"]:
        raise BadOption("formats", "needs dest, the folder for the files")
    if options["fail_on"] == FAIL_ON_NEW and not options["baseline"]:
        raise BadOption("fail_on", "new needs baseline, the json report of an earlier run")


def _as_set(error: BadOption, variables: Mapping[str, t.Any]) -> BadOption:
    """Return an error about an option as one about the variable of the role that has set it."""
    variable = _VARIABLES.get(error.option, f"{PREFIX}{error.option}")
    return BadOption(variable, error.problem) if variable in variables else error


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


def _strategy(task: Task) -> str:
    """Return the strategy of the play of a task."""
    step = task
    while step is not None and getattr(step, "_play", None) is None:
        step = step._parent
    return str(step._play.strategy) if step is not None else LINEAR[0]


def _baseline(options: dict[str, t.Any]) -> Baseline | None:
    """Read the baseline, if there is one. Raise BadOption."""
    path = options["baseline"]
    if not path:
        return None
    if Path(path).is_dir():
        report = Path(path, RENDERERS["json"][0])
        raise BadOption("baseline", f"{path} is a folder; name the json report in it, {report}")
    try:
        with io.TextIOWrapper(open_file(path), encoding="utf-8") as file:
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
