# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin that checks the variables of the role smtp_check before the first probe.

Its documentation is in plugins/modules/smtp_check_start.py.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping

from ansible import constants
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.spec import (
    dialogue_spec,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.fleet_limits import (
    fleet_limits,
    jitter_of,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import (
    PREFIX,
    check_receipt,
    check_server_logs,
    may_send,
    own_options,
    plan_of,
    unused_options,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.start import StartAction
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.variable_types import (
    check_fail_on,
    check_types,
    unused_reports,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.variables import check_known

Variables = Mapping[str, t.Any]


class ActionModule(StartAction):
    """Check the variables of the role, once for all hosts of the play."""

    def check(self, variables: Variables) -> tuple[dict[str, t.Any], list[str]]:
        """Return the limits of this run, and warnings. Raise BadVariable."""
        hosts = dict(_hosts(variables))
        specs: dict[str, t.Any] = self._task._role._get_role_argspecs()
        spec = specs["main"]["options"]
        _check_known(spec, hosts, variables)
        values = check_types(spec, variables, self._templar.template)
        given = {name[len(PREFIX) :]: value for name, value in values.items()}
        check_fail_on(values, PREFIX)
        jitter_of(given["jitter"])
        limits, warnings = fleet_limits(given, _hosts_at_once(variables))
        own = own_options(variables, self._templar.template)
        plan = plan_of(given.get("servers"), own, given["options"], dialogue_spec())
        check_server_logs(given["server_logs"], variables["hostvars"])
        check_receipt(given["receipt"], plan, any(map(may_send, hosts.values())))
        warnings += unused_options(own, given["options"])
        return limits._asdict(), warnings + unused_reports(spec, values, PREFIX)


def _check_known(spec: Mapping[str, t.Any], hosts: Mapping[str, Variables], own: Variables) -> None:
    """Check the variables of each host, and those of the task, which include the play's."""
    for host, variables in hosts.items():
        check_known(variables, list(spec), dialogue_spec(), host)
    check_known(own, list(spec), dialogue_spec(), "the play")


def _hosts_at_once(own: Variables) -> int:
    """Return how many hosts Ansible would let work at once."""
    return max(
        1,
        min(int(own.get("ansible_forks", constants.DEFAULT_FORKS)), len(own["ansible_play_batch"])),
    )


def _hosts(own: Variables) -> Iterator[tuple[str, Variables]]:
    """Yield the variables of all hosts of the play, for the first host of the batch only.

    With a strategy without run_once, every host runs this task. The others check the variables of
    the task only, which are their own.
    """
    if own["inventory_hostname"] == own["ansible_play_batch"][0]:
        for host in own["ansible_play_hosts_all"]:
            yield host, own["hostvars"].raw_get(host)
