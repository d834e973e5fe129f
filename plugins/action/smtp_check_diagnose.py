# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin that asks a host to find out more about the causes of a report.

Its documentation is in plugins/modules/smtp_check_diagnose.py.
"""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.delegation import as_host
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.diagnosis_loop import (
    TOO_LATE,
    loop_of,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.known_secrets import (
    pattern_of,
    variables_of,
    without_secrets,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.modules import (
    DIAGNOSE,
    execute,
    run_module,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.questions import (
    answers_of,
    requests_of,
)

_PROVEN = "not asked, because another host has proven the cause"


class ActionModule(ActionBase):
    """Run smtp_diagnose on one host, for its failed dialogues that the report has chosen."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return an answer to each question. A host that cannot be asked is no failure."""
        super().run(tmp, task_vars)
        variables = task_vars or {}
        asked = self._task.args["asked"]
        questions = asked["targets"]
        loop = loop_of(str(self._task._uuid))
        if loop.is_over:
            return _answered([{"problem": TOO_LATE}] * len(questions))
        # What a host has registered is not templated: it has texts of servers.
        registered = variables["hostvars"].raw_get(asked["host"]).get("smtp_check_result")
        requests = requests_of(registered, asked["use"], questions)
        answers = [
            {"problem": _PROVEN if question["cause"] in loop.proven else request.problem}
            for question, request in zip(questions, requests, strict=True)
        ]
        open_ones = [at for at, answer in enumerate(answers) if not answer["problem"]]
        if not open_ones:
            return _answered(answers)
        result = self._result([requests[at].options for at in open_ones], variables)
        found = list(answers_of(result, len(open_ones)))
        problem = {"problem": str(result.get("msg") or "the host has returned no diagnosis")}
        # The server knows the password of the dialogue before, and may repeat it.
        secrets = pattern_of(variables_of(asked["host"], variables, self._templar))
        for position, at in enumerate(open_ones):
            answers[at] = found[position] if position < len(found) else problem
            answers[at] = without_secrets(answers[at], secrets)
            if answers[at].get("certainty") == "proven":
                loop.proven.add(questions[at]["cause"])
        return {**_answered(answers), **_facts_of(result)}

    def _result(
        self, targets: list[dict[str, t.Any]], variables: dict[str, t.Any]
    ) -> dict[str, t.Any]:
        """Return the result of the module, or a reason as its message."""
        try:
            return run_module(self, DIAGNOSE, lambda: self._call(targets, variables))
        except AnsibleConnectionFailure as error:
            return {"msg": f"Ansible cannot reach the host: {error.message}"}

    def _call(
        self, targets: list[dict[str, t.Any]], variables: dict[str, t.Any]
    ) -> dict[str, t.Any]:
        variables = as_host(self, self._task.args["asked"]["host"], variables)
        return execute(self, DIAGNOSE, {"targets": targets}, variables)


def _answered(answers: list[dict[str, t.Any]]) -> dict[str, t.Any]:
    return {"changed": False, "diagnoses": answers}


def _facts_of(result: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the Python of the host, if Ansible has looked for it now."""
    return {name: result[name] for name in ("ansible_facts",) if name in result}
