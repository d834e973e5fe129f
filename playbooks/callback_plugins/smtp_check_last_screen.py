# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The callback plugin mailops.smtp.smtp_check_last_screen, for the playbooks without any setting.

Ansible loads the callback plugins in this folder with a playbook beside it.
"""

from __future__ import annotations

from ansible import constants
from ansible_collections.mailops.smtp.plugins.callback import smtp_check_last_screen as plugin

DOCUMENTATION = plugin.DOCUMENTATION


class CallbackModule(plugin.CallbackModule):
    """Say it, unless the plugin of the collection is enabled and does so itself."""

    CALLBACK_NAME = "smtp_check_last_screen"
    CALLBACK_NEEDS_ENABLED = False

    def __init__(self) -> None:
        super().__init__()
        self.disabled = plugin.CallbackModule.CALLBACK_NAME in constants.CALLBACKS_ENABLED
