# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recipes run as they are written, but for pip, and against a relay on loopback."""

from __future__ import annotations

import fcntl
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.tests.recipes import guides, recipes, views
from ansible_collections.mailops.smtp.tests.recipes.conftest import BIN, HERE, REFUSED, TAKEN, Place

# What comes of each answer of the relay.
CASES = [pytest.param(TAKEN, 0, id="all is well"), pytest.param(REFUSED, 2, id="broken")]

Ran = subprocess.CompletedProcess


def ended(ran: Ran[str], code: int) -> None:
    """Insist on an exit code, and that it is the relay's refusal that fails a run."""
    assert ran.returncode == code, ran.stdout
    assert ("554 5.7.1" in ran.stdout) == (code == 2), ran.stdout


def in_reports(place: Place, folder: str = "reports") -> set[str]:
    """Name what is in the folder of reports."""
    return {path.name for path in (place.folder / folder).iterdir()}


def github_step(place: Place, name: str) -> Ran[str]:
    """Run a step as GitHub's runner does when the step names no shell."""
    script = recipes.github_steps()[name]
    temporary = place.folder / "temp"
    temporary.mkdir(exist_ok=True)
    return place.run(
        *("bash", "-e", "-c", script),
        KEY="a key",
        RUNNER_TEMP=str(temporary),
        GITHUB_STEP_SUMMARY=str(place.folder / "summary.md"),
    )


def test_the_collection_is_installed_from_git(home: Path, installed: Path) -> None:
    collection = home / ".ansible" / "collections" / "ansible_collections" / "mailops" / "smtp"
    assert (collection / "MANIFEST.json").exists()
    assert (collection / "playbooks" / "check.yml").exists()


class TestGitHub:
    def test_two_runs(self, place: Place) -> None:
        tokens = set()
        for recipient, code in ((TAKEN, 0), (REFUSED, 2)):
            place.ask(recipient)
            ran = github_step(place, "Check all servers from all hosts")
            ended(ran, code)
            files = {"report.html", "report.json", "report.md", "junit.xml", "transcripts"}
            assert in_reports(place) == files
            assert github_step(place, "Show the report").returncode == 0
            report = (place.folder / "reports" / "report.md").read_bytes()
            assert (place.folder / "summary.md").read_bytes() == report
            tokens.add(self.token(ran.stdout.splitlines()))
            shutil.rmtree(place.folder / "reports")
            (place.folder / "summary.md").unlink()
        assert len(tokens) == 2

    def token(self, lines: list[str]) -> str:
        """Return the word without which the log takes no commands while servers speak."""
        begin, token = lines[0].rsplit("::", 1)
        assert begin == "::stop-commands"
        assert len(token) == 32
        assert lines[-1] == f"::{token}::"
        return token

    def test_a_run_without_a_host_fails_and_has_no_summary(self, place: Place) -> None:
        place.lay("inventory.yml", {"all": {"hosts": {}}})
        assert github_step(place, "Check all servers from all hosts").returncode == 2
        assert github_step(place, "Show the report").returncode == 1

    def test_the_key_is_for_its_user_only(self, place: Place) -> None:
        assert github_step(place, "Write the SSH key to a file").returncode == 0
        key = place.folder / "temp" / "ssh-key"
        assert key.read_text(encoding="utf-8") == "a key\n"
        assert key.stat().st_mode & 0o777 == 0o600


class TestGitLab:
    def script(self, place: Place) -> Ran[str]:
        """Run what comes after the installation, as GitLab's runner does."""
        lines = recipes.load("gitlab-ci.yml")["mail-check"]["script"]
        assert lines[0].startswith("ansible-galaxy ")
        return place.run("bash", "-eo", "pipefail", "-c", "\n".join(lines[1:]))

    @pytest.mark.parametrize(("recipient", "code"), CASES)
    def test_a_run(self, place: Place, recipient: str, code: int) -> None:
        place.ask(recipient)
        ran = self.script(place)
        ended(ran, code)
        assert in_reports(place) == {"report.html", "report.json", "junit.xml", "transcripts"}

    def test_a_run_without_a_host_fails(self, place: Place) -> None:
        place.lay("inventory.yml", {"all": {"hosts": {}}})
        ran = self.script(place)
        assert ran.returncode == 2
        assert "matches no host of this run" in ran.stdout


class TestJenkins:
    def test_two_builds(self, place: Place) -> None:
        _python, install, check = recipes.jenkins_steps()
        (place.folder / "venv").mkdir()
        (place.folder / "venv" / "bin").symlink_to(BIN)
        home = Path(place.environment["HOME"])
        shutil.copy(home / "requirements.yml", place.folder)
        place.environment["HOME"] = str(place.folder)  # where no collection is
        ran = place.run("sh", "-xe", "-c", install)
        assert ran.returncode == 0, ran.stdout
        for recipient, code in ((TAKEN, 0), (REFUSED, 2)):
            place.ask(recipient)
            (place.folder / "reports").mkdir(exist_ok=True)
            (place.folder / "reports" / "of-an-earlier-build").touch()
            ran = place.run("sh", "-xe", "-c", check)
            ended(ran, code)
            assert in_reports(place) == {"report.html", "report.json", "junit.xml", "transcripts"}


class TestAwx:
    def job(self, place: Place) -> Ran[str]:
        """Run the playbook of the job, with what the template and AWX itself give to it."""
        shutil.copy(recipes.FILES / "awx-mail-check.yml", place.folder / "mail-check.yml")
        given = {"report_host": "here", "report_dir": place.folder / "kept", "awx_job_id": 7}
        return place.run(
            *("ansible-playbook", "mail-check.yml", "-i", "inventory.yml"),
            *(word for name, value in given.items() for word in ("-e", f"{name}={value}")),
            ANSIBLE_SHOW_CUSTOM_STATS="true",
        )

    @pytest.mark.parametrize(("recipient", "code"), CASES)
    def test_a_job(self, place: Place, recipient: str, code: int) -> None:
        place.ask(recipient)
        ran = self.job(place)
        ended(ran, code)
        assert in_reports(place, "kept/7") == {"report.html", "report.json"}
        stats = ran.stdout.partition("CUSTOM STATS")[2]
        assert f'"passed": {1 if code == 0 else 0}' in stats

    def test_a_job_whose_template_names_no_host_for_reports(self, place: Place) -> None:
        shutil.copy(recipes.FILES / "awx-mail-check.yml", place.folder)
        ran = place.run("ansible-playbook", "awx-mail-check.yml", "-i", "inventory.yml")
        assert ran.returncode == 2
        assert "where the reports are kept" in ran.stdout


class TestScript:
    def run(self, place: Place) -> Ran[str]:
        """Run the script as cron does, with folders of its own."""
        for name in ("program", "state", "metrics"):
            (place.folder / name).mkdir(exist_ok=True)
        links = {
            "bin": BIN,
            "collections": Path(place.environment["HOME"], ".ansible", "collections"),
        }
        for name, target in links.items():
            link = place.folder / "program" / name
            if not link.is_symlink():
                link.symlink_to(target)
        return place.run(
            str(recipes.FILES / "smtp-check"),
            SMTP_CHECK_PROGRAM=str(place.folder / "program"),
            SMTP_CHECK_SETTINGS=str(place.folder),
            SMTP_CHECK_STATE=str(place.folder / "state"),
            SMTP_CHECK_METRICS=str(place.folder / "metrics"),
            PATH="/usr/bin:/bin",
        )

    @pytest.mark.parametrize(("recipient", "code"), CASES)
    def test_a_run(self, place: Place, recipient: str, code: int) -> None:
        place.ask(recipient)
        ran = self.run(place)
        ended(ran, code)
        assert in_reports(place, "state/reports") == {
            *("report.html", "report.json", "smtp_handshake.prom", "transcripts")
        }
        assert in_reports(place, "metrics") == {"smtp_handshake.prom"}
        metrics = place.folder / "metrics" / "smtp_handshake.prom"
        assert metrics.stat().st_mode & 0o777 == 0o644

    def test_a_run_that_comes_to_nothing_says_so_and_leaves_old_metrics(self, place: Place) -> None:
        (place.folder / "servers.yml").unlink()
        ran = self.run(place)
        assert ran.returncode == 1
        assert "smtp_handshake.prom" not in ran.stdout
        assert in_reports(place, "metrics") == set()
        (place.folder / "state" / "reports").mkdir()
        (place.folder / "state" / "reports" / "smtp_handshake.prom").write_text("old 1\n")
        assert self.run(place).returncode == 1
        metrics = place.folder / "metrics" / "smtp_handshake.prom"
        assert metrics.read_text(encoding="utf-8") == "old 1\n"

    def test_a_second_run_goes_away_while_the_first_is_under_way(self, place: Place) -> None:
        (place.folder / "state").mkdir()
        with (place.folder / "state" / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            ran = self.run(place)
        assert ran.returncode == 75
        assert ran.stdout == "smtp-check: the last run is still under way\n"


class TestBeforeAndAfter:
    def before_and_after(self, place: Place, *recipients: str) -> tuple[Ran[str], Ran[str]]:
        """Run the one, have the relay asked for another recipient, and run the other."""
        ran = []
        for name, recipient in zip(("before.sh", "after.sh"), recipients):
            place.ask(recipient)
            ran.append(place.run(str(recipes.FILES / name)))
        return ran[0], ran[1]

    def test_what_the_change_broke_fails(self, place: Place) -> None:
        before, after = self.before_and_after(place, TAKEN, REFUSED)
        ended(before, 0)
        ended(after, 2)
        assert in_reports(place, "before") == {"report.html", "report.json"}
        assert in_reports(place, "after") == {"report.html", "report.json", "transcripts"}
        went, came = (
            [line for line in after.stdout.splitlines() if line.startswith(sign)]
            for sign in ("-here → ", "+here → ")
        )
        assert len(went) == len(came) == 1
        assert went[0].endswith(" broke: ok")
        assert "554 5.7.1" in came[0]
        (shown,) = re.findall(r"^--- .*\n(?:[-+@].*\n)+", after.stdout, re.MULTILINE)
        shown = shown.replace(str(place.relay.port), str(views.RELAY_PORT))
        guides.check_output("docs/recipes/before-and-after.md", "difference", shown)

    def test_what_was_broken_before_stays_out_of_it(self, place: Place) -> None:
        before, after = self.before_and_after(place, REFUSED, REFUSED)
        assert before.returncode == 0, before.stdout
        assert after.returncode == 0, after.stdout
        assert "here → " not in after.stdout.partition("--- before")[2]


class TestAudit:
    def audit(self, place: Place, own: str, other: str) -> Ran[str]:
        """Run the script as the job does, with some of the checks, on a relay of a domain."""
        place.lay("audit-inventory.yml", {"all": {"hosts": {"here": HERE}}})
        settings = {
            "servers": [{"host": "127.0.0.1", "port": place.relay.port}],
            "own_domain": own,
            "user": "postmaster",
            "other_domain": other,
            "checks": ["relay-02", "relay-25"],
        }
        place.lay("audit.yml", {f"smtp_audit_{name}": value for name, value in settings.items()})
        shutil.copy(recipes.FILES / "audit.sh", place.folder)
        *_install, script = recipes.load("audit-gitlab-ci.yml")["mail-audit"]["script"]
        return place.run("bash", "-eo", "pipefail", "-c", script)

    def test_a_sound_relay_passes_and_is_the_baseline_of_an_open_one(self, place: Place) -> None:
        ran = self.audit(place, "example.com", "example.net")
        assert ran.returncode == 0, ran.stdout
        assert in_reports(place) == {"audit.html", "audit.json", "audit.md", "audit.xml"}
        shutil.copy(place.folder / "reports" / "audit.json", place.folder / "audit-baseline.json")
        ran = self.audit(place, "example.org", "example.com")
        assert ran.returncode == 2, ran.stdout
        last = ran.stdout.partition("PLAY RECAP")[2]
        assert "It is an open relay." in last
        assert ": 2 worse, 0 better" in last
