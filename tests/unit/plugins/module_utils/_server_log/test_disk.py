# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The free space of the file system with the queue."""

from __future__ import annotations

import os

from ansible_collections.mailops.smtp.plugins.module_utils._server_log import disk


def test_the_settings_say_where_the_queue_is(tmp_path) -> None:
    limits = {"postfix": {"queue_directory": str(tmp_path)}}
    assert disk.path_of_queue(["exim", "postfix"], limits) in (str(tmp_path), "/var/spool/exim4")
    assert disk.path_of_queue(["postfix"], limits) == str(tmp_path)


def test_without_a_known_queue_it_is_the_spool_of_the_host() -> None:
    missing = {"postfix": {"queue_directory": "/nowhere/spool"}}
    assert os.path.isdir(disk.path_of_queue([], {}))
    assert disk.path_of_queue(["postfix"], missing) != "/nowhere/spool"


def test_the_space_of_a_folder(tmp_path) -> None:
    space, problem = disk.read(str(tmp_path))
    assert problem is None
    assert space is not None
    assert space["path"] == str(tmp_path)
    assert 0 < space["free_bytes"] <= space["total_bytes"]


def test_a_folder_that_is_gone_is_a_reason() -> None:
    assert disk.read("/nowhere\x1b") == (None, "/nowhere\\x1b: No such file or directory")
