# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin that searches a mailbox for the messages of the role smtp_audit.

Its documentation is in plugins/modules/smtp_audit_receive.py.
"""

from __future__ import annotations

import typing as t

from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.arrival import tokens_awaited
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import all_checks
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.role import RECEIPT
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.receive import ReceiveAction

# The default of mail_receipt.
_TIMEOUT = 120.0


class ActionModule(ReceiveAction):
    """Run mail_receipt for the messages that servers have accepted from the hosts of the batch."""

    VARIABLE = RECEIPT

    def tokens(self, variables: dict[str, t.Any], use: str) -> t.Iterator[dict[str, str]]:
        """Yield the tokens of a use of the role. Variables of hosts are not templated."""
        entries = all_checks(self._task.args.get("own_checks") or None)
        ids = {entry.check.id for entry in entries if entry.arrival}
        for host in variables["ansible_play_batch"]:
            known = variables["hostvars"].raw_get(host)
            yield from tokens_awaited(host, known.get("smtp_audit_result"), use, ids)

    def receive(self, options: dict[str, t.Any], variables: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return the result with the time for which the module has looked."""
        if self._task.args.get("use") and not options["tokens"]:
            return {"changed": False, "receipts": [], "msg": "no message was accepted"}
        result = super().receive(options, variables)
        if "receipts" not in result:  # the options are wrong, perhaps this one
            return result
        return {**result, "timeout": float(options.get("timeout", _TIMEOUT))}
