# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ten minutes of tasks in one process, after each of which it must hold what it held before.

A task of Ansible is a process of its own, which ends, and hides what it has left open. Here one
process holds the dialogues of one task after another, 200 at once: in plain text with smtp-sink,
over TLS with Postfix, and with a port where nobody listens. It prints descriptors, sockets, threads
and memory at the start, every minute, and at the end. It ends red if one of them has grown, or if a
dialogue had another result than it must have.

    make bench
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import os
import pathlib
import sys
import tempfile
import threading
import time
import typing as t

from costs import ROOT, machine

sys.path.insert(0, str(ROOT / ".venv" / "collections"))

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.targets import targets_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.runner import (
    run_dialogues,
    summary,
)
from ansible_collections.mailops.smtp.tests.benchmarks.growth import grown
from ansible_collections.mailops.smtp.tests.benchmarks.load_servers import (
    POSTFIX,
    SINK,
    missing,
    running,
    task,
)
from ansible_collections.mailops.smtp.tests.interop.server import free_ports
from ansible_collections.mailops.smtp.tests.tools.process_usage import Usage
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS

MINUTES = 10.0
AT_ONCE = 200

# How many dialogues of each task are of which kind.
PLAIN, ENCRYPTED, REFUSED = 300, 100, 100

COLUMNS = ("descriptors", "sockets", "threads", "rss_kib")


def options_of(ports: t.Mapping[str, int]) -> dict[str, t.Any]:
    """Return the options of each task."""
    options = {**DEFAULTS, **task(ports[SINK], PLAIN, AT_ONCE)}
    encrypted = task(ports[POSTFIX], ENCRYPTED, AT_ONCE)["targets"]
    options["targets"] += [{**target, "tls": "opportunistic"} for target in encrypted]
    options["targets"] += task(ports["nobody"], REFUSED, AT_ONCE)["targets"]
    return options


def hold(options: dict[str, t.Any]) -> None:
    """Hold the dialogues of one task. End this program if one is not as it must be."""
    outcomes = run_dialogues(targets_from(options), AT_ONCE, AT_ONCE)
    expected = {
        "total": PLAIN + ENCRYPTED + REFUSED,
        "passed": PLAIN + ENCRYPTED,
        "failed": REFUSED,
        "kinds": {"connect": REFUSED},
    }
    if summary(outcomes) != expected:
        wrong = [one.sentence for one in outcomes if one.kind not in (None, "connect")]
        raise SystemExit(f"{summary(outcomes)} is not what the servers did: {wrong[:1]}")
    if [outcome.item for outcome in outcomes] != options["targets"]:
        raise SystemExit("the results are not those of the targets, in order")
    if not all(one.result["tls"] for one in outcomes[PLAIN : PLAIN + ENCRYPTED]):
        raise SystemExit("a dialogue was not encrypted")


def look() -> dict[str, int]:
    """Return what this process holds, without what nobody uses any more."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:  # glibc keeps free memory, more of it with each thread
        trim(0)
    usage = Usage.of(os.getpid())
    # The kernel may still know a thread that Python has joined.
    return {**usage._asdict(), "threads": threading.active_count()}


def print_row(title: str, dialogues: int, sample: t.Mapping[str, int]) -> None:
    """Print a line of the table."""
    numbers = "".join(f"{sample[column]:13,}" for column in COLUMNS)
    print(f"{title:12}{dialogues:12,}{numbers}", flush=True)


def soak(options: dict[str, t.Any], seconds: float) -> list[dict[str, int]]:
    """Hold dialogues for some time. Print a line each minute, and return what was seen."""
    hold(options)  # what is loaded and cached once is no growth
    started = printed = time.monotonic()
    samples = [look()]
    held = 0
    print_row("start", held, samples[0])
    while time.monotonic() - started < seconds:
        hold(options)
        held += len(options["targets"])
        samples.append(look())
        if time.monotonic() - printed >= 60:
            printed += 60
            print_row(f"{(printed - started) / 60:.0f} min", held, samples[-1])
    print_row("end", held, samples[-1])
    return samples


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=MINUTES, help=f"({MINUTES:g})")
    minutes = parser.parse_args().minutes
    lack = missing()
    if lack is not None:
        print(f"skipped: {lack}")
        return 0
    with tempfile.TemporaryDirectory() as scratch, running(pathlib.Path(scratch)) as server:
        print(f"{machine()}, {server.name}")
        print(f"{minutes:g} minutes of tasks, {AT_ONCE} dialogues at once in one process\n")
        print(f"{'':12}{'dialogues':>12}" + "".join(f"{column:>13}" for column in COLUMNS))
        ports = {**server.ports, **free_ports("nobody")}
        found = grown(soak(options_of(ports), minutes * 60))
    for sentence in found:
        print(f"GROWN: {sentence}")
    print("nothing has grown" if not found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
