# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that Ansible reaches over SSH, each a network namespace, and a server room beside them.

The network is that of the benchmarks (tests/benchmarks/ssh_network.sh). The hosts share a room, and
so their files, but each has its own folder for Ansible.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.interop import routers
from ansible_collections.mailops.smtp.tests.interop.room import Room

SCRIPT = Path(__file__).resolve().parents[1] / "benchmarks" / "ssh_network.sh"

_PATIENCE = 30.0


class SshHosts:
    """The hosts, by their numbers from 1. `room` is the process that holds them."""

    def __init__(self, room: subprocess.Popen[bytes], folder: Path) -> None:
        self._folder = folder
        (first,) = children(room.pid)
        self._root = Path(f"/proc/{first}/root", *_room().root.parts[1:])
        others = [Path(f"/proc/{first}/ns/net"), *(self._root / "run" / "netns").iterdir()]
        known = {path.stat().st_ino for path in others}
        spaces = [Path(f"/proc/{pid}/ns/net") for pid in descendants(first)]
        self._server_room = next(path for path in spaces if path.stat().st_ino not in known)

    def in_server_room(self) -> t.ContextManager[None]:
        """Have this thread, and what it starts, use the network of the servers and of Ansible."""
        return routers.inside_namespace(self._server_room)

    @staticmethod
    def server(number: int) -> str:
        """Return an address of the server room."""
        return f"10.78.1.{number}"

    def variables(self, number: int) -> dict[str, t.Any]:
        """Return the variables with which Ansible reaches a host."""
        options = f"-F none -o IdentitiesOnly=yes -o UserKnownHostsFile={self._folder}/known_hosts"
        return {
            "ansible_host": f"10.78.2.{number}",
            "ansible_user": "root",
            "ansible_ssh_private_key_file": str(self._folder / "login"),
            "ansible_ssh_common_args": options,
            "ansible_python_interpreter": "/usr/bin/python3",
            "ansible_remote_tmp": _folder(number),
        }

    def processes(self, number: int) -> dict[int, str]:
        """Return the processes on a host, and the command of each."""
        namespace = (self._root / f"run/netns/host{number}").stat().st_ino
        found = {}
        for pid in [int(path.name) for path in Path("/proc").glob("[0-9]*")]:
            with contextlib.suppress(OSError):
                if os.stat(f"/proc/{pid}/ns/net").st_ino == namespace:
                    found[pid] = _command(pid)
        return found

    def files(self, number: int) -> list[str]:
        """Return the names of the temporary files and folders on a host."""
        return [path.name for path in (self._root / _folder(number).lstrip("/")).glob("*")]

    def unplug(self, number: int) -> None:
        """Take the link of a host down."""
        with self.in_server_room():
            subprocess.run(["ip", "link", "set", f"host{number}", "down"], check=True)


@contextlib.contextmanager
def start(folder: Path, number: int) -> t.Iterator[SshHosts]:
    """Start hosts."""
    folder.mkdir()
    room = _room()
    room.furnish()
    shutil.copy(SCRIPT, folder / "network.sh")  # all else may be out of sight
    command = ("unshare", "--net", "sh", str(folder / "network.sh"), str(folder), str(number))
    with room.running(folder, *command) as process:
        until = time.monotonic() + _PATIENCE
        while not (folder / "ready").exists():
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"no hosts: {(folder / 'output.txt').read_text()}")
            time.sleep(0.02)
        yield SshHosts(process, folder)


def _folder(number: int) -> str:
    return f"/run/ansible/host{number}"


def _room() -> Room:
    return Room("ssh", ["iproute2", "openssh-server", "python3"])


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:  # it has ended
        return []


def descendants(pid: int) -> list[int]:
    """Return the processes that a process has started, those that they have, and so on."""
    return [one for child in children(pid) for one in [child, *descendants(child)]]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
