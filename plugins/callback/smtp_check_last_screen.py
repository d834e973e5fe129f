# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The callback plugin that says below the recap what is broken, or what an audit has found."""

from __future__ import annotations

DOCUMENTATION = """
name: smtp_check_last_screen
type: aggregate
short_description: Say below the recap what is broken, or what an audit has found
version_added: 1.0.0
author: The mailops.smtp maintainers (@mailops)
description:
  - If hosts have failed, and the recap has 12 hosts or more, this shows the causes of the last
    report of M(mailops.smtp.smtp_report) again, and where its files are. Otherwise the report would
    be far above the last screen, since it is shown before its hosts fail.
  - After an audit with the role P(mailops.smtp.smtp_audit#role), this always shows what the audit
    has found, because a report of findings is long even for a few hosts.
  - It prints nothing if another callback than P(ansible.builtin.default#callback) prints the run.
  - The playbooks C(mailops.smtp.check) and C(mailops.smtp.audit) do the same without any setting.
    Enable this callback for plays of your own that use P(mailops.smtp.smtp_check#role),
    P(mailops.smtp.smtp_audit#role), or M(mailops.smtp.smtp_report).
requirements:
  - Enable it in the configuration, with C(callbacks_enabled = mailops.smtp.smtp_check_last_screen).
"""

import typing as t
from collections.abc import Iterable

from ansible import constants
from ansible.plugins.callback import CallbackBase
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit import last_screen as of_audit
from ansible_collections.mailops.smtp.plugins.plugin_utils._check import last_screen as of_check
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.readers import prints_for_people

# With a recap of fewer hosts, the lines of the hosts that have failed are still on the screen.
LONG = 12

REPORT = "mailops.smtp.smtp_report"
AUDIT = "mailops.smtp.smtp_audit_report"


class CallbackModule(CallbackBase):  # type: ignore[misc]  # ansible-core has no py.typed
    """Keep the last report, and the last one of an audit, until the recap is printed."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "mailops.smtp.smtp_check_last_screen"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._reports: dict[str, dict[str, t.Any]] = {}

    def v2_runner_on_ok(self, result: t.Any) -> None:
        """Keep a report."""
        if result._task.action in (REPORT, AUDIT) and "verdicts" in result._result:
            self._reports[result._task.action] = result._result

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        """Show below the recap what they say."""
        if not prints_for_people():
            return
        check, audit = self._reports.get(REPORT), self._reports.get(AUDIT)
        failed = len(stats.failures)
        if check is not None and failed and len(stats.processed) >= LONG:
            self._show(of_check.last_screen(check, failed), bad=True)
        if audit is not None:
            bad = bool(audit["findings_total"] or audit["verdicts"])
            self._show(of_audit.last_screen(audit), bad=bad)

    def _show(self, lines: Iterable[str], *, bad: bool) -> None:
        color = constants.COLOR_ERROR if bad else constants.COLOR_OK
        self._display.display("\n".join(lines), color=color)
