# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The callback plugin that says below a long recap what is broken."""

from __future__ import annotations

DOCUMENTATION = """
name: smtp_check_last_screen
type: aggregate
short_description: Say below a long recap what is broken
version_added: 0.2.0
author: The mailops.smtp maintainers (@mailops)
description:
  - If hosts have failed, and the recap has 12 hosts or more, this shows the causes of the last
    report of M(mailops.smtp.smtp_report) again, and where its files are. Otherwise the report would
    be far above the last screen, since it is shown before its hosts fail.
  - It prints nothing if another callback than P(ansible.builtin.default#callback) prints the run.
  - The playbook C(mailops.smtp.check) does the same without any setting. Enable this callback for
    plays of your own that use the role P(mailops.smtp.smtp_check#role) or
    M(mailops.smtp.smtp_report).
requirements:
  - Enable it in the configuration, with C(callbacks_enabled = mailops.smtp.smtp_check_last_screen).
"""

import typing as t

from ansible import constants
from ansible.plugins.callback import CallbackBase
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.last_screen import last_screen

# With a recap of fewer hosts, the lines of the hosts that have failed are still on the screen.
LONG = 12

REPORT = "mailops.smtp.smtp_report"

# Other callbacks print for programs, or in a format of their own.
FOR_PEOPLE = ("default", "ansible.builtin.default")


class CallbackModule(CallbackBase):  # type: ignore[misc]  # ansible-core has no py.typed
    """Keep the last report until the recap is printed."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "mailops.smtp.smtp_check_last_screen"
    CALLBACK_NEEDS_ENABLED = True

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
