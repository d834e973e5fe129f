# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of the playbook that is interrupted over SSH leaves nothing behind, and harms nothing.

Each run has two hosts, one with pipelining, and one where Ansible asks for a terminal. Both have
two servers that take connections and then say nothing. While the dialogues wait for them, the run
is interrupted. All runs are made side by side.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.tests.interop import room, ssh_hosts
from ansible_collections.mailops.smtp.tests.interop.ssh_hosts import SshHosts

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 10), reason="no controller runs on this Python"
)

PLAYBOOK = (sys.executable, "-m", "ansible", "playbook")
PORTS = (25, 26)
EARLIER = '{"the report": "of the run before"}'

# A dialogue waits longer than any test, but for hosts without a link, which nobody can tell.
LONG, SHORT = 300.0, 2.0
PATIENCE = 100.0


class Playbook:
    """A run of the playbook from two hosts."""

    def __init__(self, hosts: SshHosts, number: int, folder: Path, case: Interruption) -> None:
        self._hosts = hosts
        self.numbers = (2 * number - 1, 2 * number)
        self._folder = folder / f"run{number}"
        self._folder.mkdir()
        self._task_timeout = case.task_timeout
        self.report = self._folder / "report" / "report.json"
        self.report.parent.mkdir()
        self.report.write_text(EARLIER)
        self.address = hosts.server(number)
        variables = {
            "ansible_ssh_timeout": int(PATIENCE),
            "ansible_ssh_args": "-o ControlMaster=auto -o ControlPersist=1s",
            "smtp_check_servers": [f"{self.address}:{port}" for port in PORTS],
            "smtp_check_helo": "client.example.com",
            "smtp_check_options": {"timeout": case.timeout},
            "smtp_check_report_dir": str(self.report.parent),
            "smtp_check_diagnose": False,
        }
        own = {
            f"host{one}": {**hosts.variables(one), "ansible_pipelining": one % 2 == 1}
            for one in self.numbers
        }
        inventory = {"all": {"hosts": own, "vars": variables}}
        (self._folder / "inventory.json").write_text(json.dumps(inventory))
        (self._folder / "ansible.cfg").touch()  # empty, so that no other is read

    def start(self) -> subprocess.Popen[bytes]:
        """Start the playbook in the server room."""
        with self._hosts.in_server_room(), (self._folder / "printed").open("ab") as output:
            return subprocess.Popen(
                [*PLAYBOOK, "-iinventory.json", "mailops.smtp.check"],
                cwd=self._folder,
                env={
                    "PATH": os.environ["PATH"],
                    "HOME": str(self._folder),
                    "LC_ALL": "C.UTF-8",
                    "ANSIBLE_CONFIG": str(self._folder / "ansible.cfg"),
                    "ANSIBLE_COLLECTIONS_PATH": str(Path(ssh_hosts.__file__).parents[5]),
                    "ANSIBLE_TASK_TIMEOUT": str(self._task_timeout),
                    "ANSIBLE_SSH_CONTROL_PATH_DIR": str(self._folder / "c"),
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def printed(self) -> str:
        """Return what it has printed."""
        return (self._folder / "printed").read_text()

    def processes(self) -> dict[int, str]:
        """Return the processes on its hosts, and the command of each."""
        return {
            pid: command
            for number in self.numbers
            for pid, command in self._hosts.processes(number).items()
        }

    def modules(self) -> list[str]:
        """Return the processes on its hosts that are not of sshd."""
        commands = self.processes().values()
        return [command for command in commands if not command.startswith(("sshd:", "/usr/sbin"))]

    def files(self) -> list[str]:
        """Return the names of the temporary files and folders on its hosts."""
        return [name for number in self.numbers for name in self._hosts.files(number)]

    def hang_up(self) -> None:
        """End the connections that stay open for a further run."""
        for path in (self._folder / "c").glob("*"):
            command = ["ssh", "-F", "none", "-O", "exit", "-o", f"ControlPath={path}", "host"]
            subprocess.run(command, stderr=subprocess.DEVNULL, check=False)

    def unplug(self) -> None:
        """Take the links of its hosts down."""
        for number in self.numbers:
            self._hosts.unplug(number)


Strike = t.Callable[[Playbook, "subprocess.Popen[bytes]"], None]


class Interruption(t.NamedTuple):
    """How a run is interrupted.

    `code` is the exit status that it then has, or None if the run does not end by itself. `timeout`
    is that of the dialogues, and `task_timeout` that of a task. `folders` is the number of folders
    that Ansible cannot remove from the hosts. `again` is whether the playbook is run a second time,
    with servers that answer.
    """

    title: str
    strike: Strike
    code: int | None
    timeout: float = LONG
    task_timeout: int = 0
    folders: int = 0
    again: bool = False

    def __str__(self) -> str:
        return self.title


def send(number: int) -> Strike:
    """Return a function that sends a signal to ansible-playbook alone, as kill(1) does."""
    return lambda _playbook, process: process.send_signal(number)


def kill_all(_playbook: Playbook, process: subprocess.Popen[bytes]) -> None:
    """Kill ansible-playbook and all that it has started, as the end of a container does."""
    for pid in [process.pid, *ssh_hosts.descendants(process.pid)]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def cut(playbook: Playbook, _process: subprocess.Popen[bytes]) -> None:
    """Kill the sshd of each connection, but not those that listen."""
    for pid, command in playbook.processes().items():
        if command.startswith("sshd: root"):
            os.kill(pid, signal.SIGKILL)


def unplug(playbook: Playbook, _process: subprocess.Popen[bytes]) -> None:
    """Take the link of each host down, which loses its servers, too."""
    playbook.unplug()


def time_out(_playbook: Playbook, process: subprocess.Popen[bytes]) -> None:
    """Have the time of the task be up for each worker, as the kernel does."""
    for pid in ssh_hosts.children(process.pid):
        os.kill(pid, signal.SIGALRM)


CASES = [
    Interruption("SIGINT", send(signal.SIGINT), 99),
    Interruption("SIGTERM", send(signal.SIGTERM), -signal.SIGTERM, again=True),
    Interruption("SIGKILL", send(signal.SIGKILL), -signal.SIGKILL),
    Interruption("SIGKILL of all", kill_all, -signal.SIGKILL, again=True),
    Interruption("connection cut", cut, 2),
    Interruption("timeout of the task", time_out, 2, task_timeout=int(LONG)),
    Interruption(
        "link down", unplug, None, timeout=SHORT, folders=1
    ),  # as Ansible does not get there
]
CELLS = 2 * len(PORTS)


class Found(t.NamedTuple):
    """What was found after an interruption.

    `report` is the text of the report, and `second` the exit status and the report of a second run.
    """

    code: int | None
    modules: list[str]
    files: list[str]
    report: str
    printed: str
    second: tuple[int, str] | None


def interrupt(hosts: SshHosts, folder: Path, number: int, case: Interruption) -> Found:
    """Interrupt a run, and look for what it leaves."""
    playbook = Playbook(hosts, number, folder, case)
    with contextlib.ExitStack() as stack:
        stack.callback(playbook.hang_up)
        with hosts.in_server_room():
            listeners = [
                stack.enter_context(socket.create_server((playbook.address, port)))
                for port in PORTS
            ]
        process = stack.enter_context(playbook.start())
        stack.callback(process.kill)
        for listener in [one for one in listeners for _host in playbook.numbers]:
            stack.enter_context(connection(listener, playbook))
        case.strike(playbook, process)
        code = None if case.code is None else process.wait(PATIENCE)
        await_end(playbook.modules)
        report = playbook.report.read_text()
        process.terminate()
        process.wait(PATIENCE)
        second = run_again(playbook, listeners) if case.again else None
        return Found(code, playbook.modules(), playbook.files(), report, playbook.printed(), second)


def connection(listener: socket.socket, playbook: Playbook) -> socket.socket:
    """Return the next connection of a dialogue."""
    listener.settimeout(PATIENCE)
    try:
        return listener.accept()[0]
    except TimeoutError:
        pytest.fail(f"no dialogue began: {playbook.printed()}")


def await_end(modules: t.Callable[[], list[str]]) -> None:
    """Wait until no module is left, for a limited time."""
    until = time.monotonic() + 10
    while modules() and time.monotonic() < until:
        time.sleep(0.05)


def run_again(playbook: Playbook, listeners: t.Sequence[socket.socket]) -> tuple[int, str]:
    """Run the playbook again, with servers that answer."""
    for listener in [one for one in listeners for _host in playbook.numbers]:
        threading.Thread(target=answer, args=(listener,), daemon=True).start()
    with playbook.start() as process:
        code = process.wait(PATIENCE)
    return code, playbook.report.read_text()


def answer(listener: socket.socket) -> None:
    """Hold a dialogue with the next client."""
    sock, _peer = listener.accept()
    with sock, sock.makefile("rb") as lines:
        sock.sendall(b"220 mx.example.org ESMTP\r\n")
        for line in lines:
            sock.sendall(b"221 Bye\r\n" if line.startswith(b"QUIT") else b"250 mx.example.org\r\n")


@pytest.fixture(scope="module")
def hosts(folder: Path) -> t.Iterator[SshHosts]:
    """Start two hosts for each case."""
    lack = room.missing()
    if lack is not None:
        pytest.skip(lack)
    with ssh_hosts.start(folder / "ssh", 2 * len(CASES)) as started:
        yield started


@pytest.fixture(scope="module")
def found(hosts: SshHosts, folder: Path) -> t.Iterator[t.Callable[[Interruption], Found]]:
    """Interrupt all runs side by side. Return a function that returns what was found after one."""
    with concurrent.futures.ThreadPoolExecutor(len(CASES)) as pool:
        interrupted = {
            case.title: pool.submit(interrupt, hosts, folder, number, case)
            for number, case in enumerate(CASES, 1)
        }
        yield lambda case: interrupted[case.title].result()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_process_and_no_file_of_the_module_stays_on_a_host(
    case: Interruption, found: t.Callable[[Interruption], Found]
) -> None:
    result = found(case)
    assert (result.code, result.modules) == (case.code, []), result.printed
    assert [name.rstrip("0123456789.-") for name in result.files] == ["ansible-tmp"] * case.folders


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_report_is_replaced_only_by_a_whole_one(
    case: Interruption, found: t.Callable[[Interruption], Found]
) -> None:
    """Where only a host or a task was lost, the run goes on, and reports it."""
    report = found(case).report
    if case.code == 2:
        verdicts = [cell["verdict"] for cell in json.loads(report)["cells"]]
        assert verdicts == ["error"] * CELLS
    else:
        assert report == EARLIER


@pytest.mark.parametrize("case", [case for case in CASES if case.again], ids=str)
def test_a_second_run_takes_over(
    case: Interruption, found: t.Callable[[Interruption], Found]
) -> None:
    result = found(case)
    assert result.second is not None
    code, report = result.second
    assert code == 0, result.printed
    assert [cell["verdict"] for cell in json.loads(report)["cells"]] == ["passed"] * CELLS
