# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What many dialogues cost: one task with many targets, beside a loop and beside other tools.

All hold the same dialogue, to RCPT, with servers in a process of their own (many_servers.py), of
which some answer at once and some take 100 ms for each reply. All are run in turn, on this machine,
and every ratio is one of two numbers from the same turn. That each dialogue took place is counted
by the servers. CPU time is that of the command and of all that it starts, without the servers'.

    make bench
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import typing as t

from costs import Cost, Range, ansible, cost_of, differences, head, machine, payload, ratios
from many_servers import ServerProcess, addresses

MODULE = "mailops.smtp.smtp_handshake"
HELO = "bench.example.com"
SENDER = "sender@example.com"
RECIPIENT = "recipient@example.com"
DIALOGUE = {"helo": HELO, "mail_from": SENDER, "rcpt_to": [RECIPIENT]}

# The servers that take their time.
DELAY = 0.1
SLOW = 200

# How many dialogues at once, where servers answer at once: the module's default.
AT_ONCE = 20

PAYLOAD, RUN, LOOP = "module alone", "ansible-playbook", "ansible-playbook, loop"
PACKAGES = {"swaks": "swaks", "check_smtp": "monitoring-plugins-basic", "smtp-source": "postfix"}
# Where Debian has them, apart from the usual folders.
FOLDERS = "/usr/sbin:/usr/lib/nagios/plugins"

SMTPLIB = f"""
import smtplib, sys
for line in sys.stdin:
    host, port = line.split()
    with smtplib.SMTP(host, int(port), {HELO!r}) as server:
        server.ehlo()
        for reply in server.mail({SENDER!r}), server.rcpt({RECIPIENT!r}):
            assert reply[0] == 250, reply
"""


class Case(t.NamedTuple):
    """Something to measure: what holds how many dialogues, and with which servers."""

    what: str
    number: int
    slow: bool = False

    @property
    def title(self) -> str:
        """What it is called in a table."""
        return f"{self.what}, {self.number}" + (" slow" if self.slow else "")


class Job(t.NamedTuple):
    """The command that does it, and what it reads."""

    command: t.Sequence[str]
    lines: t.Sequence[str] = ()


class Bench:
    """All that is measured, and how."""

    def __init__(self, folder: pathlib.Path, servers: ServerProcess, most: int) -> None:
        self._folder = folder
        self._servers = servers
        self.numbers = [number for number in (1, 10, 100, 1000) if number <= most]
        self.skipped: list[str] = []
        self.costs: dict[Case, list[Cost]] = {}
        self.server_cpu = 0.0
        self.dialogues = 0
        self._jobs = dict(self._all_jobs())

    def measure(self, runs: int) -> None:
        """Do it all in turn, as often as is asked for."""
        for run in range(runs + 1):
            for case, job in self._jobs.items():
                if not run and case.number > 1:
                    continue  # the first run is for the caches
                told = f"{f'run {run} of {runs}' if run else 'warming up'}: {case.title}"
                print(f"\r{told:60}", end="", file=sys.stderr, flush=True)
                before = self._servers.ask()["cpu"]
                cost = cost_of(job.command, job.lines)
                after = self._servers.ask()
                if after["recipients"] != case.number:
                    raise SystemExit(f"{case.title}: {after['recipients']} recipients were taken")
                if run:
                    self.costs.setdefault(case, []).append(cost)
                    self.server_cpu += after["cpu"] - before
                    self.dialogues += case.number
        print(f"\r{'':60}\r", end="", file=sys.stderr)

    def _all_jobs(self) -> t.Iterator[tuple[Case, Job]]:
        for number in self.numbers:
            yield Case(PAYLOAD, number), self._payload(number)
            yield Case(RUN, number), self._playbook(number)
            if number <= 10:
                yield Case(LOOP, number), self._playbook(number, loop=True)
        for number in (1, SLOW):
            yield Case(PAYLOAD, number, slow=True), self._payload(number, slow=True)
            yield Case(RUN, number, slow=True), self._playbook(number, slow=True)
        for what, job in self._tools():
            for number in self.numbers:
                yield Case(what, number), job(number, False)
            for number in (1, SLOW):
                if what == "smtplib" and number > 1:
                    seconds = number * 5 * DELAY
                    why = f"one after another, which is {seconds:.0f} s"
                    self.skipped.append(f"smtplib, {number} slow: it holds them {why}")
                else:
                    yield Case(what, number, slow=True), job(number, True)

    def _options(self, number: int, slow: bool) -> dict[str, t.Any]:
        return {
            **DIALOGUE,
            "port": self._servers.slow if slow else self._servers.fast,
            "concurrency": _at_once(slow),
            "targets": [{"host": address} for address in addresses(number)],
        }

    def _payload(self, number: int, slow: bool = False) -> Job:
        made = payload(self._folder, MODULE, json.dumps(self._options(number, slow)))
        self._servers.ask()  # Ansible has held the dialogues, too
        return Job(made)

    def _playbook(self, number: int, slow: bool = False, loop: bool = False) -> Job:
        options = self._options(number, slow)
        task: dict[str, t.Any] = {MODULE: options}
        if loop:
            task["loop"] = [target["host"] for target in options.pop("targets")]
            task[MODULE] = {**DIALOGUE, "port": options["port"], "host": "{{ item }}"}
        play = {"hosts": "localhost", "gather_facts": False, "tasks": [task]}
        file = self._folder / f"{number}-{slow}-{loop}.yml"
        file.write_text(json.dumps([play]))  # which is YAML, too
        return Job([ansible("ansible-playbook"), str(file)])

    def _tools(self) -> t.Iterator[tuple[str, t.Callable[[int, bool], Job]]]:
        """Return the other tools that there are."""
        swaks, check_smtp, smtp_source = map(_tool, PACKAGES)
        xargs = shutil.which("xargs")
        if swaks and xargs:
            told = ["--helo", HELO, "--from", SENDER, "--to", RECIPIENT]
            ended = ["--quit-after", "RCPT", "--suppress-data", "--server"]
            yield "swaks, xargs -P", self._xargs([swaks, "--port", "%", *told, *ended])
        else:
            self.skipped.append(f"swaks: {_missing('swaks', xargs)}")
        if check_smtp and xargs:
            told = ["-F", HELO, "-f", SENDER, "-C", f"RCPT TO:<{RECIPIENT}>", "-R", "250"]
            command = [check_smtp, "-t", "60", "-p", "%", *told, "-H"]
            yield "check_smtp, xargs -P", self._xargs(command)
        else:
            self.skipped.append(f"check_smtp: {_missing('check_smtp', xargs)}")
        yield "smtplib", self._smtplib
        if smtp_source:
            yield "smtp-source", self._smtp_source(smtp_source)
        else:
            self.skipped.append(f"smtp-source: {_missing('smtp-source', None)}")

    def _xargs(self, command: list[str]) -> t.Callable[[int, bool], Job]:
        """Have a program run for each address, which is its last argument; % is the port."""

        def job(number: int, slow: bool) -> Job:
            port = str(self._servers.slow if slow else self._servers.fast)
            program = [port if argument == "%" else argument for argument in command]
            return Job(["xargs", "-P", str(_at_once(slow)), "-n", "1", *program], addresses(number))

        return job

    def _smtplib(self, number: int, slow: bool) -> Job:
        port = self._servers.slow if slow else self._servers.fast
        lines = [f"{address} {port}" for address in addresses(number)]
        return Job([sys.executable, "-c", SMTPLIB], lines)

    def _smtp_source(self, program: str) -> t.Callable[[int, bool], Job]:
        """Have all dialogues with one server, and each send a message: it knows nothing else."""

        def job(number: int, slow: bool) -> Job:
            port = self._servers.slow if slow else self._servers.fast
            told = ["-M", HELO, "-f", SENDER, "-t", RECIPIENT, "-l", "100"]
            many = ["-s", str(min(_at_once(slow), number)), "-m", str(number)]
            return Job([program, *many, *told, f"{addresses(1)[0]}:{port}"])

        return job


def _at_once(slow: bool) -> int:
    return SLOW if slow else AT_ONCE


def _tool(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=FOLDERS)


def _missing(name: str, xargs: str | None) -> str:
    """Say why a tool is skipped."""
    if name != "smtp-source" and xargs is None:
        return "there is no xargs"
    return f"it is not installed (Debian's package {PACKAGES[name]}, or --install)"


class Tables:
    """What was measured, for a reader."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._costs = bench.costs

    def print(self) -> bool:
        """Print it all, and say whether all targets are met."""
        self._print_costs()
        self._print_ratios()
        return self._print_targets()

    def _wall(self, *case: t.Any) -> list[float]:
        return [cost.wall for cost in self._costs[Case(*case)]]

    def _cpu(self, *case: t.Any) -> list[float]:
        return [cost.cpu for cost in self._costs[Case(*case)]]

    def _print_costs(self) -> None:
        head("Milliseconds, of the whole process", "wall time", "CPU time")
        for case, costs in self._costs.items():
            wall = Range.of([cost.wall * 1000 for cost in costs]).row("9.0f")
            cpu = Range.of([cost.cpu * 1000 for cost in costs]).row("9.0f")
            print(f"{case.title:34}{wall}  {cpu}")
        for line in self._bench.skipped:
            print(f"skipped: {line}")
        each = self._bench.server_cpu / self._bench.dialogues * 1000
        print(f"The servers themselves took {each:.2f} ms of CPU for each dialogue, not counted.")

    def _print_ratios(self) -> None:
        """Compare each tool with one task for as many targets."""
        for base in (PAYLOAD, RUN):
            print()
            head(f"Times what {base} takes", "wall time", "CPU time")
            for case in self._costs:
                if case.what in (PAYLOAD, RUN):
                    continue
                own = Case(base, case.number, case.slow)
                wall = Range.of(ratios(self._wall(*case), self._wall(*own))).row("9.3f")
                cpu = Range.of(ratios(self._cpu(*case), self._cpu(*own))).row("9.3f")
                print(f"{case.title:34}{wall}  {cpu}")
        most = self._bench.numbers[-1]
        print()
        head("Milliseconds of what comes with one more", "wall time", "CPU time")
        for what in dict.fromkeys(case.what for case in self._costs):
            upto = 10 if what == LOOP else most
            wall = [value * 1000 for value in self._each(self._wall, what, upto)]
            cpu = [value * 1000 for value in self._each(self._cpu, what, upto)]
            title = f"{what}, 1 to {upto}"
            print(f"{title:34}{Range.of(wall).row('9.2f')}  {Range.of(cpu).row('9.2f')}")

    def _each(self, of: t.Callable[..., list[float]], what: str, upto: int) -> list[float]:
        """Return what each further dialogue adds to what one costs."""
        return [more / (upto - 1) for more in differences(of(what, upto), of(what, 1))]

    def _print_targets(self) -> bool:
        most = self._bench.numbers[-1]
        print()
        print(f"{'The targets':72}{'min':>8}{'median':>8}{'max':>8}   limit  met")
        rows = [
            (
                f"{most:,} dialogues add, s of CPU, {what}",
                differences(self._cpu(what, most), self._cpu(what, 1)),
                "<",
                most / 1000,
            )
            for what in (PAYLOAD, RUN)
        ]
        rows += [
            (
                f"an item of a loop / a further target of {most:,}, {name}",
                ratios(self._each(of, LOOP, 10), self._each(of, RUN, most)),
                ">=",
                100,
            )
            for name, of in (("CPU", self._cpu), ("wall", self._wall))
        ]
        rows.append(
            (
                f"100 targets / 1, wall, {RUN}",
                ratios(self._wall(RUN, 100), self._wall(RUN, 1)),
                "<",
                1.3,
            )
        )
        rows += [
            (
                f"{SLOW} slow / (1.3 * a slow dialogue + 1 fast), wall, {what}",
                ratios(self._wall(what, SLOW, True), self._slow_limits(what)),
                "<=",
                1,
            )
            for what in (PAYLOAD, RUN)
        ]
        all_met = True
        for title, values, sign, limit in rows:
            median = Range.of(values).median
            met = {"<": median < limit, "<=": median <= limit, ">=": median >= limit}[sign]
            all_met = all_met and met
            told = f"{sign} {limit:g}"
            print(f"{title:72}{Range.of(values).row('8.2f')}{told:>8}  {'yes' if met else 'NO'}")
        print("Met is what the median says.")
        return all_met

    def _slow_limits(self, what: str) -> list[float]:
        """Return what many slow dialogues may take: 1.3 times one such, and what comes with any.

        What one such takes is what it takes longer than one with a server that answers at once.
        """
        fast = self._wall(what, 1)
        longer = differences(self._wall(what, 1, True), fast)
        return [1.3 * more + base for more, base in zip(longer, fast, strict=True)]


def _install() -> None:
    """Install what is missing. No mail server is started: Postfix is not configured.

    Whoever does not want the packages on the machine runs this in a container.
    """
    packages = [package for name, package in PACKAGES.items() if _tool(name) is None]
    if not packages:
        return
    unattended = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if "postfix" in packages:
        answer = b"postfix postfix/main_mailer_type select No configuration\n"
        subprocess.run(["debconf-set-selections"], input=answer, check=True)
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", "-q", *command], check=True, env=unattended, stdout=sys.stderr)


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each (5)")
    parser.add_argument("--quick", action="store_true", help="up to 100 targets, and 2 runs")
    parser.add_argument("--install", action="store_true", help="have apt-get install other tools")
    options = parser.parse_args()
    runs, most = (2, 100) if options.quick else (options.runs, 1000)
    if options.install:
        _install()
    with ServerProcess(most, SLOW, DELAY) as servers, tempfile.TemporaryDirectory() as scratch:
        bench = Bench(pathlib.Path(scratch), servers, most)
        bench.measure(runs)
    print(f"{machine()}, {runs} runs of each in turn")
    print(f"All to RCPT, {AT_ONCE} at once; slow servers take {DELAY:g} s a reply, {SLOW} at once.")
    print("smtplib holds one at a time. smtp-source sends a message, too.\n")
    Tables(bench).print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
