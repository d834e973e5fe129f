# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet in slices: each leaves a shard, and a last job makes one report of all of them."""

from __future__ import annotations

import json
import shutil
import subprocess
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.tests.recipes import recipes
from ansible_collections.mailops.smtp.tests.recipes.conftest import BIN, HERE, REFUSED, Place

HOSTS = ("web1", "web2", "web3", "web4")

# A host asks as many servers as fit into one event of AWX. ansible-runner replaces the result of an
# event by {} if it has more characters.
TARGETS = 200
MOST_CHARACTERS = 700_000

Ran = subprocess.CompletedProcess


@pytest.fixture
def fleet(place: Place) -> Place:
    """Return a place with four hosts, and the file that says what to merge."""
    place.lay("inventory.yml", {"all": {"hosts": dict.fromkeys(HOSTS, HERE)}})
    shutil.copy(recipes.FILES / "merge.yml", place.folder)
    return place


def cells(report: Path) -> list[tuple[str, str]]:
    """Return the hosts of a report, each with its verdict."""
    found = json.loads(report.read_text(encoding="utf-8"))["cells"]
    return [(cell["host"], cell["verdict"]) for cell in found]


class TestTwoRuns:
    def test_become_one_report(self, fleet: Place) -> None:
        fleet.ask(REFUSED)
        ran = fleet.run("sh", str(recipes.FILES / "slices.sh"))
        assert ran.returncode == 2, ran.stdout
        assert cells(fleet.folder / "reports" / "report.json") == [(one, "failed") for one in HOSTS]

    def test_a_slice_without_hosts_is_no_reason_to_stop(self, fleet: Place) -> None:
        fleet.lay("inventory.yml", {"all": {"hosts": dict.fromkeys(HOSTS[:2], HERE)}})
        ran = fleet.run("sh", str(recipes.FILES / "slices.sh"))
        assert ran.returncode == 0, ran.stdout
        found = cells(fleet.folder / "reports" / "report.json")
        assert found == [(one, "passed") for one in HOSTS[:2]]


class TestGitHub:
    def slice(self, fleet: Place, number: int, hosts: str) -> Ran[str]:
        """Run the step of a job of the matrix, and lay its artifact where the merge finds it."""
        steps = recipes.github_steps("github-slices.yml", "slice")
        ran = fleet.run(
            *("bash", "-e", "-c", steps["Check all servers from the hosts of this slice"]),
            HOSTS=hosts,
            SLICES="2",
            RUNNER_TEMP=str(fleet.folder),
        )
        (fleet.folder / "shards").mkdir(exist_ok=True)
        (fleet.folder / "shard").rename(fleet.folder / "shards" / f"shard-{number}")
        return ran

    def test_a_workflow(self, fleet: Place) -> None:
        fleet.ask(REFUSED)
        matrix = recipes.load("github-slices.yml")["jobs"]["slice"]["strategy"]["matrix"]
        for number, hosts in enumerate(matrix["hosts"]):
            assert self.slice(fleet, number, hosts).returncode == 0  # the merge is the verdict
        merge = recipes.github_steps("github-slices.yml", "merge")
        summary = str(fleet.folder / "summary.md")
        ran = fleet.run("bash", "-e", "-c", merge["Make one report of all slices"])
        assert ran.returncode == 2, ran.stdout
        shown = fleet.run("bash", "-e", "-c", merge["Show the report"], GITHUB_STEP_SUMMARY=summary)
        assert shown.returncode == 0
        assert "4 hosts, 1 server" in Path(summary).read_text(encoding="utf-8")

    def test_the_hosts_of_a_slice_without_a_shard_are_named(self, fleet: Place) -> None:
        self.slice(fleet, 1, "all[2:]")
        merge = recipes.github_steps("github-slices.yml", "merge")
        ran = fleet.run("bash", "-e", "-c", merge["Make one report of all slices"])
        assert ran.returncode == 2, ran.stdout
        found = cells(fleet.folder / "reports" / "report.json")
        assert [verdict for _host, verdict in sorted(found)] == ["error"] * 2 + ["passed"] * 2


def test_a_pipeline_of_gitlab(fleet: Place) -> None:
    (matrix,) = recipes.load("gitlab-slices.yml")["slice"]["parallel"]["matrix"]
    key = fleet.folder / "key"
    key.touch()
    for number, hosts in enumerate(matrix["HOSTS"], 1):
        ran = fleet.run(
            *("bash", "-eo", "pipefail", "-c"),
            recipes.gitlab_script("gitlab-slices.yml", "slice")["script"],
            HOSTS=hosts,
            CI_NODE_INDEX=str(number),
            CI_NODE_TOTAL="2",
            SMTP_CHECK_SSH_KEY=str(key),
        )
        assert ran.returncode == 0, ran.stdout
    merge = recipes.gitlab_script("gitlab-slices.yml", "mail-check")["script"]
    ran = fleet.run("bash", "-eo", "pipefail", "-c", merge)
    assert ran.returncode == 0, ran.stdout
    assert cells(fleet.folder / "reports" / "report.json") == [(one, "passed") for one in HOSTS]


class TestAwx:
    """The slices run with ansible-runner, as AWX runs them."""

    @pytest.fixture
    def sliced(self, fleet: Place) -> Place:
        """Run both slices, in which every dialogue fails, with all results in the events (-v)."""
        servers = [
            {"name": f"relay{number}", "host": "127.0.0.1", "port": fleet.relay.port}
            for number in range(TARGETS)
        ]
        project = fleet.folder / "project"
        project.mkdir()
        variables = {"smtp_check_servers": servers, **fleet.envelope(REFUSED)}
        (project / "servers.yml").write_text(json.dumps(variables))  # which is YAML, too
        for name in ("awx-slice.yml", "awx-merge.yml"):
            shutil.copy(recipes.FILES / name, project)
        for number in (1, 2):
            hosts = HOSTS[number - 1 : number]  # AWX deals hosts out in turn
            ran = self.job(fleet, f"slice{number}", "awx-slice.yml", hosts, slices=2)
            assert ran.returncode == 0, ran.stdout
        return fleet

    def job(
        self, fleet: Place, ident: str, playbook: str, hosts: t.Sequence[str], **given: t.Any
    ) -> Ran[str]:
        """Run a job with a part of the inventory."""
        fleet.lay(f"{ident}.yml", {"all": {"hosts": dict.fromkeys(hosts, HERE)}})
        kept = {
            "report_host": "localhost",
            "shard_dir": str(fleet.folder / "shards"),
            "report_dir": str(fleet.folder / "kept"),
            "awx_job_id": ident,
        }
        extra = json.dumps(json.dumps({**kept, **given}))
        return fleet.run(
            *(str(BIN / "ansible-runner"), "run", ".", "--ident", ident, "-p", playbook),
            *("--inventory", str(fleet.folder / f"{ident}.yml"), f"--cmdline=-v -e {extra}"),
        )

    def test_a_workflow(self, sliced: Place) -> None:
        results = [
            (event["event"], event["event_data"]["res"])
            for ident in ("slice1", "slice2")
            for event in self.events(sliced, ident)
            if "res" in event.get("event_data", {})
        ]
        assert max(len(str(result)) for _name, result in results) > MOST_CHARACTERS / 2
        for name, result in results:
            assert result, name  # {} is what is left of one that is too large
            assert len(str(result)) < MOST_CHARACTERS, name

        ran = self.job(sliced, "merge", "awx-merge.yml", [*HOSTS[:2], "web5"])
        assert ran.returncode == 2, ran.stdout
        found = cells(sliced.folder / "kept" / "merge" / "report.json")
        assert found.count(("web1", "failed")) == TARGETS
        assert {verdict for host, verdict in found if host == "web5"} == {"error"}
        assert len(found) == 3 * TARGETS
        assert not list((sliced.folder / "shards").iterdir())

    def events(self, place: Place, ident: str) -> t.Iterator[dict[str, t.Any]]:
        """Yield the events of a run."""
        for path in (place.folder / "artifacts" / ident / "job_events").glob("*.json"):
            yield json.loads(path.read_text(encoding="utf-8"))
