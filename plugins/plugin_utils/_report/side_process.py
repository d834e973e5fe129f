# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Do a part of a long job in a process of its own, on another core.

The process is a copy of this one, so it has all that the job needs. What it returns comes back
through a temporary file that has no name. It ends with this process, however that ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import signal
import sys
import tempfile
import types
import typing as t
from collections.abc import Callable

_Result = t.TypeVar("_Result")

# The option of prctl(2) that asks for a signal when the parent ends.
_PR_SET_PDEATHSIG = 1


def has_another_core() -> bool:
    """Return whether this process may run on more than one core."""
    try:
        return len(os.sched_getaffinity(0)) > 1
    except AttributeError:  # not on Linux
        return (os.cpu_count() or 1) > 1


class SideProcess(t.Generic[_Result]):
    """A job that is done in another process. Leaving the context ends the process."""

    def __init__(self, job: Callable[[], _Result]) -> None:
        self._job = job
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - both processes have it
        self._process = 0

    def __enter__(self) -> SideProcess[_Result]:
        parent = os.getpid()
        self._process = os.fork()
        if self._process == 0:
            self._run(parent)
        return self

    def __exit__(
        self,
        _sort: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: types.TracebackType | None,
    ) -> None:
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGTERM)
            self._wait()
        self._file.close()

    def result(self) -> _Result:
        """Wait for the job and return its result. If the process has not done it, do it here."""
        if self._wait() != 0:
            return self._job()
        self._file.seek(0)
        return t.cast(_Result, pickle.load(self._file))  # noqa: S301 - of our own process

    def _wait(self) -> int:
        _process, status = os.waitpid(self._process, 0)
        self._process = 0
        return status

    def _run(self, parent: int) -> t.NoReturn:
        """Do the job, and end the process."""
        status = 1
        try:
            signal.signal(signal.SIGTERM, _leave)
            _end_with(parent)
            pickle.dump(self._job(), self._file, protocol=pickle.HIGHEST_PROTOCOL)
            self._file.flush()
            status = 0
        except BaseException:  # noqa: BLE001, S110 - the parent does the job then
            pass
        finally:
            os._exit(status)


def _leave(_number: int, _frame: types.FrameType | None) -> t.NoReturn:
    """End the process so that half-written files are removed."""
    raise SystemExit(1)


def _end_with(parent: int) -> None:
    """Ask for a signal when the parent ends, or end if it has."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(1)
