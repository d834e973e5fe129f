# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin that holds the dialogues of the role smtp_check.

Its documentation is in plugins/modules/smtp_check_probe.py.
"""

from __future__ import annotations

import random
import time
import typing as t

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.spec import (
    dialogue_spec,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.modules import (
    HANDSHAKE,
    run_module,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import (
    BadVariable,
    HostPlan,
    in_terms_of_role,
    own_options,
    plan_of,
    planned_as_given,
    read_servers,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.questions import (
    KEPT,
    options_to_keep,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.results import (
    without_passed_transcripts,
)

# The value of the option transcripts that keeps those of dialogues that passed, too.
ALL_TRANSCRIPTS = "all"


class ActionModule(ActionBase):
    """Hold the dialogues of one host with all servers of the role."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return the result of the module with the planned targets, even if the host is lost."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        given = self._task.args
        own: dict[str, t.Any] = {}
        try:
            own = own_options(task_vars or {}, self._templar.template)
            plan = plan_of(given["servers"], own, given["options"], dialogue_spec())
        except (AnsibleError, BadVariable) as error:
            planned = planned_as_given(given["servers"], own)
            of_role = {"planned": planned, "use": given["use"]}
            return {**result, "failed": True, "msg": f"bad option: {error}", **of_role}
        try:
            result = run_module(self, HANDSHAKE, lambda: self._call(plan, task_vars))
        except AnsibleConnectionFailure as error:
            result = {"unreachable": True, "msg": error.message}
        result.pop("module_stderr", None)  # the message has its last line
        if result.get("failed") and "results" not in result:
            servers = read_servers(given["servers"])
            message = in_terms_of_role(str(result.get("msg")), servers)
            result["msg"] = f"bad option: {message}" if message != result.get("msg") else message
        if given["transcripts"] != ALL_TRANSCRIPTS:
            result = without_passed_transcripts(result)
        kept = options_to_keep(plan.options["targets"], result)
        of_role = {"planned": plan.planned, "use": given["use"], **({KEPT: kept} if kept else {})}
        return {**result, **of_role}

    def _call(self, plan: HostPlan, task_vars: dict[str, t.Any] | None) -> dict[str, t.Any]:
        time.sleep(random.uniform(0, float(self._task.args["jitter"] or 0)))
        options = dict(plan.options)
        result: dict[str, t.Any] = self._execute_module(
            module_name=HANDSHAKE, module_args=options, task_vars=task_vars
        )
        self._remove_tmp_path(self._connection._shell.tmpdir)
        return result
