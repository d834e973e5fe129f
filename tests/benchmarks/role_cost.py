# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role costs the controller for each host, beside one ansible.builtin.ping.

The playbook mailops.smtp.check probes 5 servers from each of 40 hosts, to RCPT. All hosts have a
local connection, so the whole cost is on this machine. The servers are in a process of their own
(many_servers.py), and count the dialogues. The other playbook is one ping of the same hosts. Both
run in turn, and every ratio is one of two numbers from the same turn. CPU time is that of
ansible-playbook and of all that it starts, modules included.

    make bench
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
import tempfile
import typing as t

from costs import Cost, Range, ansible, cost_of, differences, head, machine, ratios
from many_servers import ServerProcess, addresses

HOSTS = 40
SERVERS = 5

PING, ROLE = "a playbook of one ping", "mailops.smtp.check"

LIMIT = 1.5
WIDTH = 42


class Bench:
    """The two playbooks, and what they cost."""

    def __init__(self, folder: pathlib.Path, servers: ServerProcess, hosts: int) -> None:
        self._servers = servers
        self._hosts = hosts
        self._folder = folder
        self.costs: dict[str, list[Cost]] = {PING: [], ROLE: []}
        (folder / "ansible.cfg").touch()  # empty, so that no other is read
        self._commands = {PING: self._ping(), ROLE: self._role()}

    def measure(self, runs: int) -> None:
        """Run both in turn, once more than is counted, for the caches."""
        for run in range(runs + 1):
            for what, command in self._commands.items():
                told = f"run {run} of {runs}" if run else "warming up"
                print(f"\r{f'{told}: {what}':60}", end="", file=sys.stderr, flush=True)
                cost = self._run(what, command)
                if run:
                    self.costs[what].append(cost)
        print(f"\r{'':60}\r", end="", file=sys.stderr)

    def _run(self, what: str, command: list[str]) -> Cost:
        settings = {
            "ANSIBLE_CONFIG": str(self._folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(self._folder / "home"),
        }
        self._servers.ask()
        cost = cost_of(command, settings=settings)
        taken = self._servers.ask()["recipients"]
        expected = self._hosts * SERVERS if what == ROLE else 0
        if taken != expected:
            raise SystemExit(f"{what}: {taken} recipients were taken, not {expected}")
        return cost

    def _command(self, playbook: str) -> list[str]:
        hosts = {f"web{number:03}": None for number in range(self._hosts)}
        variables = {
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
            "smtp_check_servers": addresses(SERVERS),
            "smtp_check_port": self._servers.fast,
            "smtp_check_helo": "bench.example.com",
            "smtp_check_mail_from": "sender@example.com",
            "smtp_check_rcpt_to": ["recipient@example.com"],
        }
        inventory = self._folder / "inventory.json"
        inventory.write_text(json.dumps({"all": {"hosts": hosts, "vars": variables}}))
        return [ansible("ansible-playbook"), "--inventory", str(inventory), playbook]

    def _ping(self) -> list[str]:
        playbook = self._folder / "ping.yml"
        tasks: list[dict[str, t.Any]] = [{"ansible.builtin.ping": {}}]
        playbook.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
        return self._command(str(playbook))

    def _role(self) -> list[str]:
        return self._command(ROLE)


def print_tables(bench: Bench, hosts: int) -> bool:
    """Print what both cost, and whether the limit is met."""
    head("", "seconds", "seconds of CPU", width=WIDTH)
    for what, costs in bench.costs.items():
        columns = (Range.of([one[index] for one in costs]).row("9.2f") for index in (0, 1))
        print(f"{what:{WIDTH}}" + "  ".join(columns))
    walls, cpus = (
        {what: [one[index] for one in costs] for what, costs in bench.costs.items()}
        for index in (0, 1)
    )
    beyond = [1000 * more / hosts for more in differences(cpus[ROLE], cpus[PING])]
    print(f"\n{f'{ROLE} beyond a ping':{WIDTH}}{'min':>9}{'median':>9}{'max':>9}   limit  met")
    print(f"{'ms of CPU for each host':{WIDTH}}{Range.of(beyond).row('9.0f')}")
    all_met = True
    for name, values in (("seconds", walls), ("seconds of CPU", cpus)):
        found = Range.of(ratios(values[ROLE], values[PING]))
        met = found.median <= LIMIT
        all_met = all_met and met
        title = f"times the {name}"
        print(f"{title:{WIDTH}}{found.row('9.2f')} <= {LIMIT:4}  {'yes' if met else 'NO'}")
    print("Met is what the median says.")
    return all_met


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each (5)")
    parser.add_argument("--hosts", type=int, default=HOSTS, help=f"probing hosts ({HOSTS})")
    options = parser.parse_args()
    with ServerProcess(SERVERS) as servers, tempfile.TemporaryDirectory() as scratch:
        bench = Bench(pathlib.Path(scratch), servers, options.hosts)
        bench.measure(options.runs)
    print(f"{machine()}, {options.runs} runs of each in turn")
    print(f"{options.hosts} hosts with local connections, {SERVERS} servers each, to RCPT\n")
    print_tables(bench, options.hosts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
