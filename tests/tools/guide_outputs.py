# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the outputs of the examples in the guides: run them against a relay, and fill the blocks.

Usage: PYTHONPATH=.venv/collections python tests/tools/guide_outputs.py, anywhere, with a Python
that has ansible-core. A test compares the guides with what this script makes. An output that
differs only in times and tokens is left as it is.
"""

from __future__ import annotations

import json
import mailbox
import os
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.plugins.plugin_utils._check.last_screen import last_screen
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.output import Output
from ansible_collections.mailops.smtp.tests.recipes import guides
from ansible_collections.mailops.smtp.tests.recipes.recipes import ROOT
from ansible_collections.mailops.smtp.tests.recipes.stage import INVENTORY, Stage, environment
from ansible_collections.mailops.smtp.tests.recipes.views import view
from ansible_collections.mailops.smtp.tests.tools.relay import ANYBODY, Relay
from ansible_collections.mailops.smtp.tests.unit.reports import failed, passed, probed

Results = dict[str, dict[str, t.Any]]

SECONDS = 600  # for one command, on a machine that is busy


class Delivered(list[str]):
    """Messages that are also put into a Maildir."""

    def __init__(self, maildir: Path) -> None:
        super().__init__()
        self._maildir = mailbox.Maildir(maildir)

    def append(self, message: str) -> None:
        """Keep the message, and deliver it."""
        super().append(message)
        self._maildir.add(message.encode())


def run(
    folder: Path, command: t.Sequence[str], environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder. All that it prints is in stdout."""
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        timeout=SECONDS,
    )


def results(folder: Path, environment: dict[str, str]) -> Results:
    """Run all examples. Return by page what each has registered, or printed and written."""
    mail = Delivered(folder / "Maildir")
    with Relay(mail) as relay, Relay(mail, takes=ANYBODY) as open_relay:
        stages = {
            page: Stage(page, folder, (open_relay if page in guides.OF_OPEN_RELAY else relay).port)
            for page in (*guides.PAGES, *guides.DOCUMENTED)
        }
        for stage in stages.values():
            stage.lay()
        found = _examples(list(stages.values()), folder, environment)
        for page, command in guides.runs():
            found[page][command] = _command(stages[page], command, environment)
    shown = {page: _shown(stages[page], of_page) for page, of_page in found.items()}
    shown["roles/smtp_check/README.md"]["last_screen"] = {"printed": _last_screen()}
    return shown


def _examples(stages: list[Stage], folder: Path, environment: dict[str, str]) -> Results:
    """Run the tasks and plays of all pages as one playbook, and no task twice."""
    first: dict[str, tuple[str, str]] = {}
    same: dict[str, dict[str, tuple[str, str]]] = {}
    plays = []
    for stage in stages:
        as_before = same.setdefault(stage.page, {})
        for name, task in stage.named_tasks():
            what = stage.equal(name, task)
            if what in first:
                as_before[name] = first[what]
            elif what is not None:
                first[what] = (stage.page, name)
        plays += [*stage.tasks(as_before), *stage.role_plays()]
    for name, content in (("inventory.json", INVENTORY), ("examples.json", plays)):
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    play = ["ansible-playbook", "-i", "inventory.json", "examples.json"]
    printed = run(folder, play, environment).stdout
    found = {stage.page: stage.results(printed) for stage in stages}
    for page, names in same.items():
        found[page].update((name, found[other][known]) for name, (other, known) in names.items())
    return found


def _command(stage: Stage, command: str, environment: dict[str, str]) -> dict[str, t.Any]:
    """Run a command of a page. Return its exit code, what it printed, and the texts it wrote."""
    ran = run(stage.folder, stage.command(command), environment)
    folder = ROOT if command.startswith("make ") else stage.folder
    written = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((folder / "reports").rglob("*.txt"))
    }
    return {"code": ran.returncode, "printed": ran.stdout, "files": written}


def _shown(stage: Stage, result: t.Any) -> t.Any:
    """Return results as a page shows them."""
    return json.loads(stage.shown(json.dumps(result)))


def _last_screen() -> str:
    """Return what is below the recap of 200 hosts: one of six relays is down, and one refuses."""
    relays = [{"host": f"relay{number}.example.com"} for number in range(1, 7)]
    down = failed(relays[1], "connect", "connect", None, "Connection refused")
    refusing = failed(relays[2], code=554, text="5.7.1 Relay access denied")
    of_host = [passed(relays[0]), down, refusing, *map(passed, relays[3:])]
    hosts = [(f"web{number}", probed(f"web{number}", *of_host)) for number in range(200)]
    report = Output(hosts).result("broken")
    return "\n".join(last_screen({**report, "files": ["/home/ann/reports/report.html"]}, 200))


def filled(page: str, found: Results) -> str:
    """Return the text of a page with its outputs, but for those of other tests."""
    text = guides.read(page)
    for one in reversed(guides.blocks(text)):
        if one.name is not None and one.view is not None and not one.view.startswith("by "):
            result = found[page].get(one.name) or _of_command(page, one, found)
            text = guides.replaced(text, one, view(one.view, result))
    return text


def _of_command(page: str, output: guides.Block, found: Results) -> t.Any:
    ran = guides.run_above(page, output)
    assert ran is not None, f"{page}: {output.name} is of no example"
    return found[ran.page][ran.command]


def main() -> int:
    """Write the pages."""
    with tempfile.TemporaryDirectory() as folder:
        collections = {"ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv" / "collections")}
        found = results(Path(folder), {**os.environ, **environment(Path(folder)), **collections})
    for page in guides.PAGES:
        new = filled(page, found)
        if new != guides.read(page):
            (ROOT / page).write_text(new, encoding="utf-8")
            print(f"written: {page}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
