# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The callback plugin that says on a terminal how many hosts a long task still waits for."""

from __future__ import annotations

DOCUMENTATION = """
name: smtp_check_progress
type: aggregate
short_description: Say on a terminal how many hosts a long task still waits for
version_added: 1.0.0
author: The mailops.smtp maintainers (@mailops)
description:
  - While a task of this collection runs, this prints a line from time to time, with the number of
    hosts that have finished and the hosts that have been at work longest. A task that is shorter
    than O(interval) prints nothing.
  - It prints only on a terminal, and nothing if the output goes to a file or a pipe, or if another
    callback than P(ansible.builtin.default#callback) prints the run.
  - It needs no further task, connection, or file. It counts what the controller sees anyway, and
    so has limits. A module returns only at its end, so this cannot tell how many servers a host
    has asked, nor which server it waits for. A host counts as at work from the moment that a
    process of the controller has its task, even if it waits for its turn there (see
    O(mailops.smtp.smtp_check#role:main:smtp_check_rate)) or for its connection.
  - The playbooks C(mailops.smtp.check) and C(mailops.smtp.audit) do the same without any setting.
    Enable this callback for plays of your own.
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
requirements:
  - Enable it in the configuration, with C(callbacks_enabled = mailops.smtp.smtp_check_progress).
"""

import sys
import threading
import time
import typing as t

from ansible import constants
from ansible.plugins.callback import CallbackBase
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.progress import Progress
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.readers import prints_for_people

OURS = "mailops.smtp."


class CallbackModule(CallbackBase):  # type: ignore[misc]  # ansible-core has no py.typed
    """Follow one task at a time: the last one of this collection that has begun."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "mailops.smtp.smtp_check_progress"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._play: t.Any = None
        self._task: str | None = None
        self._progress = Progress(0, 0)
        self._ended = threading.Event()

    def v2_playbook_on_play_start(self, play: t.Any) -> None:
        """Keep the play, which knows its hosts."""
        self._play = play

    def v2_playbook_on_task_start(self, task: t.Any, is_conditional: bool) -> None:
        """Follow this task, unless it is the one already, as it is for each host of a free play."""
        if task._uuid == self._task:
            return
        self._end()
        if not (task.action.startswith(OURS) and self._has_reader()):
            return
        self._task, self._ended = task._uuid, threading.Event()
        self._progress = Progress(1 if task.run_once else self._hosts(), time.monotonic())
        arguments = (self._progress, self._ended, float(self.get_option("interval")))
        threading.Thread(target=self._tell, args=arguments, daemon=True).start()

    def v2_runner_on_start(self, host: t.Any, task: t.Any) -> None:
        """Note that a host begins."""
        if task._uuid == self._task:
            self._progress.start(host.get_name(), time.monotonic())

    def v2_runner_on_ok(self, result: t.Any, **_options: t.Any) -> None:
        """Note that a host has finished."""
        if result._task._uuid == self._task:
            self._progress.finish(result._host.get_name())

    v2_runner_on_failed = v2_runner_on_ok
    v2_runner_on_skipped = v2_runner_on_ok
    v2_runner_on_unreachable = v2_runner_on_ok

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        """Follow no task any more."""
        self._end()

    def _end(self) -> None:
        self._task = None
        self._ended.set()

    def _has_reader(self) -> bool:
        """Return whether a person reads this on a terminal."""
        at_terminal = prints_for_people() and sys.stdout.isatty()
        return at_terminal and float(self.get_option("interval")) > 0

    def _hosts(self) -> int:
        """Return the number of hosts that are still in the play, or in this batch of it."""
        manager = self._play.get_variable_manager()
        known = manager.get_vars(play=self._play, include_hostvars=False)
        return len(known["ansible_play_batch"])

    def _tell(self, progress: Progress, ended: threading.Event, interval: float) -> None:
        """Print a line now and then, in a thread of its own. The display has a lock for threads."""
        while not ended.wait(interval):
            line = progress.line(time.monotonic())
            if line is not None:
                self._display.display(line, color=constants.COLOR_VERBOSE, screen_only=True)
