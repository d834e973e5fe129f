# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a probe of 20 servers costs over SSH, beside ansible.builtin.ping on the same hosts.

Ansible pings 1, 5 and 20 hosts, has them hold dialogues with 20 mail servers in one task of the
module, and by the role. All of it takes place on this machine, in a network of its own
(ssh_network.sh), with one sshd for each host. A connection stays open from run to run
(ControlPersist), which is Ansible's default. The three are run in turn, and every ratio is one of
two numbers from the same turn. That each dialogue took place is counted by the servers.

A task's time is what the callback task_times saw: from the task's start to the last host's result.
Of a probe, the dialogues' own time can be taken away: since all dialogues of a host are held side
by side, that is what the longest dialogue of the host that was last took.

    make bench
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import typing as t

from costs import ROOT, Cost, Range, ansible, cost_of, differences, head, machine, ratios
from many_servers import ServerProcess, addresses

sys.path.insert(0, str(ROOT / ".venv" / "collections"))

from ansible_collections.mailops.smtp.tests.interop import room
from ansible_collections.mailops.smtp.tests.interop.room import Room

HERE = pathlib.Path(__file__).resolve().parent

# As ssh_network.sh has them.
FIRST_SERVER, FIRST_HOST = "10.78.1.1", "10.78.2.1"

SERVERS = 20
HOSTS = (1, 5, 20)

# What the hosts need. They share a room, over this machine's root.
PACKAGES = {"ip": "iproute2", "sshd": "openssh-server", "/usr/bin/python3": "python3"}
ROOM_NAME = "ssh_cost"
FOLDERS = "/usr/sbin:/usr/bin:/sbin:/bin"

START_SECONDS = 30.0

PING, MODULE, ROLE = "ping", "smtp_handshake", "smtp_check"
PROBE, WHOLE_ROLE = "smtp_check's probe", "smtp_check, all tasks"
ACTIONS = ("ansible.builtin.ping", "mailops.smtp.smtp_handshake")

LIMIT = 1.5
WIDTH = 42


class Setting(t.NamedTuple):
    """How many hosts, and how Ansible gets a module to them."""

    hosts: int
    pipelining: bool

    @property
    def title(self) -> str:
        """What it is called in a table."""
        hosts = "1 host" if self.hosts == 1 else f"{self.hosts} hosts"
        return f"{hosts}, {self.way}"

    @property
    def way(self) -> str:
        """What it is called how Ansible gets a module to a host."""
        return "pipelining" if self.pipelining else "default"


class Measured(t.NamedTuple):
    """What a run of a playbook cost.

    Seconds are those of the one task that it is about, of that task's dialogues, and of all tasks.
    """

    cost: Cost
    task: float
    dialogues: float
    tasks: float


class Bench:
    """All that is measured, and how."""

    def __init__(self, folder: pathlib.Path, servers: ServerProcess) -> None:
        self._folder = folder
        self._servers = servers
        self._playbooks = dict(self._write_playbooks())
        self.measured: dict[tuple[Setting, str], list[Measured]] = {}
        self.opened = 0  # SSH connections, in runs that count
        (folder / "ansible.cfg").touch()  # empty, so that no other is read

    def measure(self, settings: t.Iterable[Setting], runs: int) -> None:
        """Do it all as often as is asked for. What is compared follows one upon the other."""
        for setting in settings:
            for run in range(runs + 1):
                for what in self._playbooks:
                    told = f"run {run} of {runs}" if run else "warming up"
                    line = f"{setting.title}: {told}, {what}"
                    print(f"\r{line:60}", end="", file=sys.stderr, flush=True)
                    before = self._logins()
                    measured = self._run(setting, what)
                    if run:  # the first opens the connections
                        self.measured.setdefault((setting, what), []).append(measured)
                        self.opened += self._logins() - before
        print(f"\r{'':60}\r", end="", file=sys.stderr)

    def _run(self, setting: Setting, what: str) -> Measured:
        times = self._folder / "times.json"
        inventory = ["--inventory", str(self._inventory(setting.hosts))]
        command = [ansible("ansible-playbook"), *inventory, *self._playbooks[what]]
        self._servers.ask()
        cost = cost_of(command, settings=self._environment(setting, times))
        taken = self._servers.ask()["recipients"]
        expected = 0 if what == PING else setting.hosts * SERVERS
        if taken != expected:
            raise SystemExit(f"{setting.title}, {what}: {taken} recipients taken, not {expected}")
        return _measured(cost, json.loads(times.read_text()))

    def _logins(self) -> int:
        """Count the SSH connections that there have been."""
        logs = self._folder.glob("host*.log")
        return sum(log.read_text(errors="replace").count("Accepted publickey") for log in logs)

    def _environment(self, setting: Setting, times: pathlib.Path) -> dict[str, str]:
        """Return Ansible's defaults, but for what is measured and where its files are."""
        return {
            "ANSIBLE_CONFIG": str(self._folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(self._folder / "home"),
            "ANSIBLE_SSH_CONTROL_PATH_DIR": str(self._folder / "cp"),
            "ANSIBLE_FORKS": str(setting.hosts),
            "ANSIBLE_PIPELINING": str(setting.pipelining),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "task_times",
            "TASK_TIMES_FILE": str(times),
        }

    def _inventory(self, number: int) -> pathlib.Path:
        options = f"-F none -o IdentitiesOnly=yes -o UserKnownHostsFile={self._folder}/known_hosts"
        variables = {
            "ansible_user": "root",
            "ansible_ssh_private_key_file": str(self._folder / "login"),
            "ansible_ssh_common_args": options,
            "ansible_python_interpreter": "/usr/bin/python3",
            "ansible_remote_tmp": "/run/ansible/{{ inventory_hostname }}",  # they share a root
        }
        hosts = {
            f"host{index}": {"ansible_host": address}
            for index, address in enumerate(addresses(number, FIRST_HOST), 1)
        }
        file = self._folder / f"{number}.yml"
        file.write_text(json.dumps({"all": {"hosts": hosts, "vars": variables}}))
        return file

    def _write_playbooks(self) -> t.Iterator[tuple[str, list[str]]]:
        """Return the arguments of ansible-playbook for each."""
        dialogue: dict[str, t.Any] = {
            "helo": "bench.example.com",
            "mail_from": "sender@example.com",
            "rcpt_to": ["recipient@example.com"],
        }
        servers = [
            {"host": address, "port": self._servers.fast}
            for address in addresses(SERVERS, FIRST_SERVER)
        ]
        role = {f"smtp_check_{name}": value for name, value in dialogue.items()}
        role["smtp_check_servers"] = servers
        yield PING, [self._write_play(ACTIONS[0], {})]
        yield MODULE, [self._write_play(ACTIONS[1], {**dialogue, "targets": servers})]
        yield ROLE, ["mailops.smtp.check", "-e", json.dumps(role)]

    def _write_play(self, action: str, options: dict[str, t.Any]) -> str:
        play = {"hosts": "all", "gather_facts": False, "tasks": [{action: options}]}
        file = self._folder / f"{action}.yml"
        file.write_text(json.dumps([play]))  # which is YAML, too
        return str(file)


def _measured(cost: Cost, times: dict[str, t.Any]) -> Measured:
    """Find the one task that the run was for among all."""
    (own,) = [task for task in times["tasks"] if task["action"] in ACTIONS]
    return Measured(cost, own["seconds"], own["dialogues"], times["seconds"])


class Tables:
    """What was measured, for a reader."""

    def __init__(self, bench: Bench) -> None:
        self._measured = bench.measured
        self._settings = list(dict.fromkeys(setting for setting, _what in bench.measured))

    def print(self) -> bool:
        """Print it all, and say whether the target is met."""
        runs, probes = (MODULE, ROLE), (MODULE, PROBE, WHOLE_ROLE)
        both = {"wall time": self._wall, "CPU time": self._cpu}
        self._print_table("Milliseconds of the whole run", (PING, *runs), both)
        tasks = {"the task": self._task, "the dialogues' own": self._dialogues}
        self._print_table("Milliseconds of the task", (PING, *probes), tasks)
        self._print_table("Times what ping's run takes", runs, both, base=PING)
        beyond = {"the task": self._task, "beyond the dialogues": self._beyond}
        self._print_table("Times what ping's task takes", probes, beyond, base=PING)
        return self._print_target()

    def _wall(self, setting: Setting, what: str) -> list[float]:
        return [run.cost.wall for run in self._measured[setting, what]]

    def _cpu(self, setting: Setting, what: str) -> list[float]:
        return [run.cost.cpu for run in self._measured[setting, what]]

    def _task(self, setting: Setting, what: str) -> list[float]:
        if what == WHOLE_ROLE:
            return [run.tasks for run in self._measured[setting, ROLE]]
        return [run.task for run in self._measured[setting, ROLE if what == PROBE else what]]

    def _dialogues(self, setting: Setting, what: str) -> list[float]:
        run = ROLE if what in (PROBE, WHOLE_ROLE) else what
        return [run.dialogues for run in self._measured[setting, run]]

    def _beyond(self, setting: Setting, what: str) -> list[float]:
        """Return what the tasks took beyond the dialogues' own time."""
        task, dialogues = self._task(setting, what), self._dialogues(setting, what)
        return list(differences(task, dialogues))

    def _print_table(
        self,
        title: str,
        whats: t.Sequence[str],
        columns: t.Mapping[str, t.Callable[[Setting, str], list[float]]],
        base: str | None = None,
    ) -> None:
        """Print what the columns give for each, in milliseconds, or in relation to a base."""
        head(title, *columns, width=WIDTH)
        for setting in self._settings:
            for what in whats:
                cells = [
                    Range.of([value * 1000 for value in of(setting, what)]).row("9.0f")
                    if base is None
                    else Range.of(ratios(of(setting, what), of(setting, base))).row("9.2f")
                    for of in columns.values()
                ]
                print(f"{f'{setting.title}: {what}':{WIDTH}}" + "  ".join(cells))
        print()

    def _print_target(self) -> bool:
        print(f"{'The target, for one host':74}{'min':>8}{'median':>8}{'max':>8}   limit  met")
        all_met = True
        for setting in self._settings:
            if setting.hosts > 1:
                continue
            values = ratios(self._beyond(setting, PROBE), self._task(setting, PING))
            met = Range.of(values).median <= LIMIT
            all_met = all_met and met
            title = f"{PROBE} of {SERVERS} servers, beyond the dialogues / ping, {setting.way}"
            told = f"<= {LIMIT:g}"
            print(f"{title:74}{Range.of(values).row('8.2f')}{told:>8}  {'yes' if met else 'NO'}")
        print("Met is what the median says.")
        return all_met


def missing(install: bool) -> str | None:
    """Say why nothing can be measured here; None where it can."""
    lack = room.missing()
    if lack is not None:
        return lack
    if not shutil.which("ssh"):
        return "this machine has no ssh"
    packages = _packages()
    if packages and not install and not (room.ROOMS / ROOM_NAME / "furnished").exists():
        return f"there is no {' and no '.join(packages)} (--install keeps it in a room of its own)"
    return None


def _packages() -> list[str]:
    """Return the packages that this machine lacks."""
    return [package for tool, package in PACKAGES.items() if not shutil.which(tool, path=FOLDERS)]


def enclose(runs: int, hosts: int) -> int:
    """Run this anew where all that it starts, mounts and connects ends with it."""
    Room(ROOM_NAME, _packages()).furnish()
    with tempfile.TemporaryDirectory() as scratch:
        rooms = ["unshare", "--net", "--mount", "--pid", "--mount-proc", "--fork", "--kill-child"]
        command = [sys.executable, __file__, "--runs", str(runs), "--inside", scratch, str(hosts)]
        with subprocess.Popen([*rooms, *command], stdin=subprocess.PIPE) as process:
            try:
                return process.wait()
            finally:
                process.kill()


def measure(folder: pathlib.Path, runs: int, most: int) -> None:
    """Measure, and print, in a folder of which nothing stays. Ends when whoever began this has."""
    threading.Thread(target=_leave_at_end_of_input, daemon=True).start()
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(folder)], check=True)
    settings = [
        Setting(hosts, pipelining)
        for pipelining in (False, True)
        for hosts in HOSTS
        if hosts <= most
    ]
    script = ["sh", str(folder / "network.sh"), str(folder), str(most)]
    shutil.copy(HERE / "ssh_network.sh", folder / "network.sh")  # all else may be out of sight
    with Room(ROOM_NAME, _packages()).running(folder, *script) as process:
        _await_network(folder, process)
        with ServerProcess(SERVERS, first=FIRST_SERVER) as servers:
            bench = Bench(folder, servers)
            bench.measure(settings, runs)
    print(f"{machine()}, {runs} runs of each in turn")
    print(f"{SERVERS} servers that answer at once, all to RCPT, side by side from each host.")
    print("Hosts, servers and Ansible share this machine's CPUs; CPU time is Ansible's own.")
    print(f"SSH connections stay open: {bench.opened} were opened in runs that count.")
    print("As many forks as hosts, no facts.\n")
    Tables(bench).print()


def _leave_at_end_of_input() -> None:
    sys.stdin.read()
    os._exit(1)  # the first process of its room: all others end with it


def _await_network(folder: pathlib.Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until the hosts are there. Raises SystemExit with what went wrong."""
    end = time.monotonic() + START_SECONDS
    while not (folder / "ready").exists():
        if process.poll() is not None or time.monotonic() > end:
            output = (folder / "output.txt").read_text(errors="replace")
            raise SystemExit(f"The network is not ready:\n{output}")
        time.sleep(0.05)


def main() -> int:
    """Measure where it can be done, or say why not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each (5)")
    parser.add_argument("--quick", action="store_true", help="up to 5 hosts, and 2 runs")
    parser.add_argument("--install", action="store_true", help="have apt-get fill a room with sshd")
    parser.add_argument("--inside", nargs=2, help=argparse.SUPPRESS)  # what enclose() says
    options = parser.parse_args()
    if options.inside:
        folder, most = options.inside
        measure(pathlib.Path(folder), options.runs, int(most))
        return 0
    lack = missing(options.install)
    if lack is not None:
        print(f"skipped: ssh_cost: {lack}")
        return 0
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(1))
    runs, most = (2, 5) if options.quick else (options.runs, HOSTS[-1])
    return enclose(runs, most)


if __name__ == "__main__":
    sys.exit(main())
