# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a command of this host with a limit on its time and its output. It changes nothing.

No shell is involved, and the command gets no input.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import subprocess
import time
import typing as t

from .._net.stream import reason_of
from .._net.text import printable

# Programs of mail servers are seldom in the PATH of a user.
_FOLDERS = ("/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin", "/usr/local/bin")

_CHUNK_BYTES = 64 * 1024
_MAX_ERROR_BYTES = 2000


class Unreadable(Exception):
    """Something cannot be read. The text is the reason.

    `is_missing` is whether this host does not have the program that would read it.
    """

    is_missing = False


def path_of(program: str) -> str:
    """Return the path of a program. Raise Unreadable if this host does not have it."""
    folders = [os.environ.get("PATH", ""), *_FOLDERS]
    found = shutil.which(program, path=os.pathsep.join(folders))
    if found is None:
        error = Unreadable(f"this host has no {program}")
        error.is_missing = True
        raise error
    return found


def pieces(arguments: t.Sequence[str], until: float, limit_bytes: int) -> t.Iterator[bytes]:
    """Yield what a program prints. Raise Unreadable if it fails, takes too long or prints too much.

    `until` is a time of the monotonic clock. What was printed before the failure has been yielded.
    """
    command = [path_of(arguments[0]), *arguments[1:]]
    environment = {**os.environ, "LC_ALL": "C", "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": ""}
    try:
        # A fixed list of arguments. run_command of Ansible limits neither time nor output.
        process = subprocess.Popen(  # noqa: S603 # pylint: disable=ansible-bad-function
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd="/",
        )
    except OSError as error:
        raise Unreadable(f"{arguments[0]}: {reason_of(error)}") from None
    with process:
        try:
            yield from _read(process, arguments[0], until, limit_bytes)
        finally:
            with contextlib.suppress(OSError):
                process.kill()


def output_of(arguments: t.Sequence[str], until: float, limit_bytes: int) -> str:
    """Return what a program prints, as text. Raise Unreadable."""
    return b"".join(pieces(arguments, until, limit_bytes)).decode("utf-8", "backslashreplace")


def _read(
    process: subprocess.Popen[bytes], name: str, until: float, limit_bytes: int
) -> t.Iterator[bytes]:
    errors = b""
    with selectors.DefaultSelector() as selector:
        for pipe in filter(None, (process.stdout, process.stderr)):
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(max(until - time.monotonic(), 0.0))
            if not ready:
                raise Unreadable(f"{name} took too long")
            for key, _events in ready:
                data = os.read(key.fd, _CHUNK_BYTES)
                if not data:
                    selector.unregister(key.fileobj)
                elif key.fileobj is process.stderr:
                    errors = (errors + data)[:_MAX_ERROR_BYTES]
                else:
                    limit_bytes -= len(data)
                    if limit_bytes < 0:
                        raise Unreadable(f"{name} prints too much")
                    yield data
    _check(process, name, until, errors)


def _check(process: subprocess.Popen[bytes], name: str, until: float, errors: bytes) -> None:
    """Raise Unreadable for a program that has failed, with what it said last."""
    try:
        code = process.wait(max(until - time.monotonic(), 0.1))
    except subprocess.TimeoutExpired:
        raise Unreadable(f"{name} took too long") from None
    said = printable(errors.strip().splitlines()[-1])[:300] if errors.strip() else ""
    if code:
        raise Unreadable(f"{name}: {said or f'ended with status {code}'}")
