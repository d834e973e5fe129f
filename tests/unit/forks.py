# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls in processes of their own, which begin with a fork and not with a start of Python.

Hundreds of tests need a process: to limit its time, or because a module of Ansible reads stdin,
writes stdout and exits. A start of Python with all imports takes ten times as long as most calls.
So one process imports what a call needs and forks for each call. It has one thread and no
connections, which makes a fork safe, and a call finds nothing that an earlier one has left.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120  # for a call, before it is killed


class Ended(t.NamedTuple):
    """A call that has ended. The status is negative if a signal has ended it."""

    status: int
    stdout: bytes
    stderr: bytes


class Call(t.NamedTuple):
    """A function and its arguments, pickled; what to import beforehand, once for all calls."""

    pickled: bytes
    imports: tuple[str, ...]
    stdin: bytes


def call(
    function: t.Callable[..., t.Any],
    *arguments: t.Any,
    imports: tuple[str, ...] = (),
    stdin: bytes = b"",
) -> Ended:
    """Call a function in a process of its own, whose exit status is what the function returns."""
    pickled = pickle.dumps((function, arguments))
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    pickle.dump(Call(pickled, (function.__module__, *imports), stdin), server.stdin)
    server.stdin.flush()
    return Ended(*pickle.load(server.stdout))  # noqa: S301  # from ourselves


_servers: list[subprocess.Popen[bytes]] = []


def _server() -> subprocess.Popen[bytes]:
    """Return the process that forks, or start one. It ends when its stdin is closed."""
    if not _servers or _servers[-1].poll() is not None:
        command = [sys.executable, "-m", __name__]
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # tests may send signals to their own group
        )
        _servers.append(server)
    return _servers[-1]


@atexit.register
def _stop() -> None:
    for server in _servers:
        with contextlib.suppress(BrokenPipeError), server:  # closes its pipes, and waits
            pass


def main() -> None:
    """Serve calls until there are no more. A fork returns from here, too, to end as Python does."""
    with os.fdopen(os.dup(0), "rb") as calls, os.fdopen(os.dup(1), "wb") as ended:
        os.dup2(2, 1)  # for what imports may print
        while True:
            try:
                one: Call = pickle.load(calls)  # noqa: S301  # from the tests
            except EOFError:
                return
            for name in one.imports:
                with contextlib.suppress(Exception):  # the call itself will tell
                    importlib.import_module(name)
            with contextlib.ExitStack() as opened:
                files = [opened.enter_context(tempfile.TemporaryFile()) for _number in range(3)]
                files[0].write(one.stdin)
                files[0].seek(0)
                child = os.fork()
                if not child:
                    for number, file in enumerate(files):
                        os.dup2(file.fileno(), number)
                    signal.alarm(SECONDS)
                    function, arguments = pickle.loads(one.pickled)  # noqa: S301
                    sys.exit(function(*arguments))
                _child, status = os.waitpid(child, 0)
                for file in files:
                    file.seek(0)
                code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
                pickle.dump((code, files[1].read(), files[2].read()), ended)
                ended.flush()


if __name__ == "__main__":
    main()
