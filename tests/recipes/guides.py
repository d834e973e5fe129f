# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the documentation, and what the tests make of each block of code in them.

A block is an example, which is run against a relay, or an output of one. The comment before an
output says of which example it is, by the name that a task registers or by any name for the command
above it, and what of it is shown (views.py). tests/tools/guide_outputs.py writes these blocks. An
output "by" a test is compared by that test. `treatment` tells for each block what becomes of it,
and a block of which nothing becomes fails test_guides.py, unless it is named here with a reason.
"""

from __future__ import annotations

import ast
import functools
import os
import re
import typing as t
from dataclasses import dataclass

import yaml
from ansible_collections.mailops.smtp.tests.recipes import recipes
from ansible_collections.mailops.smtp.tests.recipes.recipes import ROOT
from ansible_collections.mailops.smtp.tests.recipes.views import settled

Task = t.Dict[str, t.Any]

# The pages, and those of them that show files, which have tests of their own.
_PATTERNS = ("*.md", "docs/**/*.md", "roles/*/README.md")
_BUILT = ROOT / "docs" / "docsite" / "build"
_RECIPES = "docs/recipes/"

# The modules and filters whose EXAMPLES are run. Those of others are tasks of the collection.
DOCUMENTED = (
    "plugins/modules/smtp_handshake.py",
    "plugins/modules/mail_receipt.py",
    "plugins/modules/smtp_audit.py",
    "plugins/modules/smtp_diagnose.py",
    "plugins/modules/smtp_report.py",
    "plugins/modules/smtp_server_log.py",
    "plugins/filter/explain.py",
)

# The tasks that are not run, and why.
NOT_RUN = {
    "Check every address of every mail exchanger of a domain": "it needs the DNS",
    "Make one report of all slices": "test_slices.py runs it, on reports of slices",
    "Show what has changed since an earlier run": "it needs an earlier run, as in test_runs.py",
}

# The other blocks that are not run, by their beginnings, and why.
LEFT_OUT = {
    "CONTRIBUTING.md": {
        "make lint": "it runs all checks, and this is one of them",
        ".venv/bin/nox -s units-3.11": "it runs other tests",
        "make release": "it changes the version",
    },
    "README.md": {"ansible-galaxy collection install": "conftest.py installs the collection so"},
    "docs/architecture.md": {
        "playbooks/check.yml": "tests/tools/house_page.py compares it with the files",
        "S: 220 mx.example.org": "it is the form of a test, as in tests/unit/scripted.py",
    },
    "docs/quickstart.md": {
        "ansible-galaxy collection install": "conftest.py installs the collection so",
        "ansible-playbook mailops.smtp.check -i inventory.yml": "test_runs.py: GitHub runs it so",
    },
    "docs/recipes/audit.md": {"cp reports/audit.json": "test_runs.py: TestAudit copies it"},
    "docs/recipes/awx.md": {"report_host:": "test_runs.py: TestAwx sets it"},
    "docs/recipes/cron-prometheus.md": {"useradd": "it changes the machine, as root"},
}

# Files that a command names and its page does not show, by the pages that do.
TAKEN = {
    "docs/audit.md": {"checks.yml": "docs/audit_checks.md"},
    "docs/shards.md": {"inventory.yml": "docs/fleets.md", "servers.yml": "README.md"},
    "roles/smtp_check/README.md": {"advice.yml": "docs/advice.md"},
}

# Files that no page shows, by the page whose commands name them.
_UNREACHABLE = {
    "ansible_connection": "ssh",
    "ansible_host": "127.0.0.1",
    "ansible_port": 9,
    "ansible_pipelining": False,  # or Ansible may say that it could not send data
}
_FLEET = {"web1": {}, "web2": {}, "app1": _UNREACHABLE}
GIVEN = {"roles/smtp_check/README.md": {"inventory.yml": {"all": {"hosts": _FLEET}}}}

# What a command has beside what its page shows: few checks, since all take minutes; files that the
# page shows next to it.
FEW_CHECKS = ["relay-02", "relay-25"]
BESIDE = {
    "docs/audit.md": [
        *("-e", '{"smtp_audit_checks": ["relay-02", "relay-25", "own"]}'),
        *("-e", "smtp_audit_own_checks=checks.yml"),
    ],
    "docs/fleets.md": ["-e", "@limits.yml"],
    "roles/smtp_check/README.md": [
        *("-e", "smtp_check_report_dir=reports"),
        *("-e", "smtp_check_advice=advice.yml"),
    ],
}

# The pages whose relay is an open one, which docs/audit.md shows a finding of.
OF_OPEN_RELAY = ("docs/audit.md",)

# The tasks, plays and commands that fail here by intent, by the beginnings of their names, and
# words of what they say. The relay takes no mail for example.net, and has neither TLS nor a login.
# No server listens at old-relay.example.com.
_REFUSED, _NO_TLS = "554 5.7.1 Relay access denied", "does not offer STARTTLS"
_NOT_THERE, _NOBODY = "did not arrive", "Connection refused"
_CHECK = "ansible-playbook mailops.smtp.check"
FAILS = {
    "Ask a server that is down": _NOBODY,
    "Ask the relay to take mail for another domain": _REFUSED,
    "Check many servers in one task": "1 of 4 dialogues failed",
    "Check that the relay accepts mail from this host for another domain": _REFUSED,
    "Check that the relay offers STARTTLS": _NO_TLS,
    "Check that this host cannot reach the relay": "connected",
    "Check that this user can submit mail": _NO_TLS,
    "Check the certificate of the submission service": _NO_TLS,
    "Expect what the relay does not offer": _NO_TLS,
    "Log in to a relay that offers no login": "does not offer AUTH",
    "Look through a Maildir on the mail server": _NOT_THERE,  # it is deleted by then
    "Wait for the messages of all hosts at once": _NOT_THERE,
    # The variables of docs/audit.md.
    "smtp_audit_from": "XCLIENT",
    "smtp_audit_max_risk": "the message was found in INBOX",
    "smtp_audit_servers, smtp_audit_profile": "nothing proven",  # there is no such server
    "smtp_audit_servers": "open relay",
    # Commands.
    f"{_CHECK} -e smtp_check_hosts=localhost -e @servers.yml": _REFUSED,
    f"{_CHECK} -i inventory.yml -e smtp_check_servers=relay.example.com,old-": _NOBODY,
    "make handshake SERVER=localhost PORT=9": _NOBODY,
}

_BLOCK = re.compile(
    r"(?:^<!-- output of (?P<name>\w+): (?P<view>.*?) -->\n)?"
    r"^```(?P<language>.*?)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_NAME_OF_FILE = re.compile(r"# (\S+\.yml)\n")
_COMMAND = re.compile(r"(?:ansible|ansible-playbook|make) ")
_FILE_OF_COMMAND = re.compile(r"(?:-i |@)(\S+\.yml)")


@dataclass(frozen=True)
class Block:
    """A block of code in a page; `name` and `view` if it is an output."""

    language: str
    text: str
    name: str | None
    view: str | None
    span: tuple[int, int]


class Run(t.NamedTuple):
    """A command, and the page whose files it finds."""

    page: str
    command: str


@functools.lru_cache(maxsize=None)
def read(page: str) -> str:
    """Return the text of a page."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(text: str) -> list[Block]:
    """Return the blocks of code of a page. The span of a block is that of its text."""
    return [
        Block(one["language"], one["text"], one["name"], one["view"], one.span("text"))
        for one in _BLOCK.finditer(text)
    ]


PAGES = tuple(
    path.relative_to(ROOT).as_posix()
    for pattern in _PATTERNS
    for path in sorted(ROOT.glob(pattern))
    if _BUILT not in path.parents
)


# The examples of a page


def tasks(page: str) -> list[Task]:
    """Return the tasks of a page, or of the EXAMPLES in a file of Python, that can be run here."""
    return [task for task in items(page) if "hosts" not in task and task.get("name") not in NOT_RUN]


def plays(page: str) -> list[Task]:
    """Return the plays of a page, each with a role, with the variables that it shows beside them.

    A page that shows variables, and no play to set them in, has a play for each block of them, with
    those of its file audit.yml.
    """
    shown = [play for play in items(page) if "hosts" in play]
    variables = settings(page)
    if shown:
        for some in variables:
            shown[0]["roles"][0]["vars"].update(some)
        return shown
    return [
        {
            "name": ", ".join(some),
            "gather_facts": False,
            "roles": [
                {"role": "mailops.smtp.smtp_audit", "vars": {**files(page)["audit.yml"], **some}}
            ],
        }
        for some in variables
    ]


def settings(page: str) -> list[dict[str, t.Any]]:
    """Return the blocks of a page that set variables of a role, and are no file."""
    return [one for one in examples(page) if isinstance(one, dict) and _sets_variables(one)]


def parts(page: str) -> list[dict[str, t.Any]]:
    """Return the blocks of a page that are a part of a task."""
    return [one for one in examples(page) if isinstance(one, dict) and not _sets_variables(one)]


def _sets_variables(shown: dict[str, t.Any]) -> bool:
    return all(name.startswith(("smtp_check_", "smtp_audit_")) for name in shown)


def items(page: str) -> list[Task]:
    """Return all tasks and plays of a page, or of the EXAMPLES in a file of Python."""
    return [one for shown in examples(page) if isinstance(shown, list) for one in shown]


def examples(page: str) -> list[t.Any]:
    """Return each block of YAML of a page that is no file, or the EXAMPLES in a file of Python."""
    if not page.endswith(".py"):
        return [
            yaml.safe_load(one.text) for one in _yaml(page) if not _NAME_OF_FILE.match(one.text)
        ]
    (text,) = [
        ast.literal_eval(node.value)
        for node in ast.parse(read(page)).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EXAMPLES"
    ]
    return [yaml.safe_load(text)]


def _yaml(page: str) -> list[Block]:
    if page.startswith(_RECIPES):
        return []
    return [one for one in blocks(read(page)) if one.language == "yaml"]


def files(page: str) -> dict[str, t.Any]:
    """Return the files that commands of a page find, by their names."""
    taken = {name: shown_files(other)[name] for name, other in TAKEN.get(page, {}).items()}
    return {**GIVEN.get(page, {}), **taken, **shown_files(page)}


def shown_files(page: str) -> dict[str, t.Any]:
    """Return the files that a page shows: the first line of each is a comment with its name.

    The blocks of one name are one list.
    """
    found: dict[str, t.Any] = {}
    for one in _yaml(page):
        name = _NAME_OF_FILE.match(one.text)
        if name:
            content = yaml.safe_load(one.text)
            known = found.get(name.group(1))
            found[name.group(1)] = content if known is None else [*known, *content]
    return found


# The commands of a page


def commands(page: str) -> list[str]:
    """Return the commands of a page that are not left out, each as one line."""
    shown = [one for one in blocks(read(page)) if not _why(page, one.text)]
    return [command for one in shown for command in commands_of(one)]


def commands_of(block: Block) -> list[str]:
    """Return the commands of a block, if it is one of commands that can be run here."""
    lines = block.text.replace("\\\n", " ").splitlines()
    found = [" ".join(line.split()) for line in lines if not line.startswith("#")]
    is_one = not block.language and not block.name and all(map(_COMMAND.match, found))
    return found if is_one else []


@functools.lru_cache(maxsize=None)
def runs() -> tuple[Run, ...]:
    """Return the commands that are run: none that is the same as another one, or its beginning."""
    known = [
        Run(page, command)
        for page in PAGES
        for command in commands(page)
        if set(_FILE_OF_COMMAND.findall(command)) <= set(files(page))
    ]
    return tuple(
        one
        for at, one in enumerate(known)
        if not any(_does(other, one) for other in known[:at])
        and not any(_does(other, one) and not _does(one, other) for other in known[at:])
    )


def run_of(page: str, command: str) -> Run | None:
    """Return the run that does what a command of a page says, if there is one."""
    alike = [one for one in runs() if _extends(one.command, command)]
    return next((one for one in alike if one.page == page), alike[0] if alike else None)


def _does(one: Run, other: Run) -> bool:
    """Whether a run is another one, too, maybe with more options."""
    same_files = one.page == other.page or not _FILE_OF_COMMAND.search(other.command)
    return same_files and _extends(one.command, other.command)


def _extends(command: str, other: str) -> bool:
    if other.startswith("make "):  # each variable makes another run of it
        return command == other
    return f"{command} ".startswith(f"{other} ")


def run_above(page: str, output: Block) -> Run | None:
    """Return the run of the last command before the first output of this name."""
    before: list[str] = []
    for one in blocks(read(page)):
        if one.name == output.name:
            break
        before += commands_of(one)
    return run_of(page, before[-1]) if before else None


# What becomes of each block


def treatment(page: str, block: Block) -> str | None:
    """Return what the tests do with a block, or None if they do nothing."""
    reason = _why(page, block.text)
    if reason:
        return f"left out: {reason}"
    if block.language.startswith("{"):
        return "made by make docs"
    if block.name is not None:
        return _of_output(page, block)
    if page.startswith(_RECIPES):
        shown = recipes.shown_in(ROOT / page).values()
        return "a file: test_pages.py" if block.text in shown else None
    if block.language == "yaml":
        return _of_yaml(page, block)
    found = commands_of(block)
    return "run" if found and all(run_of(page, one) for one in found) else None


def _why(page: str, text: str) -> str | None:
    """Return why a block is left out, if it is."""
    named = LEFT_OUT.get(page, {}).items()
    return next((reason for begin, reason in named if text.startswith(begin)), None)


def _of_output(page: str, block: Block) -> str | None:
    view = t.cast("str", block.view)
    if not view.startswith("by "):
        return f"an output of {block.name}"
    test = ROOT / view[3:]
    return f"an output {view}" if f'"{block.name}"' in test.read_text(encoding="utf-8") else None


def _of_yaml(page: str, block: Block) -> str | None:
    name = _NAME_OF_FILE.match(block.text)
    if name is None:
        content = yaml.safe_load(block.text)
        is_part = isinstance(content, dict) and not _sets_variables(content)
        return "run" if not is_part or _is_of_task(page, content) else None
    file = name.group(1)
    used = any(
        file in " ".join([one.command, *BESIDE.get(one.page, [])])
        and page in (one.page, TAKEN.get(one.page, {}).get(file))
        for one in runs()
    )
    return f"a file that is run: {file}" if used else None


def _is_of_task(page: str, part: dict[str, t.Any]) -> bool:
    of_modules = [value for task in tasks(page) for value in task.values()]
    return any(isinstance(one, dict) and part.items() <= one.items() for one in of_modules)


def words_of_failure(name: str) -> str | None:
    """Return words of what a task, a play or a command says that fails here by intent."""
    return next((words for begin, words in FAILS.items() if name.startswith(begin)), None)


def replaced(text: str, block: Block, new: str) -> str:
    """Return the text of a page with a new output, unless it differs only as each run does."""
    if settled(new) == settled(block.text):
        return text
    return text[: block.span[0]] + new + text[block.span[1] :]


def check_output(page: str, name: str, new: str) -> None:
    """Compare an output that a test has made with its page, or with WRITE_OUTPUTS=1 write it."""
    text = read(page)
    (block,) = [one for one in blocks(text) if one.name == name]
    if os.environ.get("WRITE_OUTPUTS"):
        (ROOT / page).write_text(replaced(text, block, new), encoding="utf-8")
    else:
        assert settled(new).split() == settled(block.text).split()
