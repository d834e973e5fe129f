# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The callback plugin that says below a long recap what is broken.

Ansible loads the callback plugins in this folder with the playbook beside it, without any setting.
"""

from __future__ import annotations

import typing as t

from ansible import constants
from ansible.plugins.callback import CallbackBase
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.last_screen import last_screen

DOCUMENTATION = """
name: smtp_check_last_screen
type: aggregate
short_description: Say below a long recap what is broken
description:
  - If hosts have failed, and the recap is so long that the report is no longer on the screen, this
    shows the causes of the last report again, and where its files are.
author: The mailops.smtp maintainers (@mailops)
"""

# With a recap of fewer hosts, the lines of the hosts that have failed are still on the screen.
LONG = 12

REPORT = "mailops.smtp.smtp_report"

# Other callbacks print for programs, or in a format of their own.
FOR_PEOPLE = ("default", "ansible.builtin.default")


class CallbackModule(CallbackBase):  # type: ignore[misc]  # ansible-core has no py.typed
    """Keep the last report until the recap is printed."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "smtp_check_last_screen"
    CALLBACK_NEEDS_ENABLED = False

    def __init__(self) -> None:
        super().__init__()
        self._report: dict[str, t.Any] = {}

    def v2_runner_on_ok(self, result: t.Any) -> None:
        """Keep the report."""
        if result._task.action == REPORT and "verdicts" in result._result:
            self._report = result._result

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        """Show its causes below the recap."""
        failed = len(stats.failures)
        if not self._report or not failed or len(stats.processed) < LONG:
            return
        if constants.DEFAULT_STDOUT_CALLBACK in FOR_PEOPLE:
            lines = last_screen(self._report, failed)
            self._display.display("\n".join(lines), color=constants.COLOR_ERROR)
