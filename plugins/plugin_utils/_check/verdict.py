# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of a role that fails a host with the message that a report has on it."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible.errors import AnsibleAction
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import sentence
from ansible_collections.mailops.smtp.plugins.module_utils._net.option_types import type_problem

# Earlier versions than ansible-core 2.19 print the message alone, and know no AnsibleAction other
# than their own.
_CAN_RAISE = hasattr(AnsibleAction, "result_contribution") or hasattr(
    AnsibleAction, "as_task_result"
)


def result_of_verdict(
    report: Mapping[str, t.Any], host: str, *, fail: t.Any, variable: str, error: str
) -> dict[str, t.Any]:
    """Return the result of a host that passed, or fail with the message of the report.

    `fail` is the value of the `variable` that says whether to fail. The role has checked the value
    of the first host only.

    ansible-core 2.19 and later print with each failure the place and an excerpt of the task, but
    the same text only once. So all hosts fail with the same `error`, and each with a message of its
    own.
    """
    problem = ""
    try:
        fails = boolean(fail)
    except TypeError:
        fails, problem = True, sentence(variable, type_problem({"type": "bool"}, fail))
    verdict = report["verdicts"].get(host, {}) if fails else {}
    message = "\n".join(filter(None, [problem, verdict.get("message"), report["not_written"]]))
    if not message:
        return {"changed": False}
    result = {"changed": False, "msg": message}
    if _CAN_RAISE:
        raise AnsibleAction(error, result=result)
    return {**result, "failed": True}


class VerdictAction(ActionBase):  # type: ignore[misc]  # ansible-core has no py.typed
    """Fail the host if the report has a verdict on it.

    `VARIABLE` is the variable of the role that says whether to fail. All hosts fail with `ERROR`.
    """

    VARIABLE: t.ClassVar[str]
    ERROR: t.ClassVar[str]
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return that the host passed, or fail with the message of the report."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        # The report is not templated: it is the same for all hosts, and has texts of servers.
        report = variables[self._task.args["report"]]
        verdict = result_of_verdict(
            report,
            variables["inventory_hostname"],
            fail=self._task.args["fail"],
            variable=self.VARIABLE,
            error=self.ERROR,
        )
        return {**result, **verdict}
