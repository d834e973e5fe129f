# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""However a module ends, its result says why."""

from __future__ import annotations

import importlib
import signal
import subprocess
import types
import typing as t

import pytest
from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.filtered_action import (
    FilteredAction,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.modules import (
    HANDSHAKE,
    RETURNED,
    execute,
    run_module,
)
from ansible_collections.mailops.smtp.tests.unit import forks


def time_out() -> BaseException:
    """Return the exception with which this version of Ansible ends a task at its timeout."""
    for name in ("ansible._internal._errors._task_timeout", "ansible.executor.task_executor"):
        try:
            kind = importlib.import_module(name).TaskTimeoutError
        except (ImportError, AttributeError):
            continue
        error: BaseException = kind(3)
        return error
    raise AssertionError("ansible-core has it elsewhere by now")


def ended(error: BaseException) -> dict[str, t.Any]:
    """Run a module that ends with an exception, and return the result."""

    def raising() -> dict[str, t.Any]:
        raise error

    action: t.Any = types.SimpleNamespace(
        _task=types.SimpleNamespace(no_log=False),
        _used_interpreter=None,
        _discovered_interpreter_key="discovered_interpreter_python",
        _discovered_interpreter="/usr/bin/python3",
    )
    return run_module(action, HANDSHAKE, raising)


@pytest.mark.parametrize("module", RETURNED)
def test_the_result_of_each_module_is_filtered_in_any_play(module: str) -> None:
    """Ansible runs the action of the same name in place of the module."""
    name = module.removeprefix("mailops.smtp.")
    action = importlib.import_module(f"ansible_collections.mailops.smtp.plugins.action.{name}")
    is_filtered = issubclass(action.ActionModule, FilteredAction)
    assert is_filtered or action.run_module is run_module


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (AnsibleError("Missing sudo password"), "was not started on the host: Missing sudo passw"),
        (AttributeError("no keys"), "cannot use what the host has returned: AttributeError: no k"),
    ],
)
def test_an_exception_is_a_failed_result_with_the_reason(error: BaseException, reason: str) -> None:
    result = ended(error)
    assert result["failed"] is True
    assert reason in result["msg"]


def worker_with_a_timeout() -> None:
    """Be a worker with a connection, whose task takes too long. Print the reason and the signal."""
    with subprocess.Popen(["sleep", "300"]) as connection:
        result = ended(time_out())
        print(result["msg"], connection.wait(30))


def test_the_timeout_of_a_task_ends_its_connection() -> None:
    """Else the module on the host would go on until its last dialogue has ended.

    All children of the worker end. So the worker is no process that has others, such as this one.
    """
    worker = forks.call(worker_with_a_timeout)
    reason = "the task took longer than its timeout, and was ended"
    assert worker.stdout.decode() == f"{reason} {-signal.SIGTERM}\n", worker.stderr.decode()


@pytest.mark.parametrize("error", [AnsibleConnectionFailure("no route"), KeyboardInterrupt()])
def test_an_exception_for_ansible_itself_is_raised_again(error: BaseException) -> None:
    with pytest.raises(type(error)):
        ended(error)


def test_no_files_are_left_on_the_host() -> None:
    removed: list[str] = []
    action: t.Any = types.SimpleNamespace(
        _execute_module=lambda **given: given,
        _remove_tmp_path=removed.append,
        _connection=types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir="~/.ansible/1")),
    )

    assert execute(action, HANDSHAKE, {"host": "relay"}, {"a": 1}) == {
        "module_name": HANDSHAKE,
        "module_args": {"host": "relay"},
        "task_vars": {"a": 1},
    }
    assert removed == ["~/.ansible/1"]


def test_the_only_fact_is_the_python_of_the_host() -> None:
    """Without it, Ansible would look for the host's Python before each task."""
    assert ended(AnsibleError("x"))["ansible_facts"] == {
        "discovered_interpreter_python": "/usr/bin/python3"
    }
