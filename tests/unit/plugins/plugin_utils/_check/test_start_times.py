# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes that share a file start one after the other."""

from __future__ import annotations

import functools
import multiprocessing
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.start_times import reserve


def test_each_start_is_an_interval_after_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "times"

    assert reserve(path, 100.0, 2.0) == 0.0
    assert reserve(path, 100.5, 2.0) == 1.5
    assert reserve(path, 101.0, 6.0) == 3.0
    assert reserve(path, 101.0, 2.0) == 9.0


def test_a_host_that_comes_late_starts_at_once(tmp_path: Path) -> None:
    path = tmp_path / "times"
    reserve(path, 100.0, 2.0)

    assert reserve(path, 200.0, 2.0) == 0.0
    assert reserve(path, 200.0, 2.0) == 2.0


def test_no_two_processes_get_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "times"
    with multiprocessing.get_context("fork").Pool(8) as pool:
        waits = pool.map(functools.partial(_reserve, path), range(200), chunksize=1)

    assert sorted(waits) == [float(number) for number in range(200)]


def test_a_link_of_another_user_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.touch()
    (tmp_path / "times").symlink_to(target)

    with pytest.raises(OSError, match="symbolic"):
        reserve(tmp_path / "times", 1.0, 1.0)

    assert target.read_bytes() == b""


def _reserve(path: Path, _number: int) -> float:
    return reserve(path, 0.0, 1.0)
