# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action that checks the variables of a role or a playbook before it does anything."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from .plan import BadVariable
from .variables import check_command_line


class StartAction(ActionBase):  # type: ignore[misc]  # ansible-core has no py.typed
    """Check the variables of the task, and fail with a message if one is wrong."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def check(self, variables: dict[str, t.Any]) -> tuple[dict[str, t.Any], list[str]]:
        """Return values for the tasks that follow, and warnings. Raise BadVariable."""
        raise NotImplementedError

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Fail if a variable is wrong. Otherwise return what `check` has returned."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        try:
            check_command_line(variables)
            found, warnings = self.check(variables)
        except BadVariable as error:
            return {**result, "failed": True, "msg": str(error)}
        result.update(found, changed=False)
        return {**result, "warnings": warnings} if warnings else result
