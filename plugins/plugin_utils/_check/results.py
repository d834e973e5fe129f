# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter the result of a module, so that it cannot control anything on the controller. No I/O.

Ansible takes facts, hosts and groups out of any result. A probing host must not set them.
"""

from __future__ import annotations

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

_MAX_WARNINGS = 20
_MAX_CHARACTERS = 1000
_VERSION = re.compile(r"\s*(\d{1,2})\.(\d{1,3})\.(\d{1,3})\s*", re.ASCII)


def filtered(result: Mapping[str, t.Any], documented: Collection[str]) -> dict[str, t.Any]:
    """Return the documented values of a result, and those that Ansible adds."""
    found = {
        name: value
        for name, value in result.items()
        if name in documented or name in _ADDED_BY_ANSIBLE or str(name).startswith("_ansible_")
    }
    for name in ("warnings", "deprecations"):
        if name in found:
            found[name] = list(_printable_warnings(name, found[name]))
    return found


def _printable_warnings(name: str, warnings: t.Any) -> t.Iterator[t.Any]:
    """Yield the warnings that Ansible can print, limited in number and length."""
    for one in warnings[:_MAX_WARNINGS] if isinstance(warnings, list) else ():
        if name == "warnings" and isinstance(one, str):
            yield escape(one)[:_MAX_CHARACTERS]
        elif hasattr(one, "event") or (name == "deprecations" and isinstance(one, Mapping)):
            yield one  # ansible-core made it of the output of the host


def without_passed_transcripts(result: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the result of a host with no lines in the transcript of each dialogue that passed.

    Ansible keeps the results of all hosts in memory, and AWX drops a result that is too large.
    """
    results = result.get("results")
    if not isinstance(results, list):
        return dict(result)
    return {**result, "results": [_without_passed_transcript(one) for one in results]}


def _without_passed_transcript(one: t.Any) -> t.Any:
    passed = isinstance(one, Mapping) and one.get("passed") is True and "transcript" in one
    return {**one, "transcript": []} if passed else one


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
    message = _text(result.get("msg")) or "the module ended without saying why"
    last = _text((str(result.get("module_stderr") or "").strip().splitlines() or [""])[-1])
    by = f" from Python {match.group().strip()}" if match else ""
    return " ".join(f"no result{by}: {message} {last}".split())


def _text(value: t.Any) -> str:
    """Return a text with a limited length and no control characters."""
    return escape(" ".join(value[:_MAX_CHARACTERS].split())) if isinstance(value, str) else ""
