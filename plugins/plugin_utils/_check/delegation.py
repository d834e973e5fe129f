# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a delegated action with the variables of the host that it is delegated to.

ansible-core takes the variables of that host for the connection, but with the `inventory_hostname`
of the host that delegates. With `ansible_host: "{{ inventory_hostname }}.example.com"` the action
would then run on the wrong host, and nobody would see it. A task that asks a host for its own view
of the network must not do so.
"""

from __future__ import annotations

import typing as t

from ansible.executor.task_executor import TaskExecutor
from ansible.plugins.action import ActionBase


class _Connecting:
    """The part of ansible-core that sets the options of connection, shell and become."""

    _set_connection_options = TaskExecutor._set_connection_options
    _set_plugin_options = TaskExecutor._set_plugin_options

    def __init__(self, action: ActionBase) -> None:
        self._connection = action._connection
        self._task = action._task
        self._play_context = action._play_context


def as_host(action: ActionBase, host: str, task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
    """Set the connection of an action as for a task of the host itself.

    Return the variables of the task with those of the host corrected. Call it before anything is
    connected.
    """
    delegated = task_vars.get("ansible_delegated_vars", {})
    found = delegated.get(host, {})
    if found.get("inventory_hostname", host) == host:
        return task_vars
    own = {**found, "inventory_hostname": host}
    action._templar.available_variables = own
    _Connecting(action)._set_connection_options(own, action._templar)
    return {**task_vars, "ansible_delegated_vars": {**delegated, host: own}}
