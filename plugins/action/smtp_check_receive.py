# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin that searches a mailbox for the messages of the role smtp_check.

Its documentation is in plugins/modules/smtp_check_receive.py.
"""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.delegation import as_host
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.modules import (
    RECEIPT,
    run_module,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import (
    receipt_in_terms_of_role,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.tokens import tokens_of


class ActionModule(ActionBase):
    """Run mail_receipt for the messages that the hosts of the play have sent."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return the result of the module. Without `use`, it only checks the options."""
        super().run(tmp, task_vars)
        variables = task_vars or {}
        options = {
            name: value
            for name, value in self._task.args["options"].items()
            if name != "delegate_to" and value is not None
        }
        use = self._task.args.get("use")
        options["tokens"] = list(_tokens(variables, use)) if use else []
        result = run_module(self, RECEIPT, lambda: self._call(options, variables))
        if result.get("failed") and "kind" not in result:
            result["msg"] = receipt_in_terms_of_role(str(result.get("msg")))
        return result

    def _call(self, options: dict[str, t.Any], variables: dict[str, t.Any]) -> dict[str, t.Any]:
        variables = as_host(self, str(self._task.delegate_to), variables)
        result: dict[str, t.Any] = self._execute_module(
            module_name=RECEIPT, module_args=options, task_vars=variables
        )
        self._remove_tmp_path(self._connection._shell.tmpdir)
        return result


def _tokens(variables: dict[str, t.Any], use: str) -> t.Iterator[dict[str, str]]:
    """Yield the tokens of this use of the role, without those that an earlier batch searched for.

    Variables of hosts are not templated, since results are data.
    """
    for host in variables["ansible_play_hosts_all"]:
        known = variables["hostvars"].raw_get(host)
        if known.get("__smtp_check_use") == use and not known.get("smtp_check_receipts"):
            yield from tokens_of(host, known.get("smtp_check_result"), use)
