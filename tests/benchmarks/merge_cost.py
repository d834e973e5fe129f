# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What it costs to merge the reports of a sliced run: shards in, files of all formats out.

There are 50 shards of 1,000 hosts with 50 servers each, 2.5 million cells, of which 2 % are broken:
1 % by a server that refuses every second host, and 1 % for no common reason. The results are those
of report_cost.py, with times of their own. The first shard is the report of a run. The others are
copies of it with other names of hosts.

The shards take 10 GB in the folder for temporary files, and the merged report as much again; where
there is less, this says so and ends. Each run has a process of its own, for the peak of its memory.

    make bench
"""

from __future__ import annotations

import argparse
import json
import pathlib
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import typing as t

import report_cost
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import (
    Host,
    matrix_of,
    planned_servers,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.plan import Plan
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.origin import (
    made_by,
    now,
    versions,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.output import Output
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import as_json
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.formats import (
    RENDERERS,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.shards.find import find_shards
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.shards.merge import merge
from costs import ENVIRONMENT, machine

SERVERS = report_cost.SERVERS
LARGE = (50, 1_000)  # shards, and hosts of each
QUICK = (10, 100)

# Every hundredth cell is broken for no common reason, each in one of these ways.
CODES = (421, 450, 451, 452, 550, 551, 552, 554)

# The limits for the large merge.
MAX_SECONDS = 300
MAX_MIB = 2_048

# What the shards and the merged report of a cell take, and more.
BYTES_OF_A_CELL = 8_500

TASKS = {
    "json alone": ("json",),
    "html and json": ("html", "json"),
    "all formats": tuple(RENDERERS),
}


def main() -> int:
    """Make the shards, merge them, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="10 shards of 100 hosts")
    parser.add_argument("--only", choices=list(TASKS), help="one of the merges")
    parser.add_argument("--runs", type=int, default=1, help="runs of each merge")
    parser.add_argument("--merge", nargs="+", help=argparse.SUPPRESS)  # folder, and the formats
    options = parser.parse_args()
    if options.merge:
        folder, *formats = options.merge
        print(json.dumps(_merge(pathlib.Path(folder), formats)))
        return 0
    shards, hosts = QUICK if options.quick else LARGE
    cells = shards * hosts * SERVERS
    print(f"{machine()}; {shards} shards of {hosts:,} hosts and {SERVERS} servers: {cells:,} cells")
    needed, free = cells * BYTES_OF_A_CELL, shutil.disk_usage(tempfile.gettempdir()).free
    if free < needed:
        where = f"{free / 1e9:.1f} GB are free in {tempfile.gettempdir()}"
        print(f"skipped: this needs {needed / 1e9:.1f} GB, and {where}; set TMPDIR, or try --quick")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        size = _make_shards(folder, shards, hosts)
        print(f"{size / 1e9:.1f} GB of shards; {options.runs} run(s) of each merge, the median")
        for task in [options.only] if options.only else TASKS:
            runs = [_in_a_process(folder, TASKS[task]) for _run in range(options.runs)]
            _print(task, runs)
    return 0


def _in_a_process(folder: pathlib.Path, formats: t.Sequence[str]) -> dict[str, t.Any]:
    command = [sys.executable, __file__, "--merge", str(folder), *formats]
    ran = subprocess.run(
        command, env=ENVIRONMENT, check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    return dict(json.loads(ran.stdout.splitlines()[-1]))


def _merge(folder: pathlib.Path, formats: t.Sequence[str]) -> dict[str, t.Any]:
    """Merge the shards of a folder, as the action does."""
    seconds: dict[str, float] = {}
    started = began = time.perf_counter()

    def timed(name: str) -> None:
        nonlocal started
        seconds[name], started = time.perf_counter() - started, time.perf_counter()

    output = Output.of_shards(merge(find_shards([str(folder / "shards")]), (), now()), "localhost")
    timed("reading")
    assert sum(len(one.cells) for one in output.report.causes.found) > 0
    timed("causes")
    output.show()
    timed("terminal")
    output.write(folder / "merged", list(formats), check_mode=False)  # in two processes
    timed("files")
    result = output.result("broken")
    timed("result")
    assert not result["not_written"], result["not_written"]
    total = time.perf_counter() - began
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "seconds": seconds,
        "total": total,
        "cpu": sum(one.ru_utime + one.ru_stime for one in used),
        # That of another process comes on top, which shares most of it.
        "mib": [one.ru_maxrss / 1024 for one in used],
        "msg": result["msg"],
    }


def _print(task: str, runs: t.Sequence[t.Mapping[str, t.Any]]) -> None:
    total = statistics.median(one["total"] for one in runs)
    mib = max(sum(one["mib"]) for one in runs)
    print(f"\n{task}: {runs[0]['msg']}")
    for part in runs[0]["seconds"]:
        print(f"  {part:12}{statistics.median(one['seconds'][part] for one in runs):10.1f} s")
    cpu = statistics.median(one["cpu"] for one in runs)
    print(f"  {'CPU time':12}{cpu:10.1f} s, of both processes")
    for what, value, unit, limit in (
        ("in all", total, "s", MAX_SECONDS),
        ("memory", mib, "MiB", MAX_MIB),
    ):
        met = "yes" if value < limit else "NO"
        print(f"  {what:12}{value:10.1f} {unit}, limit {limit:,} {unit}: {met}")


# Making shards


def _make_shards(folder: pathlib.Path, shards: int, hosts: int) -> int:
    """Write the shards, and return their size."""
    drawn = random.Random(16)
    fleet = [_host(drawn, number) for number in range(hosts)]
    matrix = matrix_of(fleet)
    groups = {host.name: host.groups for host in fleet}
    report = Report.of(matrix, now(), made_by(), groups)
    plan = Plan(planned_servers(fleet, matrix), None, versions())
    report = Report(**{**vars(report), "plan": plan})
    text = "".join(as_json.render(report)).encode("ascii")
    for number in range(shards):
        path = folder / "shards" / str(number) / "report.json"
        path.parent.mkdir(parents=True)
        path.write_bytes(text.replace(b"web", b"w%02d" % number))
    return len(text) * shards


def _host(drawn: random.Random, number: int) -> Host:
    """Return a host that has asked all servers, with times of its own."""
    host = report_cost._host(number)
    registered = t.cast("dict[str, t.Any]", host.registered)
    planned = list(host.planned)
    for at, server in enumerate(planned):
        refused = at == 0 and number % 2 == 0
        odd = at > 0 and drawn.random() < 0.01
        result = report_cost._result(host.name, server, refused or odd)
        result["seconds"] = {stage: _seconds(drawn) for stage in result["seconds"]}
        for reply in result["replies"]:
            reply["seconds"] = _seconds(drawn)
        result["started"] = f"2026-11-24T11:{drawn.randrange(60):02}:{drawn.randrange(60):02}Z"
        result["client"]["port"] = drawn.randrange(30_000, 60_000)
        result["client"]["address"] = f"10.0.{number % 8}.{number % 250}"
        if odd:
            code = drawn.choice(CODES)
            result["failure"].update(code=code, enhanced_code=f"{code // 100}.{code % 100}.1")
        if not (refused or odd):
            result["transcript"] = []
        registered["results"][at] = result
    return Host(**host._asdict())._replace(groups=["dmz"] if number % 2 == 0 else ["office"])


def _seconds(drawn: random.Random) -> float:
    return round(drawn.uniform(0.001, 0.5), 6)


if __name__ == "__main__":
    sys.exit(main())
