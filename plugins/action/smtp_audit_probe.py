# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin that audits the servers of the role smtp_audit from one host.

Its documentation is in plugins/modules/smtp_audit_probe.py.
"""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import BadFile, all_checks
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.result import joined
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.role import (
    in_terms_of_role,
    own_options,
    planned_as_given,
    plans_of,
    selected,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.modules import (
    AUDIT,
    execute,
    run_module,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import BadVariable
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.results import printable_value

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import Entry
    from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.role import ServerPlan

# What a report reads again in the files of the checks.
_OF_FILES = ("group", "proves", "risk", "finding", "change", "references", "controls")

# The verdicts whose transcripts a report shows.
_WITH_TRANSCRIPT = ("finding", "undecided")


class ActionModule(ActionBase):
    """Audit all servers of the role from one host, one after the other."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return the result of each audit with the planned servers, even if the host is lost."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        given = self._task.args
        of_role: dict[str, t.Any] = {
            "planned": planned_as_given(given["servers"]),
            "audits": [],
            "use": given["use"],
        }
        try:
            own = own_options(task_vars or {}, self._templar.template)
            plans = plans_of(given["servers"], own, given["options"])
            of_role["planned"] = [plan.planned for plan in plans]
            entries = all_checks(given.get("own_checks") or None)
            chosen = [selected(plan, entries) for plan in plans]
        except (BadVariable, BadFile) as error:
            return {**result, "failed": True, "msg": f"bad option: {error}", **of_role}
        changed = False
        for plan, checks in zip(plans, chosen, strict=True):
            try:
                audit = self._audit(plan, checks, task_vars)
            except AnsibleConnectionFailure as error:
                return {"unreachable": True, "msg": printable_value(error.message), **of_role}
            changed = changed or audit.pop("changed", False) is True
            of_role["audits"].append(audit)
        return {**result, "changed": changed, **of_role}

    def _audit(
        self, plan: ServerPlan, checks: list[Entry], task_vars: dict[str, t.Any] | None
    ) -> dict[str, t.Any]:
        """Return the result of one audit, without what the files of the checks say."""
        options = {**plan.options, "definitions": [dict(one.definition) for one in checks]}
        result = run_module(self, AUDIT, lambda: execute(self, AUDIT, options, task_vars))
        if "checks" not in result or result.get("failed"):
            message = str(result.get("msg") or "the module ended without saying why")
            told = in_terms_of_role(message, plan)
            return {"msg": f"bad option: {told}" if told != message else message}
        found = joined(result, checks, plan.claimed)
        return {
            **found,
            "checks": [_kept(one) for one in found["checks"]],
            "changed": result.get("changed"),
        }


def _kept(check: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return what is registered of a check: Ansible keeps the results of all hosts in memory."""
    kept = {name: value for name, value in check.items() if name not in _OF_FILES}
    return kept if check["verdict"] in _WITH_TRANSCRIPT else {**kept, "transcript": []}
