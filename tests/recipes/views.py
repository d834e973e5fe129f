# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a page shows of an output, and what of it is different in each run. No I/O."""

from __future__ import annotations

import re
import typing as t

import yaml

# What a page shows instead of the ports of this run.
RELAY_PORT, CLIENT_PORT = 52525, 40000

# The lines of a report that depend on where the tests run.
_OF_THE_MACHINE = re.compile(r"measured from within the container")

# The first line of a report, of a check and of an audit, and the first one after it.
_HEADLINE = re.compile(r"\d+ hosts?, \d+ server|\d+ servers?, audited from ")
_END_OF_TASK = re.compile(r"\w+: \[")

_VARYING = (
    (r"\[\d+\.\d{3}\]", "[0.000]"),
    (r"[0-9a-f]{32}", "TOKEN"),
    (r"Date: .*", "Date"),
    (r"queued as \d+", "queued"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME"),
    (r"took \d+\.\d{3} s", "took"),
    (r"Made with: .*", "Made with"),
    # Of a real server, by which a message takes a while.
    (r"accepted as \w+", "accepted"),
    (r"ok \d+ s", "ok"),
)


def view(wanted: str, result: t.Any) -> str:
    """Return what a page shows of a result, or of what a command has printed and written.

    - ``report`` is the report in what a command printed;
    - ``transcript`` is the transcript, and ``from "A" to "B"`` the part of it, or of what a command
      printed, that begins with the first line that has A, and ends before the next one that has B;
    - ``lines "A"`` are all lines of what a command printed that have A, in the order of their
      texts, as hosts print theirs in any order;
    - ``file NAME`` is a file that a command has written, without what was asked later;
    - ``values PATH ...`` are some values, as YAML.
    """
    if wanted == "report":
        return report(result["printed"])
    if wanted == "transcript":
        return _lines(result["transcript"])
    part = re.fullmatch(r'from "(.*)" to "(.*)"', wanted)
    if part:
        lines = result["printed"].splitlines() if "printed" in result else result["transcript"]
        return _lines(_part(lines, *part.groups()))
    words = re.fullmatch(r'lines "(.*)"', wanted)
    if words:
        lines = result["printed"].splitlines()
        return _lines(sorted(line for line in lines if words.group(1) in line))
    kind, *names = wanted.split()
    if kind == "file":
        return _lines(result["files"][names[0]].partition("\nAsked again ")[0].splitlines())
    values = {path: _value(result, path) for path in names}
    return yaml.safe_dump(values, sort_keys=False, width=110, allow_unicode=True)


def settled(text: str) -> str:
    """Return an output without what is different in each run."""
    for pattern, instead in _VARYING:
        text = re.sub(pattern, instead, text)
    return text


def report(printed: str) -> str:
    """Return the first report that a command has printed."""
    lines = printed.splitlines()
    start = next(at for at, line in enumerate(lines) if _HEADLINE.match(line))
    end = next(at for at, line in enumerate(lines) if at > start and _END_OF_TASK.match(line))
    return _lines(line.rstrip() for line in lines[start:end])


def _lines(lines: t.Iterable[str]) -> str:
    shown = [line for line in lines if not _OF_THE_MACHINE.search(line)]
    return "\n".join(shown).rstrip("\n") + "\n"


def _part(lines: t.Sequence[str], begin: str, end: str) -> list[str]:
    first = next(at for at, line in enumerate(lines) if begin in line)
    rest = lines[first + 1 :]
    last = next((at for at, line in enumerate(rest) if end and _has(line, end)), len(rest))
    return [lines[first], *rest[:last]]


def _has(line: str, text: str) -> bool:
    """Whether a line of a transcript has a text; a period is the whole of its line."""
    return line.endswith(text) if text.endswith(".") else text in line


def _value(result: t.Any, path: str) -> t.Any:
    for key in path.split("."):
        result = result[int(key)] if isinstance(result, list) else result[key]
    return result
