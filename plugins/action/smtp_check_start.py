# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin that checks the variables of the role smtp_check before the first probe.

Its documentation is in plugins/modules/smtp_check_start.py.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.spec import (
    dialogue_spec,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import (
    PREFIX,
    SERVERS,
    BadVariable,
    check_receipt,
    check_server_logs,
    may_send,
    own_options,
    plan_of,
    unused_options,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.variables import check_known

Variables = Mapping[str, t.Any]


class ActionModule(ActionBase):
    """Check the variables of the role, once for all hosts of the play."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Fail if a variable of the role is wrong."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        given = self._task.args
        try:
            hosts = dict(_hosts(task_vars or {}))
            specs: dict[str, t.Any] = self._task._role._get_role_argspecs()
            spec = specs["main"]["options"]
            _check_known(spec, hosts, task_vars or {})
            self._check_types(spec, task_vars or {})
            for name in ("throttle", "jitter"):
                if int(given[name]) < 0:
                    raise BadVariable(f"{PREFIX}{name}", f"must be 0 or more, not {given[name]}")
            own = own_options(task_vars or {}, self._templar.template)
            plan = plan_of(given["servers"], own, given["options"], dialogue_spec())
            check_server_logs(given["server_logs"], (task_vars or {})["hostvars"])
            check_receipt(given["receipt"], plan, any(map(may_send, hosts.values())))
        except BadVariable as error:
            return {**result, "failed": True, "msg": str(error)}
        warnings = unused_options(own, given["options"])
        return {**result, "warnings": warnings} if warnings else result

    def _check_types(self, spec: Mapping[str, t.Any], own: Variables) -> None:
        """Check the types and choices of the variables, as Ansible does for a role of a play.

        The playbook of the collection skips that, because Ansible does it for each host. A server
        that has options of its own is checked by the module.
        """
        given = {name: self._templar.template(own[name]) for name in spec if name in own}
        errors = ArgumentSpecValidator(spec).validate(given).error_messages
        if errors and SERVERS in given:
            raise BadVariable("", "; ".join(errors))


def _check_known(spec: Mapping[str, t.Any], hosts: Mapping[str, Variables], own: Variables) -> None:
    """Check the variables of each host, and those of the task, which include the play's."""
    for host, variables in hosts.items():
        check_known(variables, list(spec), dialogue_spec(), host)
    check_known(own, list(spec), dialogue_spec(), "the play")


def _hosts(own: Variables) -> Iterator[tuple[str, Variables]]:
    """Yield the variables of all hosts of the play, for the first host of the batch only.

    With a strategy without run_once, every host runs this task. The others check the variables of
    the task only, which are their own.
    """
    if own["inventory_hostname"] == own["ansible_play_batch"][0]:
        for host in own["ansible_play_hosts_all"]:
            yield host, own["hostvars"].raw_get(host)
