# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ends a module when nobody waits for its result any more, as after an interrupted run.

Over SSH with a terminal, the system then sends SIGHUP. Without a terminal, as with Ansible's
pipelining, it sends nothing, and the module would go on until all its dialogues have ended. But its
standard output is closed at the other end, which poll() tells.

The module ends by an exception in its main thread, so that Ansible's wrapper removes its files.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import sys
import threading
import time
import typing as t

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

_SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)

# Limit on the time for an orderly end, which needs the main thread.
_SECONDS_TO_END = 10.0

# How the names of Ansible's folders for one task begin. No other folder is removed.
_TASK_FOLDER = "ansible-tmp-"


def end_with_caller(module: AnsibleModule) -> None:
    """Have this process end at the end of its caller, or at a signal. Call it in the main thread.

    Then it also removes Ansible's folder for this task, which has the options of the module, since
    Ansible can no longer do it. A module that is run without a process of its own, as Mitogen runs
    it, has no output that could be closed. It is left to its caller.
    """
    try:
        output = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    folder = "" if module._keep_remote_files else (module._tmpdir or "").rstrip("/")

    def leave(number: int, _frame: object) -> t.NoReturn:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)  # a second signal must not interrupt the end
        if os.path.basename(folder).startswith(_TASK_FOLDER):
            shutil.rmtree(folder, ignore_errors=True)
        raise SystemExit(128 + number)

    for each in _SIGNALS:
        if signal.getsignal(each) is not signal.SIG_IGN:  # as nohup has it
            signal.signal(each, leave)
    watcher = threading.Thread(target=_end_with_output, args=(output,), daemon=True)
    with contextlib.suppress(RuntimeError, MemoryError):  # this host cannot start a thread
        watcher.start()


def _end_with_output(output: int) -> None:
    """Wait until nobody can read the output, and end the process."""
    poll = select.poll()
    poll.register(output, 0)  # POLLHUP and POLLERR are always reported
    poll.poll()
    # The signal must reach the main thread. In another one it would interrupt no call.
    signal.pthread_kill(t.cast(int, threading.main_thread().ident), signal.SIGTERM)
    time.sleep(_SECONDS_TO_END)
    os._exit(128 + signal.SIGTERM)
