# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin that reads the log of a server for the causes of a report.

Its documentation is in plugins/modules/smtp_check_server_log.py.
"""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.delegation import as_host
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.diagnosis_loop import (
    TOO_LATE,
    Loop,
    loop_of,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.known_secrets import (
    pattern_of,
    variables_of,
    without_secrets,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.log_answers import (
    answer_of_log,
    failed_result,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.modules import (
    SERVER_LOG,
    execute,
    run_module,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.server_log import log_request

Variables = dict[str, t.Any]


class ActionModule(ActionBase):
    """Run smtp_server_log on one host, for the failed dialogues that the report has chosen."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp: t.Any = None, task_vars: Variables | None = None) -> dict[str, t.Any]:
        """Return an answer to each question. A log that cannot be read is no failure."""
        super().run(tmp, task_vars)
        variables = task_vars or {}
        asked = self._task.args["asked"]
        loop = loop_of(str(self._task._uuid))
        result: dict[str, t.Any] = {"changed": False, "diagnoses": []}
        for question in asked["targets"]:
            answer, facts = self._answer(question, asked["use"], loop, variables)
            result["diagnoses"].append(answer)
            result.update(facts)
        return result

    def _answer(
        self, question: Variables, use: str, loop: Loop, variables: Variables
    ) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
        """Return the answer to one question, and the Python of the host if it was looked for."""
        if loop.is_over:
            return {"problem": TOO_LATE}, {}
        # What a host has registered is not templated: it has texts of servers.
        known = variables["hostvars"].raw_get(question["host"])
        failed = failed_result(known.get("smtp_check_result"), use, question["dialogue"])
        options = log_request(failed)
        if not options:
            return {"problem": "the host does not say from where and when it has asked"}, {}
        try:
            found = run_module(self, SERVER_LOG, lambda: self._call(options, variables))
        except AnsibleConnectionFailure as error:
            return {"problem": f"Ansible cannot reach the host: {error.message}"}, {}
        facts = {name: found[name] for name in ("ansible_facts",) if name in found}
        known = variables_of(question["host"], variables, self._templar)
        return without_secrets(answer_of_log(found, failed), pattern_of(known)), facts

    def _call(self, options: dict[str, t.Any], variables: Variables) -> dict[str, t.Any]:
        variables = as_host(self, self._task.args["asked"]["host"], variables)
        return execute(self, SERVER_LOG, options, variables)
