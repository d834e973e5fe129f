# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run one of the collection's modules on a host, and keep of its result what a host may say."""

from __future__ import annotations

import contextlib
import typing as t
from collections.abc import Callable

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase

from .results import did_not_run, kept, why

HANDSHAKE = "mailops.smtp.smtp_handshake"
RECEIPT = "mailops.smtp.mail_receipt"

# The values that the modules return, as their documentation has them.
RETURNED = {
    HANDSHAKE: frozenset(
        [
            "passed",
            "failure",
            "server",
            "client",
            "replies",
            "capabilities",
            "tls",
            "message",
            "seconds",
            "transcript",
            "attempts",
            "started",
            "results",
            "summary",
        ]
    ),
    RECEIPT: frozenset(
        {
            "receipts",
            "summary",
            "kind",
        }
    ),
}

# What Ansible ends a task by that takes too long. Each version has it elsewhere.
_TIME_OUT = "TaskTimeoutError"

_VERSION = """ -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])'"""


def run_module(
    action: ActionBase, module: str, call: Callable[[], dict[str, t.Any]]
) -> dict[str, t.Any]:
    """Run a module by a call, and return its result, however it ended.

    What fails before the module does, such as `become`, is a failed result as any other, and so is
    what Ansible stumbles on in what the host has returned, and a time-out of the task. Only a host
    that Ansible cannot reach is an exception, which is Ansible's own.
    """
    try:
        result = call()
    except AnsibleConnectionFailure:
        raise
    except AnsibleError as error:
        result = {"failed": True, "msg": f"the module was not started on the host: {error.message}"}
    except Exception as error:  # noqa: BLE001 - of Ansible's own, for what a host has returned
        told = f"Ansible cannot use what the host has returned: {type(error).__name__}: {error}"
        result = {"failed": True, "msg": told}
    except BaseException as error:
        if type(error).__name__ != _TIME_OUT:
            raise
        result = {"failed": True, "msg": "the task took longer than its timeout, and was ended"}
    if did_not_run(result):
        result["msg"] = why(result, _version(action), module)
    if action._task.no_log:
        _hide_results(result)
    return {**kept(result, RETURNED[module]), **_interpreter(action)}


def _interpreter(action: ActionBase) -> dict[str, t.Any]:
    """Return the one fact that Ansible itself has found: the host's Python, for its next task."""
    name = action._discovered_interpreter_key
    return {"ansible_facts": {name: action._discovered_interpreter}} if name else {}


def _version(action: ActionBase) -> str:
    """Return the version of the Python that the host was to run the module with."""
    interpreter = (action._used_interpreter or "").lstrip("#!").strip()
    if not interpreter:
        return ""
    with contextlib.suppress(AnsibleError):
        answer = action._low_level_execute_command(interpreter + _VERSION)
        return str(answer.get("stdout", ""))
    return ""


def _hide_results(result: dict[str, t.Any]) -> None:
    """Have Ansible show no dialogue where the task has no_log: it takes each for one of a loop."""
    results = result.get("results")
    for one in results if isinstance(results, list) else ():
        if isinstance(one, dict):
            one["_ansible_no_log"] = True
