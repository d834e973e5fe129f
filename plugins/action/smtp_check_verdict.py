# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin that fails each host of the role smtp_check that found a broken server.

Its documentation is in plugins/modules/smtp_check_verdict.py.
"""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleAction
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase

# ansible-core 2.19 and later print with each failure the place and an excerpt of the task, but the
# same text only once. So all hosts fail with the same error, and each with a message of its own.
_ERROR = "hosts found broken servers, or could not ask them"

# Earlier versions print the message alone, and know no AnsibleAction other than their own.
_CAN_RAISE = hasattr(AnsibleAction, "result_contribution") or hasattr(
    AnsibleAction, "as_task_result"
)


class ActionModule(ActionBase):
    """Fail the host if the report has a verdict on it."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return that the host passed, or fail with the message of the report."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        # The variable is not templated: it is the same for all hosts, and has texts of servers.
        report = variables[self._task.args["report"]]
        fails = boolean(self._task.args["fail"])
        verdict = report["verdicts"].get(variables["inventory_hostname"], {}) if fails else {}
        message = "\n".join(filter(None, [verdict.get("message"), report["not_written"]]))
        if not message:
            return {**result, "changed": False}
        result = {**result, "changed": False, "msg": message}
        if _CAN_RAISE:
            raise AnsibleAction(_ERROR, result=result)
        return {**result, "failed": True}
