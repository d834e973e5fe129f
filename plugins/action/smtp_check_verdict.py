# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin that fails each host of the role smtp_check that found a broken server.

Its documentation is in plugins/modules/smtp_check_verdict.py.
"""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.verdict import result_of_verdict

_ERROR = "hosts found broken servers, or could not ask them"


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
        verdict = result_of_verdict(
            report,
            variables["inventory_hostname"],
            fail=self._task.args["fail"],
            variable="smtp_check_fail",
            error=_ERROR,
        )
        return {**result, **verdict}
