# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long each task of a run took on all its hosts, for ssh_cost.py."""

from __future__ import annotations

import json
import pathlib
import time
import typing as t

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: task_times
type: aggregate
short_description: Write down how long each task took
description:
  - Writes a file in JSON at the end of the run.
  - Its key C(tasks) has an item for each task, in their order, with its C(action), and the
    C(seconds) from its start to the last host's result. C(dialogues) are the seconds that the
    longest dialogue of that last host took, or 0 where there was none.
  - Its key C(seconds) is the time from the start of the first task to the end of the run.
author: The mailops.smtp maintainers (@mailops)
options:
  file:
    description: The file to write.
    type: path
    required: true
    env:
      - name: TASK_TIMES_FILE
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]  # ansible-core has no py.typed
    """Note when tasks begin, and when their results come."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "task_times"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._started: list[float] = []
        self._tasks: list[dict[str, t.Any]] = []

    def v2_playbook_on_task_start(self, task: t.Any, is_conditional: bool) -> None:
        """Begin with a task."""
        self._started.append(time.perf_counter())
        self._tasks.append({"action": task.action, "seconds": 0.0, "dialogues": 0.0})

    def v2_runner_on_ok(self, result: t.Any) -> None:
        """Note a host's result; that of the last one stays."""
        dialogues = result._result.get("results", ())
        self._tasks[-1].update(
            seconds=time.perf_counter() - self._started[-1],
            dialogues=max((_seconds(dialogue) for dialogue in dialogues), default=0.0),
        )

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        """Write it all down."""
        times = {"seconds": time.perf_counter() - self._started[0], "tasks": self._tasks}
        pathlib.Path(self.get_option("file")).write_text(json.dumps(times), encoding="utf-8")


def _seconds(dialogue: t.Any) -> float:
    """Return the seconds of a dialogue; 0 where a loop's item is none."""
    seconds = dialogue.get("seconds") if isinstance(dialogue, dict) else None
    return float(seconds["total"]) if isinstance(seconds, dict) else 0.0
