# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a recipe finds where it runs: the collection, installed as the recipe does, and a relay."""

from __future__ import annotations

import os
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible_collections.mailops.smtp.tests.recipes.recipes import FILES, ROOT
from ansible_collections.mailops.smtp.tests.tools.relay import Relay

BIN = Path(sys.executable).parent
ADDRESS = "https://git.example.com/mailops/smtp.git"
SECONDS = 180  # for one command, on a machine that is busy

# The relay takes mail for the first, and refuses the second.
TAKEN, REFUSED = "postmaster@example.com", "postmaster@example.net"

# As in the recipes' own inventory.
HERE = {
    "ansible_connection": "local",
    "ansible_python_interpreter": "{{ ansible_playbook_python }}",
}


class Place:
    """A folder with the files that all recipes share, where commands run as in a clean job."""

    def __init__(self, folder: Path, home: Path, relay: Relay) -> None:
        self.folder = folder
        self.relay = relay
        # Not with the variables of whoever runs the tests, by which Ansible would find more.
        self.environment = {
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "ANSIBLE_PIPELINING": "True",  # several processes fewer for each module
        }
        self.lay("inventory.yml", {"all": {"hosts": {"here": HERE}}})
        self.ask(TAKEN)

    def lay(self, name: str, content: t.Any) -> None:
        """Write a file of YAML."""
        (self.folder / name).write_text(yaml.safe_dump(content), encoding="utf-8")

    def ask(self, recipient: str) -> None:
        """Have the relay asked for mail to a recipient."""
        servers = [{"host": "127.0.0.1", "port": self.relay.port}]
        self.lay("servers.yml", {"smtp_check_servers": servers, **self.envelope(recipient)})

    def envelope(self, recipient: str) -> dict[str, t.Any]:
        """Return the variables of the role that say what mail to ask for."""
        return {
            "smtp_check_mail_from": "monitoring@example.com",
            "smtp_check_rcpt_to": [recipient],
        }

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the folder. All that it prints is in stdout."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
            timeout=SECONDS,
        )


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home with the collection in it, by the recipes' own file of requirements.

    Its address is replaced by that of a repository with what git does not ignore here.
    """
    folder = tmp_path_factory.mktemp("home")
    repository = tmp_path_factory.mktemp("git") / "smtp.git"
    git = ["git", f"--git-dir={repository}", f"--work-tree={ROOT}"]
    author = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    for command in (
        ["git", "init", "--quiet", "--bare", "--initial-branch=main", str(repository)],
        [*git, "add", "--all"],
        [*git, *author, "commit", "--quiet", "--message=A tree"],
    ):
        subprocess.run(command, cwd=ROOT, check=True, timeout=SECONDS)
    requirements = (FILES / "requirements.yml").read_text(encoding="utf-8")
    assert ADDRESS in requirements
    (folder / "requirements.yml").write_text(
        requirements.replace(ADDRESS, repository.as_uri()), encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="session")
def installed(home: Path) -> Path:
    """Install the collection into the home."""
    subprocess.run(
        [str(BIN / "ansible-galaxy"), "collection", "install", "-r", "requirements.yml"],
        cwd=home,
        env={"HOME": str(home), "LANG": "C.UTF-8", "PATH": os.environ["PATH"]},
        check=True,
        timeout=SECONDS,
    )
    return home


@pytest.fixture(scope="session")
def relay() -> t.Iterator[Relay]:
    """Start a relay."""
    with Relay() as started:
        yield started


@pytest.fixture
def place(tmp_path: Path, installed: Path, relay: Relay) -> Place:
    """Return a folder of its own to a recipe."""
    return Place(tmp_path, installed, relay)
