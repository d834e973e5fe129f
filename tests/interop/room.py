# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A room: a root of its own for a mail server, over this machine's.

Debian's mail servers cannot be installed side by side, nor would a developer want them on the
machine. So each goes into an overlay of its own over the machine's root: what a package brings is
kept there, is seen there only, and is installed once. The network is the machine's, so that a
server is reached on loopback like any other.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import typing as t
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOMS = HERE.parents[1] / ".venv" / "interop"

INSTALL = """
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d  # so that no package starts its service
chmod 755 /usr/sbin/policy-rc.d
rm -f /var/lib/man-db/auto-update  # nor an index of all manual pages, which takes longest
printf '%s\n' "$1" | debconf-set-selections
shift
export DEBIAN_FRONTEND=noninteractive
apt-get -q update
apt-get -q install -y --no-install-recommends "$@"
"""


def missing() -> str | None:
    """Say what this machine lacks for rooms; None where it lacks nothing."""
    if os.geteuid() != 0:
        return "only root can make rooms for mail servers"
    lacking = [tool for tool in ("unshare", "apt-get", "dpkg-query") if not shutil.which(tool)]
    return f"this machine has no {' and no '.join(lacking)}" if lacking else None


class Room:
    """A room with packages in it; `answers` is for what they ask (debconf-set-selections)."""

    def __init__(self, name: str, packages: t.Sequence[str], answers: str = "") -> None:
        self._folder = ROOMS / name
        self._packages = packages
        self._answers = answers

    def furnish(self) -> None:
        """Install the packages, unless that is done. Raises RuntimeError with what they printed."""
        ROOMS.mkdir(parents=True, exist_ok=True)
        done = self._folder / "furnished"
        with (ROOMS / f"{self._folder.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if done.exists() and done.read_text() == " ".join(self._packages):
                return
            shutil.rmtree(self._folder, ignore_errors=True)
            for folder in ("upper", "work", "root", "nothing"):
                (self._folder / folder).mkdir(parents=True)
            if self._packages:
                self._run("sh", "-euc", INSTALL, "sh", self._answers, *self._packages)
            done.write_text(" ".join(self._packages))

    @property
    def root(self) -> Path:
        """The folder on which its root is mounted, as its own processes see it."""
        return self._folder / "root"

    def version(self, package: str) -> str:
        """Return a package's version as its authors count it, such as 3.7.11."""
        version = self._run("dpkg-query", "-Wf", "${source:Upstream-Version}", package)
        return version.partition("+")[0]  # what follows is the packager's

    @contextlib.contextmanager
    def running(self, folder: Path, *command: str) -> t.Iterator[subprocess.Popen[bytes]]:
        """Run a command for as long as the context lasts. It sees the folder where it is.

        What it prints goes to `output.txt` in the folder. It has to stay in the foreground: when it
        ends, all that it has started is killed.
        """
        with (folder / "output.txt").open("ab") as output:
            process = self._started(folder, output, *command)
        with process:
            try:
                yield process
            finally:
                process.kill()  # and with it the room, by --kill-child

    def _run(self, *command: str) -> str:
        """Run a command to its end, and give what it printed."""
        folder = self._folder / "nothing"
        with self._started(folder, subprocess.PIPE, *command) as process:
            assert process.stdout is not None
            output = process.stdout.read().decode(errors="replace")
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)}: {output}")
        return output

    def _started(
        self, folder: Path, output: int | t.IO[bytes], *command: str
    ) -> subprocess.Popen[bytes]:
        unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
        script = ["sh", str(HERE / "enter_room.sh"), str(self._folder), str(folder)]
        return subprocess.Popen(
            [*unshare, *script, *command],
            stdin=subprocess.PIPE,  # its end tells the room that the tests are gone
            stdout=output,
            stderr=subprocess.STDOUT,
        )
