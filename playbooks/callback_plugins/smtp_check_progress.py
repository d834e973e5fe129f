# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The callback plugin mailops.smtp.smtp_check_progress, for the playbooks without any setting.

Ansible loads the callback plugins in this folder with a playbook beside it.
"""

from __future__ import annotations

from ansible import constants
from ansible_collections.mailops.smtp.plugins.callback import smtp_check_progress as plugin

DOCUMENTATION = """
name: smtp_check_progress
type: aggregate
short_description: Say on a terminal how many hosts a long task still waits for
description: See P(mailops.smtp.smtp_check_progress#callback).
author: The mailops.smtp maintainers (@mailops)
options:
  interval:
    description: Print a line each time this number of seconds has passed. With 0, print nothing.
    type: float
    default: 10
    env:
      - name: SMTP_CHECK_PROGRESS_INTERVAL
    ini:
      - section: callback_smtp_check_progress
        key: interval
"""


class CallbackModule(plugin.CallbackModule):
    """Say it, unless the plugin of the collection is enabled and does so itself."""

    CALLBACK_NAME = "smtp_check_progress"
    CALLBACK_NEEDS_ENABLED = False

    def _has_reader(self) -> bool:
        enabled = plugin.CallbackModule.CALLBACK_NAME in constants.CALLBACKS_ENABLED
        return not enabled and super()._has_reader()
