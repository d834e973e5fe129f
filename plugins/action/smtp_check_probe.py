# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin that holds the dialogues of the role smtp_check.

Its documentation is in plugins/modules/smtp_check_probe.py.
"""

from __future__ import annotations

import os
import random
import time
import typing as t
from pathlib import Path

from ansible import constants
from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.spec import (
    OPTIONS_OF_TASK,
    dialogue_spec,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.container import in_container
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.fleet_limits import (
    dialogues_with_one_server,
    jitter_of,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.modules import (
    HANDSHAKE,
    execute,
    run_module,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import (
    BadVariable,
    HostPlan,
    in_terms_of_role,
    only_in_options,
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
    printable_value,
    with_few_transcripts,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.start_times import reserve

# The value of the option transcripts that keeps those of dialogues that passed, too.
ALL_TRANSCRIPTS = "all"

# The file with the time at which the next host may start. All runs of the role in one playbook
# share it, since their servers may be the same.
_START_TIMES = "smtp-check-start-times"


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
            jitter = jitter_of(given["jitter"])
        except BadVariable as error:
            planned = planned_as_given(given["servers"], own)
            of_role = {"planned": planned, "use": given["use"]}
            return {**result, "failed": True, "msg": f"bad option: {error}", **of_role}
        try:
            result = run_module(self, HANDSHAKE, lambda: self._call(plan, jitter, task_vars))
        except AnsibleConnectionFailure as error:
            result = {"unreachable": True, "msg": printable_value(error.message)}
        result.pop("module_stderr", None)  # the message has its last line
        if result.get("failed") and "results" not in result:
            servers = read_servers(given["servers"])
            in_options = only_in_options(given["options"], own)
            message = in_terms_of_role(str(result.get("msg")), servers, in_options)
            result["msg"] = f"bad option: {message}" if message != result.get("msg") else message
        if given["transcripts"] != ALL_TRANSCRIPTS:
            result = with_few_transcripts(result)
        kept = options_to_keep(plan.options["targets"], result)
        of_role = {"planned": plan.planned, "use": given["use"], **({KEPT: kept} if kept else {})}
        if self._connection.transport == "local" and in_container(Path("/"), os.environ):
            of_role["in_container"] = True
        return {**result, **of_role}

    def _call(
        self, plan: HostPlan, jitter: float, task_vars: dict[str, t.Any] | None
    ) -> dict[str, t.Any]:
        options = self._limited(plan.options)
        self._wait(plan.options["targets"], jitter)
        return execute(self, HANDSHAKE, options, task_vars)

    def _limited(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return the options with this host's share of the dialogues with one server."""
        share = int(self._task.args["per_server"])
        own = str(options.get("per_server", OPTIONS_OF_TASK["per_server"]["default"]))
        # The module says what is wrong with a value that is no number.
        has_share = share and own.isdecimal()
        return {**options, "per_server": min(share, int(own))} if has_share else dict(options)

    def _wait(self, targets: list[dict[str, t.Any]], jitter: float) -> None:
        """Wait until this host may start."""
        seconds = random.uniform(0, jitter)
        interval = float(self._task.args["interval"])
        if interval:
            path = Path(constants.DEFAULT_LOCAL_TMP, _START_TIMES)
            turns = dialogues_with_one_server(targets)
            seconds += reserve(path, time.monotonic(), interval * turns)
        time.sleep(seconds)
