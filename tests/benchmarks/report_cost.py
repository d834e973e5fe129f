# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report costs on the controller: results of a large fleet in, files of all formats out.

The results are made. The largest fleet is 1,000 hosts with 50 servers each, of which 2 % fail.
Each result is of the size that the module returns for a dialogue to RCPT with STARTTLS, and is read
from JSON as Ansible reads it, so no two share their texts. Each scale has a process of its own, for
the peak of its memory.

    PYTHONPATH=.venv/collections .venv/bin/python tests/benchmarks/report_cost.py
"""

from __future__ import annotations

import argparse
import collections
import importlib
import importlib.util
import json
import math
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
import typing as t
from collections.abc import Iterable, Iterator, Mapping

from costs import ENVIRONMENT, ROOT, machine

sys.path.insert(0, str(ROOT / ".venv" / "collections"))

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.compare import compare
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import (
    Host,
    matrix_of,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import (
    terminal,
    transcripts,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report

PACKAGE = "ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers"

# Each format that is one file: the module that makes it, and the file. What is not there is told.
RENDERERS = {
    "json": ("as_json", "report.json"),
    "junit": ("junit", "junit.xml"),
    "markdown": ("markdown", "report.md"),
    "html": ("html", "report.html"),
    "csv": ("csv_table", "report.csv"),
    "prometheus": ("prometheus", "smtp_handshake.prom"),
}

SERVERS = 50
SCALES = (20, 200, 1000)  # hosts
FAILURES = 50  # one cell in so many

# Limits for the largest scale.
MAX_SECONDS = 60
MAX_MIB = 1024

# The measured parts that are no format.
RESULTS, CELLS, BASELINE = "made results", "results to cells", "held against a baseline"
CAUSES = "causes"


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="up to 10,000 cells")
    parser.add_argument("--hosts", type=int, help=argparse.SUPPRESS)  # a process of one scale
    options = parser.parse_args()
    if options.hosts:
        print(json.dumps(_measure(options.hosts)))
        return 0
    scales = SCALES[:2] if options.quick else SCALES
    measured = {hosts * SERVERS: _in_a_process(hosts) for hosts in scales}
    print(f"{machine()}; {SERVERS} servers for each host, 1 cell in {FAILURES} fails")
    for name, (module, _file) in RENDERERS.items():
        if _renderer(module) is None:
            print(f"skipped: {name}: there is no renderer {module}")
    _print(measured)
    return 0


def _in_a_process(hosts: int) -> dict[str, t.Any]:
    command = [sys.executable, __file__, "--hosts", str(hosts)]
    ran = subprocess.run(
        command, env=ENVIRONMENT, check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    return dict(json.loads(ran.stdout))


def _measure(hosts: int) -> dict[str, t.Any]:
    """Make the report of so many hosts: seconds and bytes of each part, and the peaks of memory."""
    seconds: dict[str, float] = {}
    sizes: dict[str, int] = collections.Counter()
    peaks = {"start": _peak()}

    def timed(name: str, started: float) -> None:
        seconds[name] = time.perf_counter() - started

    started = time.perf_counter()
    fleet = [_host(number) for number in range(hosts)]
    timed(RESULTS, started)
    peaks["results"] = _peak()

    started = time.perf_counter()
    report = Report.of(matrix_of(fleet), "2026-11-24T12:00:00Z", "mailops.smtp")
    assert report.counts["failed"] == hosts * SERVERS // FAILURES
    timed(CELLS, started)
    started = time.perf_counter()
    assert sum(len(cause.cells) for cause in report.causes.found) == report.counts["failed"]
    timed(CAUSES, started)
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        for name, pieces in _formats(report, folder):
            started = time.perf_counter()
            for path, text in pieces:
                sizes[name] += _write(path, text)
            timed(name, started)
        peaks["report"] = _peak()
        started = time.perf_counter()
        with (folder / RENDERERS["json"][1]).open(encoding="utf-8") as file:
            assert not compare(read_baseline(file), report, report.causes).has_changes
        timed(BASELINE, started)
    peaks["baseline"] = _peak()
    return {"seconds": seconds, "bytes": sizes, "mib": peaks}


def _formats(
    report: Report, folder: pathlib.Path
) -> Iterator[tuple[str, Iterator[tuple[pathlib.Path, Iterable[str]]]]]:
    """Return each format's files, not yet made."""
    lines = (terminal.plain_text(line) + "\n" for line in terminal.render(report, 80))
    yield "terminal", iter([(folder / "terminal.txt", lines)])
    for name, (module, file) in RENDERERS.items():
        render = _renderer(module)
        if render is not None:
            yield name, iter([(folder / file, render(report))])
    files = transcripts.render(report)
    yield "transcripts", ((folder / "transcripts" / path, [text]) for path, text in files)


def _renderer(module: str) -> t.Callable[[Report], Iterator[str]] | None:
    name = f"{PACKAGE}.{module}"
    if importlib.util.find_spec(name) is None:
        return None
    return t.cast("t.Callable[[Report], Iterator[str]]", importlib.import_module(name).render)


def _write(path: pathlib.Path, pieces: Iterable[str]) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(pieces)
        return file.tell()


def _peak() -> float:
    """Return the most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# Results of a realistic size


def _host(number: int) -> Host:
    """Return a host that has asked all servers."""
    name = f"web{number:04}.example.com"
    planned = [{"host": f"relay{server:02}.example.net", "port": 25} for server in range(SERVERS)]
    written = [
        json.dumps(_result(name, item, (number * SERVERS + server) % FAILURES == 0))
        for server, item in enumerate(planned)
    ]
    registered = {"results": [json.loads(one) for one in written], "summary": {}}
    return Host(name, registered, planned, left=False)


EHLO = """relay.example.net Hello {name}
SIZE 52428800
8BITMIME
PIPELINING
CHUNKING
SMTPUTF8
DSN
ENHANCEDSTATUSCODES
AUTH PLAIN LOGIN""".splitlines()


TIMED = (
    *("resolve", "connect", "greeting", "helo", "starttls", "tls"),
    *("mail_from", "rcpt_to", "quit", "total"),
)


def _result(name: str, item: Mapping[str, t.Any], refused: bool) -> dict[str, t.Any]:
    """Return a result as the module returns it."""
    last = (550, "5.7.1 <bob@example.org>: Relay access denied") if refused else (250, "2.1.5 Ok")
    said = [
        ("greeting", None, 220, [f"{item['host']} ESMTP Postfix (Debian)"]),
        ("helo", f"EHLO {name}", 250, [line.format(name=name) for line in EHLO]),
        ("starttls", "STARTTLS", 220, ["2.0.0 Ready to start TLS"]),
        ("helo", f"EHLO {name}", 250, [line.format(name=name) for line in EHLO]),
        ("mail_from", "MAIL FROM:<alice@example.com>", 250, ["2.1.0 Ok"]),
        ("rcpt_to", "RCPT TO:<bob@example.org>", last[0], [last[1]]),
        ("quit", "QUIT", 221, ["2.0.0 Bye"]),
    ]
    sentence = f"{last[0]} {last[1]} in reply to rcpt_to" if refused else "passed"
    return {
        "item": dict(item),
        "passed": not refused,
        "failure": _failure(last[1]) if refused else None,
        "server": {
            "host": item["host"],
            "port": 25,
            "address": "192.0.2.25",
            "name": item["host"],
            "mx_preference": None,
        },
        "client": {"helo": name, "address": "198.51.100.7", "port": 40123},
        "replies": [_reply(*one) for one in said],
        "capabilities": {line.split()[0]: line.split()[1:] for line in EHLO[1:]},
        "tls": _tls(item["host"]),
        "message": None,
        "seconds": dict.fromkeys(TIMED, 0.012345),
        "transcript": _transcript(name, said),
        "attempts": 1,
        "started": "2026-11-24T11:59:58Z",
        "changed": False,
        "failed": refused,
        "msg": f"{item['host']} port 25: {sentence}",
    }


def _failure(text: str) -> dict[str, t.Any]:
    return {
        "stage": "rcpt_to",
        "kind": "permanent",
        "code": 550,
        "enhanced_code": "5.7.1",
        "text": text,
        "advice": [
            "The server does not relay for this host. Is its address in the server's mynetworks?",
            "Does the server want a login from this host?",
            "Is the recipient's domain one that the server is to take mail for?",
        ],
    }


def _reply(stage: str, command: str | None, code: int, lines: list[str]) -> dict[str, t.Any]:
    return {
        "stage": stage,
        "command": command,
        "code": code,
        "enhanced_code": lines[0].split()[0] if "." in lines[0].split()[0] else None,
        "lines": lines,
        "seconds": 0.012345,
        "accepted": code < 400,
        "tls": stage not in ("greeting", "starttls"),
        "recipient": "bob@example.org" if stage == "rcpt_to" else None,
    }


def _tls(host: str) -> dict[str, t.Any]:
    authority = "CN=R11,O=Let's Encrypt,C=US"
    return {
        "version": "TLSv1.3",
        "cipher": "TLS_AES_256_GCM_SHA384",
        "bits": 256,
        "verified": True,
        "verify_error": None,
        "certificate": {
            "subject": f"CN={host}",
            "issuer": authority,
            "names": [host],
            "not_before": "2026-10-01T00:00:00Z",
            "not_after": "2026-12-30T23:59:59Z",
            "days_left": 36,
            "serial": "04A1B2C3D4E5F60718293A4B5C6D7E8F9012",
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        },
        "chain": [
            {"subject": f"CN={host}", "issuer": authority},
            {"subject": authority, "issuer": "CN=ISRG Root X1,O=Internet Security Research Group"},
        ],
        "dane": None,
    }


def _transcript(name: str, said: Iterable[tuple[str, str | None, int, list[str]]]) -> list[str]:
    """Return 15 lines: of each reply the first."""
    lines = ["[0.001] *: connecting to 192.0.2.25 port 25", f"[0.002] *: connected, as {name}"]
    for _stage, command, code, texts in said:
        if command:
            lines.append(f"[0.013] C: {command}")
        lines.append(f"[0.025] S: {code} {texts[0]}")
    return lines


# What was measured, for a reader


def _print(measured: Mapping[int, Mapping[str, t.Any]]) -> None:
    scales = list(measured)
    print("\n" + f"{'Seconds':28}" + "".join(f"{cells:>10,}" for cells in scales) + "  grows")
    for part in measured[scales[0]]["seconds"]:
        _row(part, [one["seconds"][part] for one in measured.values()], scales, "10.2f")
    _row("all but the results", [_seconds(one) for one in measured.values()], scales, "10.2f")
    print(f"\n{'MB of files':28}")
    for part in measured[scales[0]]["bytes"]:
        _row(part, [one["bytes"][part] / 1e6 for one in measured.values()], scales, "10.2f")
    print(f"\n{'MiB of memory, at the most':28}")
    for title, of in _MEMORY.items():
        _row(title, [of(one["mib"]) for one in measured.values()], scales, "10.0f")
    last = measured[scales[-1]]
    print(f"\n{f'The targets, {scales[-1]:,} cells':28}{'':>10}{'limit':>10}  met")
    for title, value, limit in (
        ("seconds", _seconds(last), MAX_SECONDS),
        ("MiB, without the results", _MEMORY["report, above that"](last["mib"]), MAX_MIB),
        ("MiB, in all", last["mib"]["baseline"], MAX_MIB),
    ):
        met = "yes" if value < limit else "NO"
        print(f"{title:28}{value:10.1f}{limit:10}  {met}")


_MEMORY: dict[str, t.Callable[[Mapping[str, float]], float]] = {
    "Python and its modules": lambda mib: mib["start"],
    "results, above that": lambda mib: mib["results"] - mib["start"],
    "report, above that": lambda mib: mib["report"] - mib["results"],
    "with a baseline, above that": lambda mib: mib["baseline"] - mib["report"],
    "in all": lambda mib: mib["baseline"],
}


def _seconds(one: Mapping[str, t.Any]) -> float:
    return float(sum(value for part, value in one["seconds"].items() if part != RESULTS))


def _row(title: str, values: list[float], scales: list[int], form: str) -> None:
    """Print a row, and with which power of the cells it grows."""
    power = ""
    if min(values[0], values[-1]) > 0.05:
        grown = math.log(values[-1] / values[0]) / math.log(scales[-1] / scales[0])
        power = f"cells^{grown:.2f}"
    print(f"{title:28}" + "".join(format(value, form) for value in values) + f"  {power}")


if __name__ == "__main__":
    sys.exit(main())
