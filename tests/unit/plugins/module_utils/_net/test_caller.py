# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module that waits for a silent server ends with its caller, whatever it is doing."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import signal
import socket
import subprocess
import sys
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.caller import end_with_caller
from ansible_collections.mailops.smtp.plugins.modules import smtp_handshake

# Limit on the time of what should happen at once. The module itself would wait for longer.
PATIENCE = 30.0
SERVER_SECONDS = 300


@pytest.fixture
def listener() -> t.Iterator[socket.socket]:
    """A server that takes connections, and never says anything."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        sock.settimeout(PATIENCE)
        yield sock


def test_a_module_without_an_output_of_its_own_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    end_with_caller(t.cast("t.Any", None))  # nothing is asked of the module
    assert signal.getsignal(signal.SIGTERM) == before


class Waiting(t.NamedTuple):
    """A module that waits for the servers at the other ends of these connections."""

    process: subprocess.Popen[bytes]
    connections: list[socket.socket]

    def await_end(self) -> int:
        """Wait for the end of all connections, and of the module. Return its exit status."""
        for one in self.connections:
            one.settimeout(PATIENCE)
            assert one.recv(1) == b""
        return self.process.wait(PATIENCE)


@pytest.fixture
def start(
    listener: socket.socket, request: pytest.FixtureRequest
) -> t.Iterator[t.Callable[..., Waiting]]:
    """Return a function that starts the module with some servers, and options of Ansible's own."""
    with contextlib.ExitStack() as stack:

        def start_with(
            stdout: int, servers: int = 1, prefix: t.Sequence[str] = (), **own: t.Any
        ) -> Waiting:
            server = {"host": "127.0.0.1", "port": listener.getsockname()[1]}
            options = {"targets": [server] * servers, "per_server": servers}
            limits = {"timeout": SERVER_SECONDS, "helo": "client.example.com"}
            process = subprocess.Popen(
                [*prefix, sys.executable, "-m", smtp_handshake.__name__],
                stdin=subprocess.PIPE,
                stdout=stdout,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            arguments = {**options, **limits, **own}
            assert process.stdin is not None
            process.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode())
            process.stdin.close()
            accepted = [stack.enter_context(listener.accept()[0]) for _number in range(servers)]
            return Waiting(process, accepted)

        yield start_with


@pytest.mark.parametrize("servers", [1, 3])
def test_it_ends_when_its_output_is_closed_at_the_other_end(start, servers):
    """So it is with Ansible's pipelining, where sshd has no terminal to hang up."""
    for here, there in (os.pipe(), [one.detach() for one in socket.socketpair()]):
        waiting = start(there, servers)
        os.close(there)
        assert waiting.process.poll() is None
        os.close(here)
        assert waiting.await_end() == 128 + signal.SIGTERM


def test_it_ends_when_its_terminal_hangs_up(start):
    main, terminal = pty.openpty()
    waiting = start(terminal)
    os.close(terminal)
    os.close(main)
    waiting.await_end()


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("servers", [1, 3])
def test_it_ends_at_a_signal_and_takes_the_folder_of_its_task_along(
    start, tmp_path, number, servers
):
    """The folder has the options in it, and nobody else would remove it."""
    folder = tmp_path / "ansible-tmp-1-2-3"
    folder.mkdir()
    (folder / "AnsiballZ_smtp_handshake.py").touch()
    waiting = start(subprocess.DEVNULL, servers, _ansible_tmpdir=f"{folder}/")
    waiting.process.send_signal(number)
    assert waiting.await_end() == 128 + number
    assert not folder.exists()


@pytest.mark.parametrize(
    ("name", "own"),
    [("ansible-tmp-1-2-3", {"_ansible_keep_remote_files": True}), ("other", {})],
)
def test_a_folder_that_is_to_stay_stays(start, tmp_path, name, own):
    """Whoever debugs a module keeps the folder, and any other folder is somebody else's."""
    folder = tmp_path / name
    folder.mkdir()
    waiting = start(subprocess.DEVNULL, _ansible_tmpdir=f"{folder}/", **own)
    waiting.process.terminate()
    waiting.await_end()
    assert folder.exists()


def test_it_stays_after_a_signal_that_it_is_to_ignore(start):
    """So a run with nohup goes on after its terminal has hung up."""
    waiting = start(subprocess.PIPE, prefix=["nohup"])
    waiting.process.send_signal(signal.SIGHUP)
    waiting.connections[0].sendall(b"220 mx.example.org\r\n")
    assert waiting.connections[0].recv(100).startswith(b"EHLO ")


def test_it_goes_on_where_its_output_is_a_file(start, tmp_path):
    """Nobody can close a file at another end."""
    with (tmp_path / "result").open("wb") as output:
        waiting = start(output.fileno())
    waiting.connections[0].sendall(b"554 No\r\n")
    assert waiting.connections[0].recv(100) == b"QUIT\r\n"
    waiting.connections[0].sendall(b"221 Bye\r\n")
    assert waiting.process.wait(PATIENCE) == 1
    assert json.loads((tmp_path / "result").read_text())["summary"]["failed"] == 1
