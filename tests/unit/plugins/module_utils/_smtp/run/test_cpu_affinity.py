# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads run on one core in a block, and on all cores of the process after it."""

from __future__ import annotations

import os
import threading
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.cpu_affinity import on_one_core

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity"), reason="this system does not say which cores are used"
)


def test_threads_share_one_core_and_all_cores_are_available_afterwards() -> None:
    before = os.sched_getaffinity(0)
    seen: list[set[int]] = []
    with on_one_core():
        thread = threading.Thread(target=lambda: seen.append(os.sched_getaffinity(0)))
        thread.start()
        thread.join()
    assert len(seen[0]) == 1
    assert seen[0] <= before
    assert os.sched_getaffinity(0) == before


def test_all_cores_are_available_after_an_exception() -> None:
    before = os.sched_getaffinity(0)
    with pytest.raises(KeyError), on_one_core():
        raise KeyError
    assert os.sched_getaffinity(0) == before


def test_a_host_that_forbids_it_uses_all_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: t.Any) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refuse)
    held = []
    with on_one_core():
        held.append(True)
    assert held == [True]


def test_a_system_without_this_call_uses_all_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_setaffinity")
    held = []
    with on_one_core():
        held.append(True)
    assert held == [True]
