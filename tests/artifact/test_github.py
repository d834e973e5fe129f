# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What GitHub reads is valid, may do little, and runs what there is."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible_collections.mailops.smtp.tests.recipes.conftest import BIN, SECONDS
from ansible_collections.mailops.smtp.tests.recipes.recipes import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted(GITHUB.glob("workflows/*.yml"))
SCHEMAS = {
    "vendor.github-workflows": WORKFLOWS,
    "vendor.github-issue-forms": [
        path for path in sorted(GITHUB.glob("ISSUE_TEMPLATE/*.yml")) if path.stem != "config"
    ],
    "vendor.github-issue-config": [GITHUB / "ISSUE_TEMPLATE" / "config.yml"],
    "vendor.dependabot": [GITHUB / "dependabot.yml"],
}


def load(path: Path) -> t.Any:
    """Read a file of YAML."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


JOBS = {name: job for path in WORKFLOWS for name, job in load(path)["jobs"].items()}


def commands(job: dict[str, t.Any]) -> t.Iterator[str]:
    """Yield the commands of a job, of each row of its matrix."""
    for row in job.get("strategy", {}).get("matrix", {}).get("include", [{}]):
        for step in job["steps"]:
            variables = {**job.get("env", {}), **step.get("env", {})}
            command = step.get("run", "")
            for name, value in variables.items():
                command = command.replace(f"${name}", value)
            for name, value in row.items():
                command = command.replace(f"${{{{ matrix.{name} }}}}", value)
            yield command


COMMANDS = sorted({command for job in JOBS.values() for command in commands(job)} - {""})


@pytest.fixture(scope="module")
def sessions() -> set[str]:
    """Return the names of all sessions of nox."""
    # Without a choice, nox would list those of a full run alone.
    listing = [sys.executable, "-m", "nox", "--list-sessions", "--json", "-k", "units or not units"]
    listed = subprocess.run(
        listing, cwd=ROOT, check=True, timeout=SECONDS, stdout=subprocess.PIPE, text=True
    )
    return {one["session"] for one in json.loads(listed.stdout)}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_file_is_valid_by_its_published_schema(schema: str) -> None:
    files = list(map(str, SCHEMAS[schema]))
    checking = [str(BIN / "check-jsonschema"), "--builtin-schema", schema, *files]
    assert files
    assert subprocess.run(checking, check=False, timeout=SECONDS).returncode == 0


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_only_read(path: Path) -> None:
    assert load(path)["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("name", JOBS)
def test_a_job_ends_and_uses_what_cannot_change(name: str) -> None:
    assert JOBS[name]["timeout-minutes"] <= 60
    assert "permissions" not in JOBS[name]
    used = [step for step in JOBS[name]["steps"] if "uses" in step]
    for step in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])
    (checkout,) = [step for step in used if step["uses"].startswith("actions/checkout@")]
    assert checkout["with"] == {"persist-credentials": False}


def test_only_the_core_to_come_may_fail() -> None:
    may_fail = {
        name: job["continue-on-error"] for name, job in JOBS.items() if "continue-on-error" in job
    }
    assert may_fail == {"ansible-core": "${{ matrix.core == 'devel' }}"}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_runs_what_there_is(command: str, sessions: set[str]) -> None:
    assert "${{" not in command
    targets = re.findall(r"^make (\S+)$", command)
    made = re.findall(r"(?m)^([\w./$()-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert set(targets) <= {name.replace("$(VENV)", ".venv") for name in made}
    asked = re.findall(r' -s "?([\w.-]+)', command)
    assert set(asked) <= sessions
    assert targets or asked
    for path in re.findall(r"tests/\S+", command):
        assert (ROOT / path).is_dir()


def test_every_python_and_every_core_is_run() -> None:
    source = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    (pythons,) = re.findall(r"(?m)^PYTHONS = (\[.*\])$", source)
    (sanity,) = re.findall(r"(?m)^SANITY_PYTHONS = (\[.*\])$", source)
    expected = {f"units-{one}" for one in json.loads(pythons)}
    expected |= {f"sanity-{one}" for one in json.loads(sanity)}
    rows = JOBS["tests"]["strategy"]["matrix"]["include"]
    assert expected <= {row["session"] for row in rows}
    cores = {row["core"] for row in JOBS["ansible-core"]["strategy"]["matrix"]["include"]}
    constraints = (ROOT / "tests" / "constraints.txt").read_text(encoding="utf-8")
    assert set(re.findall(r"(?m)^ansible-core == (\d+\.\d+)", constraints)) < cores


@pytest.mark.parametrize("name", ["bug", "advice"])
def test_an_issue_asks_for_a_transcript_and_that_secrets_are_looked_for(name: str) -> None:
    parts = {
        part.get("id"): part for part in load(GITHUB / "ISSUE_TEMPLATE" / f"{name}.yml")["body"]
    }
    assert "transcript" in parts
    assert parts["secrets"]["attributes"]["options"][0]["required"] is True
