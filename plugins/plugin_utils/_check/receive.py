# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of a role that looks through a mailbox for the messages of all hosts."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from .delegation import as_host
from .modules import RECEIPT, execute, run_module
from .plan import receipt_in_terms_of_role


class ReceiveAction(ActionBase):  # type: ignore[misc]  # ansible-core has no py.typed
    """Run mail_receipt. `VARIABLE` is the variable of the role with its options."""

    VARIABLE: t.ClassVar[str]
    TRANSFERS_FILES = False
    _supports_check_mode = True

    def tokens(self, variables: dict[str, t.Any], use: str) -> t.Iterator[dict[str, str]]:
        """Yield the tokens of a use of the role."""
        raise NotImplementedError

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
        options["tokens"] = list(self.tokens(variables, use)) if use else []
        return self.receive(options, variables)

    def receive(self, options: dict[str, t.Any], variables: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return the result of the module with options."""
        result = run_module(self, RECEIPT, lambda: self._call(options, variables))
        if result.get("failed") and "kind" not in result:
            result["msg"] = receipt_in_terms_of_role(str(result.get("msg")), self.VARIABLE)
        return result

    def _call(self, options: dict[str, t.Any], variables: dict[str, t.Any]) -> dict[str, t.Any]:
        variables = as_host(self, str(self._task.delegate_to), variables)
        return execute(self, RECEIPT, options, variables)
