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
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

from ansible.release import __version__ as core_version

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "tools"))

from handshake import Relay  # noqa: E402

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
            "nothing": _payload(folder, "nothing", ""),
            "to RCPT": _payload(folder, "mailops.smtp.smtp_handshake", to_rcpt),
            "a message": _payload(folder, "mailops.smtp.smtp_handshake", to_rcpt + " message={}"),
        }
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for run in range(runs + 1):
            for name, command in commands.items():
                started = time.perf_counter()
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
                if run:  # the first is for the caches
                    seconds[name].append(time.perf_counter() - started)
    _print(seconds, runs)


def _payload(folder: pathlib.Path, module: str, options: str) -> list[str]:
    """Let Ansible make the file that it would run on a host, and give the command that runs it."""
    remote = folder / f"{module}-{len(options)}"
    environment = {
        **os.environ,
        "ANSIBLE_KEEP_REMOTE_FILES": "1",
        "ANSIBLE_REMOTE_TMP": str(remote),
        "ANSIBLE_LIBRARY": str(folder),
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv" / "collections"),
    }
    ansible = pathlib.Path(sys.executable).with_name("ansible")
    subprocess.run(
        [ansible, "localhost", "-m", module, "-a", options],
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    (payload,) = remote.glob("*/AnsiballZ_*.py")
    return [sys.executable, str(payload)]


def _print(seconds: dict[str, list[float]], runs: int) -> None:
    print(
        f"Python {platform.python_version()}, ansible-core {core_version}, {os.cpu_count()} CPUs,"
        f" {runs} runs of each in turn; milliseconds of the whole process"
    )
    print(f"{'':12}{'min':>8}{'median':>8}{'max':>8}{'ratio of medians':>20}")
    base = statistics.median(seconds["nothing"])
    for name, one in seconds.items():
        middle = statistics.median(one)
        print(
            f"{name:12}{min(one) * 1000:8.0f}{middle * 1000:8.0f}{max(one) * 1000:8.0f}"
            f"{middle / base:20.2f}"
        )


if __name__ == "__main__":
    main()
