# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What 10,000 dialogues of one task take, 200 and 500 at once, with Postfix and its smtp-sink.

The module runs as a process of its own, whose descriptors, sockets, threads and memory are looked
at every few milliseconds. Each target must have one result, in order, that has passed, and the
process may hold little more than a socket and a thread for each dialogue that it holds at once. If
not, this ends red. Both servers run in a room of their own, which only root can make.

    make bench
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import typing as t

from costs import ENVIRONMENT, ROOT, Range, machine

sys.path.insert(0, str(ROOT / ".venv" / "collections"))

from ansible_collections.mailops.smtp.tests.benchmarks.load_servers import (
    POSTFIX,
    SINK,
    missing,
    running,
    task,
)
from ansible_collections.mailops.smtp.tests.tools.process_usage import Usage, watched

MODULE = "ansible_collections.mailops.smtp.plugins.modules.smtp_handshake"

DIALOGUES = 10_000
AT_ONCE = (200, 500)

# What the module needs apart from its dialogues: files, sockets and threads of Python and Ansible.
OF_ITS_OWN = 40


class Case(t.NamedTuple):
    """Something to measure."""

    server: str
    at_once: int

    @property
    def title(self) -> str:
        """What it is called in a table."""
        return f"{self.server}, {self.at_once} at once"


class Measured(t.NamedTuple):
    """What one run took: seconds, seconds of CPU, the most that the process held, KiB of result."""

    wall: float
    cpu: float
    highest: Usage
    rss_kib: int
    result_kib: float


def run(options: dict[str, t.Any]) -> Measured:
    """Run the module once. End this program if a dialogue is lost, or too much is held."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**ENVIRONMENT, "PYTHONPATH": str(ROOT / ".venv" / "collections")},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with watched(process.pid) as highest:
        process.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode())
        process.stdin.close()
        output = process.stdout.read()
        process.stdout.close()
        _pid, status, usage = os.wait4(process.pid, 0)
        held = highest()
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    check(json.loads(output), held, options)
    cpu = usage.ru_utime + usage.ru_stime
    return Measured(wall, cpu, held, usage.ru_maxrss, len(output) / 1024)


def check(result: dict[str, t.Any], highest: Usage, options: dict[str, t.Any]) -> None:
    """End this program if a target has not its own result, or if too much was held."""
    targets, at_once = options["targets"], options["concurrency"]
    passed = result["summary"]["passed"]
    if passed != len(targets):
        raise SystemExit(f"{passed} of {len(targets)} dialogues passed: {result['msg']}")
    if [one["item"] for one in result["results"]] != targets:
        raise SystemExit("the results are not those of the targets, in order")
    if max(highest.descriptors, highest.threads) > at_once + OF_ITS_OWN:
        raise SystemExit(f"more was held than {at_once} dialogues need: {highest}")


def print_tables(measured: dict[Case, list[Measured]], dialogues: int) -> None:
    """Print what each case took."""
    rows: dict[str, t.Callable[[Measured], float]] = {
        "seconds": lambda one: one.wall,
        "seconds of CPU": lambda one: one.cpu,
        "ms of CPU for each dialogue": lambda one: one.cpu / dialogues * 1000,
        "descriptors, highest": lambda one: one.highest.descriptors,
        "sockets, highest": lambda one: one.highest.sockets,
        "threads, highest": lambda one: one.highest.threads,
        "MiB of memory, highest": lambda one: one.rss_kib / 1024,
        "KiB of result for each dialogue": lambda one: one.result_kib / dialogues,
    }
    for case, runs in measured.items():
        print(f"{case.title:42}{'min':>9}{'median':>9}{'max':>9}")
        for title, value in rows.items():
            form = "9.2f" if max(map(value, runs)) < 100 else "9.0f"
            print(f"  {title:40}{Range.of([value(one) for one in runs]).row(form)}")
    print(f"All {dialogues:,} results of each run were there, in order, and had passed.")


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="counted runs of each (3)")
    parser.add_argument("--dialogues", type=int, default=DIALOGUES, help=f"of a run ({DIALOGUES})")
    given = parser.parse_args()
    lack = missing()
    if lack is not None:
        print(f"skipped: {lack}")
        return 0
    measured: dict[Case, list[Measured]] = {}
    with tempfile.TemporaryDirectory() as scratch, running(pathlib.Path(scratch)) as server:
        for turn in range(given.runs):
            for case in [Case(name, at_once) for name in (SINK, POSTFIX) for at_once in AT_ONCE]:
                told = f"run {turn + 1} of {given.runs}: {case.title}"
                print(f"\r{told:60}", end="", file=sys.stderr, flush=True)
                options = task(server.ports[case.server], given.dialogues, case.at_once)
                measured.setdefault(case, []).append(run(options))
    print(f"\r{'':60}\r", end="", file=sys.stderr)
    print(f"{machine()}, {server.name}, {given.runs} runs of each in turn; to RCPT, without TLS")
    print(f"one task with {given.dialogues:,} targets; load now {os.getloadavg()[0]:.1f}\n")
    print_tables(measured, given.dialogues)
    return 0


if __name__ == "__main__":
    sys.exit(main())
