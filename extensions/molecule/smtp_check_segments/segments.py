# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network of this scenario: `segments.py start FOLDER`.

`start` returns when all of it runs. What there is in it is written in network.sh, and how the mail
servers treat whom in postfix_main.cf and exim.conf. Where it cannot be built, it says why on its
output, and nothing is built.

Whatever runs hangs on one process, the keeper. It has a network namespace of its own, in which the
mail servers and Ansible live, and three rooms. The other namespaces are known within the room of
the network only. So when the keeper is gone, everything is, and nothing was ever on the machine's
own network. The keeper leaves its process ID in FOLDER where resources/smtp_servers.py finds it,
which stops it.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import os
import shutil
import signal
import subprocess
import sys
import time
import types
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.interop import exim, postfix, room
from ansible_collections.mailops.smtp.tests.interop.room import Room

HERE = Path(__file__).resolve().parent

# A process holds a lock on this file as long as it lives.
PID_FILE = "servers.pid"

# When nobody has stopped it by then, nobody will.
LIFE_SECONDS = 3600

START_SECONDS = 30.0

# Python is what modules run with on the hosts.
ROOMS = {
    "network": Room("segments", ["iproute2", "openssh-server", "python3"]),
    "postfix": postfix.ROOM,
    "exim": Room("exim", exim.PACKAGES),
}

# The users of the mail servers cannot walk to the folder by its own path. Exim's configuration is
# bound to where Exim looks for it; and it must not be a child of process 1, as if that were inetd.
MAIL_FOLDER = """
mkdir /run/mail
mount --bind "$1" /run/mail
cd /run/mail
"""
SCRIPTS = {
    "network": (HERE / "network.sh").read_text(encoding="utf-8"),
    "postfix": f"""
{MAIL_FOLDER}
mkdir etc spool data mail
cp main.cf master.cf etc
chown postfix: data
chown 5000:5000 mail
exec postfix -c /run/mail/etc start-fg
""",
    "exim": f"""
{MAIL_FOLDER}
mkdir spool log mail
chown Debian-exim: spool log mail
touch /etc/exim4/exim4.conf
mount --bind exim.conf /etc/exim4/exim4.conf
exim4 -bdf
exit 1
""",
}
FILES = {
    "network": (),
    "postfix": (("postfix_main.cf", "main.cf"), ("postfix_master.cf", "master.cf")),
    "exim": (("exim.conf", "exim.conf"),),
}

# Where the mail servers listen.
ADDRESSES = {"postfix": "10.77.0.25", "exim": "10.77.0.26"}


def missing() -> str | None:
    """Say what this machine lacks for the network; None where it lacks nothing."""
    lack = room.missing()
    if lack is None and not shutil.which("nsenter"):
        lack = "this machine has no nsenter"
    if lack is None and not shutil.which("ssh"):
        lack = "this machine has no ssh"
    return lack


def start(folder: Path) -> int:
    """Leave the keeper running, and all that hangs on it."""
    lack = missing()
    if lack is not None:
        print(lack)
        return 0
    for each in ROOMS.values():
        each.furnish()
    log = folder / "keeper.log"
    told, ready = os.pipe()
    with log.open("wb") as output:
        command = [sys.executable, __file__, "keep", str(folder), str(ready)]
        subprocess.Popen(
            ["unshare", "--net", *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=[ready],
            start_new_session=True,
        )
    os.close(ready)
    if os.read(told, 1):
        return 0
    sys.stderr.write(log.read_text(encoding="utf-8", errors="replace"))
    return 1


def keep(folder: Path, ready: int) -> None:
    """Run everything until the process is stopped; write to `ready` when all of it is there."""
    signal.signal(signal.SIGTERM, leave)
    with (folder / PID_FILE).open("a", encoding="utf-8") as file, contextlib.ExitStack() as running:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        enter(running, folder, "network")  # whose addresses the mail servers need
        await_room(folder, "network", (folder / "network" / "ready").exists)
        for name in ADDRESSES:
            enter(running, folder, name)
        for name, address in ADDRESSES.items():
            await_room(folder, name, functools.partial(listens, address))
        os.write(ready, b"1")
        os.close(ready)
        time.sleep(LIFE_SECONDS)


def leave(_signal: int, _frame: types.FrameType | None) -> t.NoReturn:
    """End as if all were done, so that the rooms end first."""
    sys.exit()


def enter(running: contextlib.ExitStack, folder: Path, name: str) -> None:
    """Start what belongs into a room, with nothing from an earlier run."""
    own = folder / name
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir()
    own.chmod(0o755)
    for source, target in FILES[name]:
        shutil.copy(HERE / source, own / target)
    running.enter_context(ROOMS[name].running(own, "sh", "-euc", SCRIPTS[name], "sh", str(own)))


def await_room(folder: Path, name: str, is_ready: t.Callable[[], bool]) -> None:
    """Wait until a room is ready. Raises TimeoutError with its output."""
    end = time.monotonic() + START_SECONDS
    while not is_ready():
        if time.monotonic() > end:
            output = (folder / name / "output.txt").read_text(errors="replace")
            raise TimeoutError(f"{name} is not ready: {output}")
        time.sleep(0.05)


def listens(address: str) -> bool:
    """Whether somebody listens on port 25 of an address, by the kernel's table of this network."""
    wanted = bytes(reversed([int(number) for number in address.split(".")])).hex().upper() + ":0019"
    lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    return any(line.split()[1] == wanted and line.split()[3] == "0A" for line in lines)


if __name__ == "__main__":
    if sys.argv[1] == "start":
        sys.exit(start(Path(sys.argv[2])))
    keep(Path(sys.argv[2]), int(sys.argv[3]))
