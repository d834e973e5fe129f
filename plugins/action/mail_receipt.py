# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin mail_receipt: run the module, and filter its result.

Its documentation is in plugins/modules/mail_receipt.py.
"""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._check.filtered_action import (
    FilteredAction,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.modules import RECEIPT


class ActionModule(FilteredAction):
    """Run the module on the host, so that its result cannot control the controller."""

    MODULE = RECEIPT
    WITH_DATES = ("tokens",)
