# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module of the collection on a host, and filter its result."""

from __future__ import annotations

import contextlib
import typing as t
from collections.abc import Callable

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase

from .controller import end_children, ending_with_controller
from .results import did_not_run, filtered, reason_not_run

HANDSHAKE = "mailops.smtp.smtp_handshake"
RECEIPT = "mailops.smtp.mail_receipt"
DIAGNOSE = "mailops.smtp.smtp_diagnose"
AUDIT = "mailops.smtp.smtp_audit"
SERVER_LOG = "mailops.smtp.smtp_server_log"

# The return values of the modules, as documented.
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
    DIAGNOSE: frozenset(
        {
            "certainty",
            "cause",
            "cause_id",
            "evidence",
            "advice",
            "unasked",
            "transcript",
            "connections",
            "seconds",
            "results",
        }
    ),
    AUDIT: frozenset(
        {
            "checks",
            "summary",
            "vantage",
            "server",
            "facts",
            "connections",
            "seconds",
            "ended_early",
        }
    ),
    SERVER_LOG: frozenset(
        {
            "lines",
            "lines_found",
            "sessions",
            "matched_by",
            "deciding",
            "listeners",
            "limits",
            "disk",
            "clock",
            "read",
            "not_read",
        }
    ),
}

# The exception with which Ansible ends a task at its timeout. Each version defines it elsewhere.
_TIME_OUT = "TaskTimeoutError"

_VERSION = """ -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])'"""


def run_module(
    action: ActionBase, module: str, call: Callable[[], dict[str, t.Any]]
) -> dict[str, t.Any]:
    """Run a module by calling `call`, and return its result.

    An error before the module starts, such as a failure of `become`, becomes a failed result. So
    does an exception of Ansible about the output of the host, and a timeout of the task. The only
    exception is AnsibleConnectionFailure, for a host that cannot be reached.
    """
    try:
        with ending_with_controller():
            result = call()
    except AnsibleConnectionFailure:
        raise
    except AnsibleError as error:
        result = {"failed": True, "msg": f"the module was not started on the host: {error.message}"}
    except Exception as error:  # noqa: BLE001 - Ansible has many for the output of a host
        problem = f"Ansible cannot use what the host has returned: {type(error).__name__}: {error}"
        result = {"failed": True, "msg": problem}
    except BaseException as error:
        if type(error).__name__ != _TIME_OUT:
            raise
        end_children()
        result = {"failed": True, "msg": "the task took longer than its timeout, and was ended"}
    if did_not_run(result):
        result["msg"] = reason_not_run(result, _version(action), module)
    if action._task.no_log:
        _hide_results(result)
    return {**filtered(result, RETURNED[module]), **_interpreter(action)}


def execute(
    action: ActionBase,
    module: str,
    options: dict[str, t.Any],
    variables: dict[str, t.Any] | None,
) -> dict[str, t.Any]:
    """Run a module with options, as a `call` of run_module, and leave no files on the host."""
    result: dict[str, t.Any] = action._execute_module(
        module_name=module, module_args=options, task_vars=variables
    )
    action._remove_tmp_path(action._connection._shell.tmpdir)
    return result


def _interpreter(action: ActionBase) -> dict[str, t.Any]:
    """Return the only fact that Ansible itself found: the Python of the host."""
    name = action._discovered_interpreter_key
    return {"ansible_facts": {name: action._discovered_interpreter}} if name else {}


def _version(action: ActionBase) -> str:
    """Return the version of the Python that runs modules on the host."""
    interpreter = (action._used_interpreter or "").lstrip("#!").strip()
    if not interpreter:
        return ""
    with contextlib.suppress(AnsibleError):
        answer = action._low_level_execute_command(interpreter + _VERSION)
        return str(answer.get("stdout", ""))
    return ""


def _hide_results(result: dict[str, t.Any]) -> None:
    """Hide the dialogues of a task with no_log, which Ansible takes for items of a loop."""
    results = result.get("results")
    for one in results if isinstance(results, list) else ():
        if isinstance(one, dict):
            one["_ansible_no_log"] = True
