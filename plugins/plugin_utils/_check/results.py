# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter the result of a module, so that it cannot control anything on the controller. No I/O.

Ansible takes facts, hosts and groups out of any result. A probing host must not set them. Ansible
prints results, too, and JSON has some characters that control a terminal as they are. The module
escapes them, but a compromised host may not.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t
from collections.abc import Collection, Mapping

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import escape

# The values that Ansible itself adds to the result of a module. `unreachable` and `skipped` are not
# among them, since a module must not return them.
_ADDED_BY_ANSIBLE = frozenset(
    [
        "changed",
        "failed",
        "msg",
        "invocation",
        "exception",
        "rc",
        "module_stdout",
        "module_stderr",
        "warnings",
        "deprecations",
        "ansible_job_id",
        "results_file",
        "finished",
        "started",
    ]
)

# The oldest Python that can parse the modules.
OLDEST_PYTHON = (3, 7)

# Ansible's part of a module says this on a Python that is too old.
_TOO_OLD = "requires a minimum of Python"

# The most transcripts of failed dialogues that are kept of a host.
MAX_TRANSCRIPTS = 100

_LEFT_OUT = (
    f"(left out, because more than {MAX_TRANSCRIPTS} dialogues of this host failed; with"
    " smtp_check_transcripts: all it is kept)"
)

_MAX_WARNINGS = 20
_MAX_CHARACTERS = 1000

# What Ansible can print of a deprecation that is a dictionary.
_OF_DEPRECATION = ("msg", "version", "date", "collection_name")

# No result of a module is nested deeper, its own options included.
_MAX_DEPTH = 20

# The most that is shown of a line that a host prints in place of a result.
_MAX_SHOWN = 200

# How Python begins what it prints of an exception, and Ansible's word for a Python that is missing.
_TRACEBACK = "Traceback (most recent call last):"
_INTERPRETER = "module interpreter"

_SHELL = "A login script, the user's shell, or become may have ended the module"
_RAW = "See what `ansible HOST -m ansible.builtin.raw -a id` prints"
_VERSION = re.compile(r"\s*(\d{1,2})\.(\d{1,3})\.(\d{1,3})\s*", re.ASCII)


def filtered(result: Mapping[str, t.Any], documented: Collection[str]) -> dict[str, t.Any]:
    """Return the documented values of a result, and those that Ansible adds, all printable."""
    found = {
        name: printable_value(value)
        for name, value in result.items()
        if name in documented or name in _ADDED_BY_ANSIBLE or str(name).startswith("_ansible_")
    }
    for name in ("warnings", "deprecations"):
        if name in found:
            found[name] = list(_printable_warnings(name, found[name]))
    return found


def printable_value(value: t.Any, depth: int = 0) -> t.Any:
    """Return a value with its texts escaped, except for line breaks."""
    if isinstance(value, str):
        shown = "\n".join(map(escape, str.__str__(value).split("\n")))
        return value if value == shown else shown
    if depth > _MAX_DEPTH:
        return "(nested too deep)"
    if isinstance(value, Mapping):
        return {printable_value(key): printable_value(one, depth + 1) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        items = [printable_value(one, depth + 1) for one in value]
        return tuple(items) if isinstance(value, tuple) else items
    if dataclasses.is_dataclass(value) and not isinstance(value, type):  # of ansible-core 2.19
        parts = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
        return dataclasses.replace(value, **printable_value(parts, depth))
    return value


def _printable_warnings(name: str, warnings: t.Any) -> t.Iterator[t.Any]:
    """Yield the warnings that Ansible can print, limited in number and length."""
    for one in warnings[:_MAX_WARNINGS] if isinstance(warnings, list) else ():
        if name == "warnings" and isinstance(one, str):
            yield escape(one)[:_MAX_CHARACTERS]
        elif hasattr(one, "event"):
            yield one  # ansible-core made it of the output of the host
        elif name == "deprecations" and isinstance(one, Mapping):
            yield {key: one[key] for key in _OF_DEPRECATION if isinstance(one.get(key), str)}


def with_few_transcripts(result: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the result of a host with the transcripts of its first failed dialogues only.

    That of a dialogue that passed has no lines. Ansible keeps the results of all hosts in memory,
    and AWX drops a result that is too large. So the arguments of the module are left out, too.
    """
    small = {name: value for name, value in result.items() if name != "invocation"}
    results = result.get("results")
    if isinstance(results, list):
        small["results"] = list(_with_few_transcripts(results))
    return small


def _with_few_transcripts(results: list[t.Any]) -> t.Iterator[t.Any]:
    failed = 0
    for one in results:
        if not isinstance(one, Mapping) or "transcript" not in one:
            yield one
        elif one.get("passed") is True:
            yield {**one, "transcript": []}
        else:
            failed += 1
            yield one if failed <= MAX_TRANSCRIPTS else {**one, "transcript": [_LEFT_OUT]}


def did_not_run(result: Mapping[str, t.Any]) -> bool:
    """Return whether the module did not run, most often because its Python is too old."""
    ran = ("passed", "results", "certainty", "not_read", "checks")
    if any(name in result for name in ran):
        return False
    message = result.get("msg")
    too_old = isinstance(message, str) and _TOO_OLD in message[:_MAX_CHARACTERS]
    return "module_stderr" in result or too_old


def reason_not_run(result: Mapping[str, t.Any], python: str, module: str) -> str:
    """Return why a module did not run. `python` is the version of Python on the host."""
    match = _VERSION.fullmatch(python[:100])
    if match is not None and tuple(map(int, match.groups())) < OLDEST_PYTHON:
        return (
            f"the host runs modules with Python {python.strip()}, and {module} needs Python 3.7 or"
            " later. Set ansible_python_interpreter to a newer one."
        )
    by = f" from Python {match.group().strip()}" if match else ""
    return " ".join(f"no result{by}: {_reason(result)}".split())


def _reason(result: Mapping[str, t.Any]) -> str:
    """Return what came in place of a result, and what to do if Ansible has no word for it."""
    message = _text(result.get("msg")) or "the module ended without saying why"
    printed, errors = _lines(result.get("module_stdout")), _lines(result.get("module_stderr"))
    if _TRACEBACK in printed:  # a terminal has both outputs
        return f"{message} {_text(printed[-1])}"
    if "module_stdout" not in result or _TRACEBACK in errors or _INTERPRETER in message:
        return f"{message} {_text(errors[-1]) if errors else ''}"
    shown = [_text(lines[0])[:_MAX_SHOWN].rstrip(".") for lines in (printed, errors) if lines]
    if not shown:
        return f"the host printed nothing. {_SHELL}, or the module was killed. {_RAW}"
    return f"the host printed something else in its place: {'; '.join(shown)}. {_SHELL}. {_RAW}"


def _lines(printed: t.Any) -> list[str]:
    """Return the lines of what a host has printed."""
    return printed.strip().splitlines() if isinstance(printed, str) else []


def _text(value: t.Any) -> str:
    """Return a text with a limited length and no control characters."""
    return escape(" ".join(value[:_MAX_CHARACTERS].split())) if isinstance(value, str) else ""
