# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tell the uses of a role apart, so that the results of an earlier one do not count."""

from __future__ import annotations

from ansible.playbook.role_include import IncludeRole
from ansible.playbook.task import Task
from ansible.playbook.task_include import TaskInclude


def use_of(task: Task) -> str:
    """Return an id of this use of the role, which is the same for each batch of the play.

    An included role or file gets new ids for each batch. The task that includes it keeps its id.
    """
    use = str(task._role._uuid) if task._role else str(task._uuid)
    step = task
    while step is not None:
        if isinstance(step, IncludeRole) or (
            isinstance(step, TaskInclude) and not step.statically_loaded
        ):
            use = str(step._uuid)
        step = step._parent
    return use
