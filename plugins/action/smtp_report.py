# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin smtp_report: what hosts have registered in, the matrix and files out.

It runs on the controller, once for a play. Its documentation is in plugins/modules/smtp_report.py.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import typing as t
from collections.abc import Callable, Iterator
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
from ansible_collections.mailops.smtp.plugins.plugin_utils._report import (
    as_json,
    csv_table,
    files,
    html,
    junit,
    markdown,
    prometheus,
    terminal,
    transcripts,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.cells import Report
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.collect import Host, report_of
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare import (
    Comparison,
    compare,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.outline import (
    BadBaseline,
    Earlier,
    read_earlier,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.reading import (
    mapping,
    sequence,
    shown,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.receipts import Receipts
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.verdicts import (
    BROKEN,
    FAIL_ON,
    NEW,
    verdicts,
)

display = Display()

TRANSCRIPTS = "transcripts"

# Each format, the name of its file, and what makes it.
RENDERERS: dict[str, tuple[str, Callable[[Report], Iterator[str]]]] = {
    "csv": ("report.csv", csv_table.render),
    "html": ("report.html", html.render),
    "json": ("report.json", as_json.render),
    "junit": ("junit.xml", junit.render),
    "markdown": ("report.md", markdown.render),
    "prometheus": ("smtp_handshake.prom", prometheus.render),
}

# The files of the textfile collector are read by another user, and have neither addresses of mail
# nor texts of servers in them.
MODES = {"prometheus": files.PUBLIC_MODE}

# With these strategies, all hosts have done a task before any begins with the next.
LINEAR = ("linear", "ansible.builtin.linear", "debug", "ansible.builtin.debug")

# Of many changes so many are returned, and so be registered for each host; all are in the files.
MAX_CHANGES = 100


class BadOption(Exception):
    """An option cannot be used as it is. Its text says which, and why."""


class ActionModule(ActionBase):
    """Report on what the hosts of a play have registered."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Make the report: show the matrix, then write the files."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        _spec, options = self.validate_argument_spec(
            argument_spec={
                "variable": {"type": "str", "required": True},
                "planned": {"type": "str"},
                "use": {"type": "str"},
                "hosts": {"type": "list", "elements": "str"},
                "dest": {"type": "path"},
                "formats": {
                    "type": "list",
                    "elements": "str",
                    "choices": [*RENDERERS, TRANSCRIPTS],
                    "default": [],
                },
                "receipts": {"type": "str"},
                "baseline": {"type": "path"},
                "fail_on": {"type": "str", "choices": list(FAIL_ON), "default": BROKEN},
            },
        )
        try:
            return {**result, **self._report(options, task_vars or {})}
        except BadOption as error:
            return {**result, "failed": True, "msg": str(error)}

    def _report(self, options: dict[str, t.Any], variables: dict[str, t.Any]) -> dict[str, t.Any]:
        if options["formats"] and not options["dest"]:
            raise BadOption("formats: needs dest, the folder that the files go into")
        if options["fail_on"] == NEW and not options["baseline"]:
            raise BadOption("fail_on: 'new' needs baseline, the json report of an earlier run")
        baseline = _read_baseline(options["baseline"]) if options["baseline"] else None
        use = _use(self._task)
        hosts = list(_hosts(options, variables, use))
        if not hosts:
            self._check(options)
        report = report_of(hosts, _now(), _made_by())
        if baseline is not None and report.hosts:
            report = dataclasses.replace(report, comparison=compare(baseline, report))
        if report.hosts:
            _show(report)
        result = {**_result(report, options["fail_on"]), "use": use}
        if report.comparison is not None and self._task.diff:
            result["diff"] = _diff(report.comparison, options["baseline"])
        if report.hosts and options["formats"]:
            folder = Path(options["dest"]).absolute()
            result["files"] = [
                str(folder / (TRANSCRIPTS if name == TRANSCRIPTS else RENDERERS[name][0]))
                for name in options["formats"]
            ]
            result["changed"] = True
            if not self._task.check_mode:
                _write(report, folder, options["formats"])
        return result

    def _check(self, options: dict[str, t.Any]) -> None:
        """See whether all that is asked for can be done once there are hosts. Raises BadOption."""
        if options["receipts"] and _strategy(self._task) not in LINEAR:
            told = "cannot be used with a strategy by which hosts do not wait for each other"
            raise BadOption(f"receipts: {told}; use linear")
        if options["formats"] and not self._task.check_mode:
            folder = Path(options["dest"]).absolute()
            with _writing(folder):
                files.check_folder(folder)


def _strategy(task: Task) -> str:
    """Give the strategy of the play that a task is in."""
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


def _hosts(options: dict[str, t.Any], variables: dict[str, t.Any], use: str) -> Iterator[Host]:
    """Give what is known of each host. It is looked up without templating: results are data."""
    named = options["hosts"]
    if named is None:
        named = variables["ansible_play_hosts_all"]
    still_there = set(variables["ansible_play_hosts"])
    hostvars = variables["hostvars"]
    looks: list[tuple[t.Any, Receipts]] = []  # one look into the mailbox is for a batch of hosts
    for name in named:
        known = mapping(hostvars.raw_get(name))
        # What is left of an earlier play, or of an earlier use of the role, is none of this one.
        if options["use"] and known.get(options["use"]) != use:
            known = {}
        registered = mapping(known.get(options["variable"]))
        looked = known.get(options["receipts"]) if options["receipts"] else None
        if not looks or looks[-1][0] is not looked:
            looks.append((looked, Receipts(looked)))
        yield Host(
            shown(name),
            registered or None,
            sequence(known.get(options["planned"])) if options["planned"] else (),
            name not in still_there,
            looks[-1][1],
        )


def _read_baseline(path: str) -> Earlier:
    """Read an earlier report. Raises BadOption."""
    try:
        with open(path, encoding="utf-8") as file:
            return read_earlier(file)
    except OSError as error:
        raise BadOption(f"baseline: {path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadOption(f"baseline: {path} is not JSON: {error}") from error
    except BadBaseline as error:
        raise BadOption(f"baseline: {path} cannot be used: {error}") from error


def _show(report: Report) -> None:
    """Print the matrix: on the screen in Ansible's colours, and plain in its log."""
    lines = list(terminal.render(report, display.columns))
    colored = "\n".join("".join(map(_colored, line)) for line in lines)
    display.display(f"{colored}\n", screen_only=True)
    display.display("\n".join(map(terminal.plain, lines)), log_only=True)


def _colored(piece: terminal.Piece) -> str:
    return stringc(piece.text, getattr(constants, piece.color)) if piece.color else piece.text


def _result(report: Report, fail_on: str) -> dict[str, t.Any]:
    """Give what is returned, and what the next tasks need. It is registered for every host."""
    counts = report.counts
    comparison = report.comparison
    return {
        # Ansible shows a difference only where something is said to have changed.
        "changed": comparison is not None and bool(comparison.changes),
        "summary": counts,
        "verdicts": {
            host: dataclasses.asdict(verdict) for host, verdict in verdicts(report, fail_on).items()
        },
        "files": [],
        "comparison": comparison
        and {
            "since": comparison.since,
            "counts": comparison.counts,
            "changes": [dataclasses.asdict(change) for change in comparison.changes[:MAX_CHANGES]],
        },
        "msg": f"{counts['passed']} of {counts['total']} passed",
    }


def _diff(comparison: Comparison, path: str) -> dict[str, str]:
    """Give the changes as a difference that Ansible shows."""
    told = [(f"{change.name} {change.what}", change) for change in comparison.changes]
    return {
        "before_header": f"{path} ({comparison.since})",
        "after_header": "now",
        "before": "".join(f"{name}: {one.before}\n" for name, one in told if one.before),
        "after": "".join(f"{name}: {one.after}\n" for name, one in told if one.after),
    }


def _write(report: Report, folder: Path, formats: list[str]) -> None:
    """Write the files. Raises BadOption where the folder cannot be used."""
    with _writing(folder):
        for name in formats:
            if name == TRANSCRIPTS:
                for path, text in transcripts.render(report):
                    files.write(folder / TRANSCRIPTS / path, [text])
            else:
                file, render = RENDERERS[name]
                files.write(folder / file, render(report), MODES.get(name, files.FILE_MODE))


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Say in which option it is that a file cannot be written. Raises BadOption."""
    try:
        yield
    except OSError as error:
        where = error.filename or folder
        raise BadOption(f"dest: {where} cannot be written: {error.strerror}") from error


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
