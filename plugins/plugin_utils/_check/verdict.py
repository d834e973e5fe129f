# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fail a host with the message that a report has on it, and with nothing else."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible.errors import AnsibleAction
from ansible.module_utils.parsing.convert_bool import boolean
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
