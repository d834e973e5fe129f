# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin smtp_audit: select the checks, run the module, and join its result with them.

Its documentation is in plugins/modules/smtp_audit.py.
"""

from __future__ import annotations

import typing as t

from ansible.plugins.action import normal
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption, sentence
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import BadFile, all_checks
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.result import joined
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.select import (
    BadSelection,
    selected_by,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.modules import (
    AUDIT,
    run_module,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.yaml_types import (
    check_yaml_types,
)

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import Entry


class ActionModule(normal.ActionModule):
    """Run the module on the host, with the checks that the options select."""

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return the verdicts, with what the files of the checks say of them."""
        try:
            check_yaml_types("", self._task.args)
            entries = self._selected()
        except BadFile as error:
            return {"failed": True, "msg": sentence("own_checks", error)}
        except (BadOption, BadSelection) as error:
            return {"failed": True, "msg": str(error)}
        given = self._task.args
        definitions = [dict(entry.definition) for entry in entries]
        self._task.args = {**given, "definitions": definitions}
        self._task.args.pop("own_checks", None)

        def call() -> dict[str, t.Any]:
            result: dict[str, t.Any] = super(ActionModule, self).run(tmp, task_vars)
            return result

        try:
            result = run_module(self, AUDIT, call)
        finally:
            self._task.args = given
        if "checks" not in result:
            return result
        return {**result, **joined(result, entries, str(given.get("from", "untrusted")))}

    def _selected(self) -> list[Entry]:
        """Return the checks to make. Raise BadFile or BadSelection."""
        path = self._task.args.get("own_checks")
        entries = all_checks(self._loader.path_dwim(str(path)) if path else None)
        return selected_by(self._task.args, entries)
