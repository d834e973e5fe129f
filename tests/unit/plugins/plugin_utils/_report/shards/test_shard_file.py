# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A shard is read from a regular file only, even if another one takes its place meanwhile."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.shards.shard_file import (
    BadShard,
    ShardFile,
)

CELL = b'    {"host": "web1"},\n'


def test_a_pipe_that_was_put_in_place_of_a_shard_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "report.json")
    with pytest.raises(BadShard, match="it is not a file"):
        list(ShardFile(str(tmp_path / "report.json")).lines([]))


def test_nor_is_one_that_comes_when_the_shard_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(CELL)
    shard = ShardFile(str(path))
    assert [line.content for line in shard.lines([])] == [CELL]
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(BadShard):
        shard.again(0, len(CELL))
