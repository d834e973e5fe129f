# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin smtp_diagnose: run the module, and filter its result.

Its documentation is in plugins/modules/smtp_diagnose.py.
"""

from __future__ import annotations

import typing as t

from ansible.plugins.action import normal
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.modules import (
    DIAGNOSE,
    run_module,
)


class ActionModule(normal.ActionModule):
    """Run the module on the host, as Ansible runs any."""

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return the documented values of the result, so that it cannot control the controller."""

        def call() -> dict[str, t.Any]:
            result: dict[str, t.Any] = super(ActionModule, self).run(tmp, task_vars)
            return result

        return run_module(self, DIAGNOSE, call)
