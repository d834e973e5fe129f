# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of a module whose result must not control the controller."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import normal
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption

from .modules import run_module
from .yaml_types import check_yaml_types


class FilteredAction(normal.ActionModule):  # type: ignore[misc]  # ansible-core has no py.typed
    """Run the module `MODULE` on the host, as Ansible runs any, and filter its result.

    `WITH_DATES` are the options that may have dates.
    """

    MODULE: t.ClassVar[str]
    WITH_DATES: t.ClassVar[tuple[str, ...]] = ()

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return the documented values of the result."""
        given = self._task.args
        try:
            check_yaml_types(
                "", {name: one for name, one in given.items() if name not in self.WITH_DATES}
            )
        except BadOption as error:
            return {"failed": True, "msg": str(error)}

        def call() -> dict[str, t.Any]:
            result: dict[str, t.Any] = super(FilteredAction, self).run(tmp, task_vars)
            return result

        return run_module(self, self.MODULE, call)
