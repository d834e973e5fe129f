# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths, folders and patterns become the files of shards."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.shards import find
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.shards.find import (
    Found,
    find_shards,
)


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")


def names_of(folder: Path, found: list[Found]) -> list[str]:
    return [os.path.relpath(one.path, folder) for one in found if not one.problem]


def test_a_folder_stands_for_the_reports_in_it_and_two_levels_below(tmp_path: Path) -> None:
    make(tmp_path, "report.json", "10/report.json", "9/report.json", "a/b/report.json")
    make(tmp_path, "a/b/c/report.json", "9/other.json", "9/transcripts/web1/mx1-25.txt")
    found = names_of(tmp_path, find_shards([str(tmp_path)]))
    assert found == ["9/report.json", "10/report.json", "a/b/report.json", "report.json"]


def test_a_pattern_stands_for_files_and_folders(tmp_path: Path) -> None:
    make(tmp_path, "s1.json", "s10.json", "s2.json", "x/report.json")
    assert names_of(tmp_path, find_shards([f"{tmp_path}/s*.json", f"{tmp_path}/x*"])) == [
        "s1.json",
        "s2.json",
        "s10.json",
        "x/report.json",
    ]


def test_a_shard_that_is_named_twice_is_one(tmp_path: Path) -> None:
    make(tmp_path, "1/report.json")
    (tmp_path / "link.json").symlink_to(tmp_path / "1/report.json")
    given = [str(tmp_path), f"{tmp_path}/1", f"{tmp_path}/*.json"]
    assert names_of(tmp_path, find_shards(given)) == ["1/report.json"]


def test_the_file_that_is_to_be_written_is_no_shard(tmp_path: Path) -> None:
    make(tmp_path, "1/report.json", "merged/report.json")
    own = f"{tmp_path}/merged/../merged/report.json"
    assert names_of(tmp_path, find_shards([str(tmp_path)], own)) == ["1/report.json"]


def test_a_name_with_the_characters_of_a_pattern_is_a_name_first(tmp_path: Path) -> None:
    make(tmp_path, "[1]/report.json")
    assert names_of(tmp_path, find_shards([f"{tmp_path}/[1]"])) == ["[1]/report.json"]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("none.json", "there is no such file"),
        ("none*.json", "no file matches this pattern"),
        ("empty", "there is no report.json in this folder, nor two levels below"),
        ("pipe", "it is neither a file nor a folder"),
        ("dangling", "it cannot be read: No such file or directory"),
    ],
)
def test_what_is_named_and_not_there_has_a_reason(name: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to("nowhere")
    assert find_shards([f"{tmp_path}/{name}"]) == [Found(f"{tmp_path}/{name}", problem)]


def test_a_pattern_for_a_whole_disk_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "MAX_SHARDS", 3)
    make(tmp_path, *(f"{n}.json" for n in range(9)))
    assert len(find_shards([f"{tmp_path}/*"])) == 4
