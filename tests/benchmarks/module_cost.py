# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module itself costs: its payload, run as Ansible runs it, beside one that does nothing.

Both are the self-contained files that Ansible puts on a host and starts there. The one that does
nothing imports socket and AnsibleModule. They are run in turn, on this machine, against a relay on
loopback, and the medians are printed with their ratio.

    make bench
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import tempfile

from costs import ROOT, Range, cost_of, machine, payload

sys.path.insert(0, str(ROOT / "tests" / "tools"))

from handshake import Relay

NOTHING = """
import socket
from ansible.module_utils.basic import AnsibleModule
print('{"changed": false}')
raise SystemExit(0)
"""


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=25, help="counted runs of each (25)")
    runs = parser.parse_args().runs
    with Relay() as relay, tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        (folder / "nothing.py").write_text(NOTHING)
        to_rcpt = (
            f"host=127.0.0.1 port={relay.port} helo=bench.example.com"
            " mail_from=sender@example.com rcpt_to=recipient@example.com"
        )
        commands = {
            "nothing": payload(folder, "nothing", ""),
            "to RCPT": payload(folder, "mailops.smtp.smtp_handshake", to_rcpt),
            "a message": payload(folder, "mailops.smtp.smtp_handshake", to_rcpt + " message={}"),
        }
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for run in range(runs + 1):
            for name, command in commands.items():
                wall = cost_of(command).wall
                if run:  # the first is for the caches
                    seconds[name].append(wall)
    _print(seconds, runs)


def _print(seconds: dict[str, list[float]], runs: int) -> None:
    print(f"{machine()}, {runs} runs of each in turn; milliseconds of the whole process")
    print(f"{'':12}{'min':>8}{'median':>8}{'max':>8}{'ratio of medians':>20}")
    base = Range.of(seconds["nothing"]).median
    for name, one in seconds.items():
        milliseconds = Range.of([wall * 1000 for wall in one])
        ratio = milliseconds.median / 1000 / base
        print(f"{name:12}{milliseconds.row('8.0f')}{ratio:20.2f}")


if __name__ == "__main__":
    main()
