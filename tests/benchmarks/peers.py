# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put the servers of the unit tests to other tools, and write docs/peers.md.

Each server is started anew for each tool. The tool is asked whether the server takes one mail, and
its answer is judged by the log of the server (peer_verdicts.py).

    make peers
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parents[2]
COLLECTIONS = ROOT / ".venv" / "collections"
sys.path.insert(0, str(COLLECTIONS))
os.environ["PYTHONPATH"] = str(COLLECTIONS)

# It needs what the unit tests need, and the package ansible.
VENV = ROOT / ".venv" / "peers"
NEEDS = ["ansible", "pytest", "hypothesis", "aiosmtpd", "dnspython", "trustme"]

PAGE = ROOT / "docs" / "peers.md"
HEAD = Path(__file__).with_suffix(".md")

RANDOM_SERVERS = 100
AT_ONCE = 4


def main() -> int:
    """Run all tools against all servers, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help=f"tools at once ({AT_ONCE})")
    parser.add_argument("--only", default="", help="servers with this in their name; no page")
    parser.add_argument("--show", action="store_true", help="what led to each wrong answer, too")
    given = parser.parse_args()
    if Path(sys.prefix) != VENV:
        return _run_with_own_python()
    from ansible_collections.mailops.smtp.tests.benchmarks import peer_comparison

    with tempfile.TemporaryDirectory() as scratch:
        compared = peer_comparison.compare(
            ROOT, Path(scratch), given.at_once, given.only, RANDOM_SERVERS
        )
    tables = "\n".join(peer_comparison.tables(compared))
    print(tables)
    if given.show:
        print("\n".join(peer_comparison.details(compared)))
    if not given.only:
        head = Template(HEAD.read_text(encoding="utf-8"))
        values = peer_comparison.values_of_head(compared)
        PAGE.write_text(head.substitute(values, tables=tables), encoding="utf-8")
    return 0


def _run_with_own_python() -> int:
    """Install what is missing, and run this again."""
    python = VENV / "bin" / "python"
    constraints = ROOT / "tests" / "constraints.txt"
    done = VENV / "installed.txt"
    wanted = " ".join(NEEDS) + "\n" + constraints.read_text(encoding="utf-8")
    if not done.is_file() or done.read_text(encoding="utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        pip = [str(python), "-m", "pip", "install", "-q", "-c", str(constraints)]
        subprocess.run([*pip, *NEEDS], check=True)
        done.write_text(wanted, encoding="utf-8")
    return subprocess.run([str(python), *sys.argv], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
