# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a probing host has returned from a module, without what could choose anything here. No I/O.

Ansible takes facts, hosts and groups out of any result. A host that probes has none to offer.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Collection, Mapping

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import escape

# What Ansible itself makes of a module's end, and needs. That a host is unreachable, or a task was
# skipped, is never for a module to say.
_OF_ANSIBLE = frozenset(
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

# The oldest Python that the modules run on. To an older one they are syntax errors.
OLDEST_PYTHON = (3, 7)

# What Ansible's own part of a module says on a Python that is too old for it.
_TOO_OLD = "requires a minimum of Python"

_MAX_WARNINGS = 20
_MAX_CHARACTERS = 1000
_VERSION = re.compile(r"\s*(\d{1,2})\.(\d{1,3})\.(\d{1,3})\s*", re.ASCII)


def kept(result: Mapping[str, t.Any], documented: Collection[str]) -> dict[str, t.Any]:
    """Return a result with what the module documents, and what Ansible adds to any."""
    found = {
        name: value
        for name, value in result.items()
        if name in documented or name in _OF_ANSIBLE or str(name).startswith("_ansible_")
    }
    for name in ("warnings", "deprecations"):
        if name in found:
            found[name] = list(_told(name, found[name]))
    return found


def _told(name: str, told: t.Any) -> t.Iterator[t.Any]:
    """Yield what Ansible is to print: not too much, and nothing that it fails to print."""
    for one in told[:_MAX_WARNINGS] if isinstance(told, list) else ():
        if name == "warnings" and isinstance(one, str):
            yield escape(one)[:_MAX_CHARACTERS]
        elif hasattr(one, "event") or (name == "deprecations" and isinstance(one, Mapping)):
            yield one  # as ansible-core has made it of what came, from 2.19 on and before


def did_not_run(result: Mapping[str, t.Any]) -> bool:
    """Whether a module ended without a word of its own: most often its Python is too old."""
    if "passed" in result or "results" in result:
        return False
    said = result.get("msg")
    too_old = isinstance(said, str) and _TOO_OLD in said[:_MAX_CHARACTERS]
    return "module_stderr" in result or too_old


def why(result: Mapping[str, t.Any], python: str, module: str) -> str:
    """Say why a module did not run, with what the host's Python says of its version."""
    match = _VERSION.fullmatch(python[:100])
    if match is not None and tuple(map(int, match.groups())) < OLDEST_PYTHON:
        return (
            f"the host runs modules with Python {python.strip()}, and {module} needs Python 3.7 or"
            " later. Set ansible_python_interpreter to a newer one."
        )
    said = _text(result.get("msg")) or "the module ended without saying why"
    last = _text((str(result.get("module_stderr") or "").strip().splitlines() or [""])[-1])
    by = f" from Python {match.group().strip()}" if match else ""
    return " ".join(f"no result{by}: {said} {last}".split())


def _text(value: t.Any) -> str:
    """Return a text of a bounded length, with no control characters in it."""
    return escape(" ".join(value[:_MAX_CHARACTERS].split())) if isinstance(value, str) else ""
