# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin that searches a mailbox for the messages of the role smtp_check.

Its documentation is in plugins/modules/smtp_check_receive.py.
"""

from __future__ import annotations

import typing as t

from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import RECEIPT
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.receive import ReceiveAction
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.tokens import tokens_of


class ActionModule(ReceiveAction):
    """Run mail_receipt for the messages that the hosts of the play have sent."""

    VARIABLE = RECEIPT

    def tokens(self, variables: dict[str, t.Any], use: str) -> t.Iterator[dict[str, str]]:
        """Yield the tokens of a use of the role, without those that an earlier batch searched for.

        Variables of hosts are not templated, since results are data.
        """
        for host in variables["ansible_play_hosts_all"]:
            known = variables["hostvars"].raw_get(host)
            if known.get("__smtp_check_use") == use and not known.get("smtp_check_receipts"):
                yield from tokens_of(host, known.get("smtp_check_result"), use)
