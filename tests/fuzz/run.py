# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fuzz the parsers one by one, hold random dialogues, and print a table of what came of it.

Inputs that have reached something new are kept under .venv/fuzz, so that the next run begins with
them; so are those that have failed, each with its traceback. Exits with 1 where there is a finding.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.fuzz.registry import REGISTRY
from ansible_collections.mailops.smtp.tests.unit.random_run import hold_all

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".venv" / "fuzz"

# An input that takes so long is a finding: each has some KiB at most.
SECONDS_FOR_ONE = 10
MEMORY_MIB = 2048
MAX_BYTES = 4096

_EXECUTED = re.compile(r"^stat::number_of_executed_units:\s+(\d+)$|^#(\d+)\s", re.MULTILINE)


class Row(t.NamedTuple):
    """A line of the table."""

    name: str
    executions: int
    findings: list[str]


def main() -> int:
    """Fuzz what was asked for."""
    parser = argparse.ArgumentParser(description="Fuzz parsers, and hold random dialogues.")
    parser.add_argument("--target", choices=[*REGISTRY, "dialogues"], help="this one alone")
    parser.add_argument("--runs", type=int, default=100_000, help="executions of each target")
    parser.add_argument("--seconds", type=int, default=60, help="at most, for each target")
    parser.add_argument("--dialogues", type=int, default=600, help="how many random dialogues")
    parser.add_argument("--seed", type=int, help="the random dialogue of this seed alone")
    wished = parser.parse_args()
    if wished.seed is not None:
        return repeat(wished.seed)
    rows = []
    for name in REGISTRY:
        if wished.target in (None, name):
            rows.append(fuzz(name, wished.runs, wished.seconds))
    if wished.target in (None, "dialogues") and wished.dialogues:
        rows.append(hold(wished.dialogues))
    show(rows)
    return 1 if any(row.findings for row in rows) else 0


def fuzz(name: str, runs: int, seconds: int) -> Row:
    """Fuzz one target in a process of its own."""
    print(f"{name}: {runs} executions, {seconds} s at most", flush=True)
    corpus, findings = WORK / name / "corpus", WORK / name / "findings"
    for folder in (corpus, findings):
        folder.mkdir(parents=True, exist_ok=True)
    for old in findings.iterdir():
        old.unlink()
    for seed in REGISTRY[name].seeds():
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    command = [sys.executable, str(Path(__file__).with_name("one.py")), name, str(findings)]
    command += [f"-runs={runs}", f"-max_total_time={seconds}", f"-max_len={MAX_BYTES}"]
    command += [f"-timeout={SECONDS_FOR_ONE}", f"-rss_limit_mb={MEMORY_MIB}"]
    command += ["-print_final_stats=1", f"-artifact_prefix={findings}/", str(corpus)]
    process = subprocess.run(command, capture_output=True, check=False, cwd=WORK)
    said = process.stderr.decode(errors="replace")
    counts = [int(count or other) for count, other in _EXECUTED.findall(said)]
    found = [told.read_text(encoding="utf-8") for told in sorted(findings.glob("*.txt"))]
    # What ended the process: an input that takes too long, too much memory, or an abort.
    found += [f"{path} ended the run" for path in findings.iterdir() if "." not in path.name]
    if process.returncode and not found:
        found.append(said[-2000:])
    return Row(name, max(counts, default=0), found)


def hold(number: int) -> Row:
    """Hold random dialogues with servers that misbehave."""
    print(f"dialogues: {number}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        held = hold_all(range(number), Path(folder))
        return Row("dialogues", number, [str(outcome) for outcome in held if outcome.faults])


def repeat(seed: int) -> int:
    """Hold one random dialogue, and show it; return 1 where its result is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        (outcome,) = hold_all([seed], Path(folder))
    print(outcome)
    return 1 if outcome.faults else 0


def show(rows: t.Sequence[Row]) -> None:
    """Print what was found, and the table."""
    for row in rows:
        for number, finding in enumerate(row.findings, 1):
            print(f"\n{row.name}, finding {number}:\n{finding}")
    print(f"\n{'target':24}{'executions':>12}{'findings':>10}")
    for row in rows:
        print(f"{row.name:24}{row.executions:>12}{len(row.findings):>10}")
    print(f"{'':24}{sum(row.executions for row in rows):>12}", end="")
    print(f"{sum(len(row.findings) for row in rows):>10}")
    print(f"The inputs are under {WORK.relative_to(ROOT)}.")


if __name__ == "__main__":
    sys.exit(main())
