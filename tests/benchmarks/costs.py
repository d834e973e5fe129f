# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmarks share: what a command costs, the file that Ansible runs, and columns."""

from __future__ import annotations

import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import typing as t

from ansible.release import __version__ as core_version

ROOT = pathlib.Path(__file__).resolve().parents[2]

ENVIRONMENT = {
    **os.environ,
    "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv" / "collections"),
    "ANSIBLE_LOCALHOST_WARNING": "False",
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
}


class Cost(t.NamedTuple):
    """Seconds that a command took, and seconds of CPU time, of it and of all that it started."""

    wall: float
    cpu: float


class Range(t.NamedTuple):
    """What several runs gave."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, values: t.Sequence[float]) -> Range:
        """Return the range of some values."""
        return cls(min(values), statistics.median(values), max(values))

    def row(self, form: str) -> str:
        """Return the three numbers, each in a format such as `8.2f`."""
        return "".join(format(value, form) for value in self)


def ratios(values: t.Sequence[float], bases: t.Sequence[float]) -> list[float]:
    """Divide each value by that of the same turn."""
    return [value / base for value, base in zip(values, bases, strict=True)]


def differences(values: t.Sequence[float], bases: t.Sequence[float]) -> list[float]:
    """Take from each value that of the same turn."""
    return [value - base for value, base in zip(values, bases, strict=True)]


def head(title: str, *columns: str, width: int = 34) -> None:
    """Print the head of a table with a Range in each column."""
    print(f"{title:{width}}" + "  ".join(f"{column:>27}" for column in columns))
    print(" " * width + "  ".join(f"{'min':>9}{'median':>9}{'max':>9}" for _column in columns))


def cost_of(
    command: t.Sequence[str],
    lines: t.Iterable[str] = (),
    settings: t.Mapping[str, str] | None = None,
) -> Cost:
    """Run a command to its good end, with some lines on its standard input and some settings.

    Settings are variables of the environment.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.write("".join(f"{line}\n" for line in lines).encode())
        given.seek(0)
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=given,
            stdout=said,
            stderr=subprocess.STDOUT,
            env={**ENVIRONMENT, **(settings or {})},
        )
        _pid, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            text = said.read().decode("utf-8", "replace")
            raise SystemExit(f"{command[0]} ended with {process.returncode}:\n{text[-2000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime)


def ansible(name: str) -> str:
    """Return the path of one of Ansible's programs, beside the Python that runs this."""
    return str(pathlib.Path(sys.executable).with_name(name))


def payload(folder: pathlib.Path, module: str, options: str) -> list[str]:
    """Let Ansible make the file that it would run on a host, and give the command that runs it."""
    remote = tempfile.mkdtemp(dir=folder)
    subprocess.run(
        [ansible("ansible"), "localhost", "-m", module, "-a", options],
        check=True,
        env={
            **ENVIRONMENT,
            "ANSIBLE_KEEP_REMOTE_FILES": "1",
            "ANSIBLE_REMOTE_TMP": remote,
            "ANSIBLE_LIBRARY": str(folder),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    (file,) = pathlib.Path(remote).glob("*/AnsiballZ_*.py")
    return [sys.executable, str(file)]


def machine() -> str:
    """Say what this runs on."""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs,"
        f" Python {platform.python_version()}, ansible-core {core_version}"
    )
