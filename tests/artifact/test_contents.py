# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The artifact has what a user needs and Galaxy expects, nothing else, and is always the same."""

from __future__ import annotations

import json
import os
import re
import tarfile
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.tests.artifact.conftest import build

# Files of these names or in these folders: Galaxy expects the first ones, antsibull-changelog the
# next ones, and ansible-test the ones of tests. All else is what people run and read.
EXPECTED = [
    *("MANIFEST.json", "FILES.json", "README.md", "LICENSE", "meta/"),
    *("CHANGELOG.md", "changelogs/changelog.yaml", "changelogs/config.yaml"),
    *("tests/config.yml", "tests/sanity/"),
    *("plugins/", "roles/", "playbooks/", "docs/"),
    *("CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "SECURITY.md"),
]
MOST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def members(artifact: Path) -> dict[str, tarfile.TarInfo]:
    """Return the members of the artifact by their names."""
    with tarfile.open(artifact) as archive:
        return {member.name: member for member in archive}


def is_expected(name: str) -> bool:
    """Whether a file may be in the artifact."""
    return any(name == one or (one[-1] == "/" and name.startswith(one)) for one in EXPECTED)


def test_nothing_is_in_it_that_a_user_does_not_need(members: dict[str, tarfile.TarInfo]) -> None:
    files = [name for name, member in members.items() if not member.isdir()]
    assert not [name for name in files if not is_expected(name)]
    assert not [name for name in files if re.search(r"(^|/)\.|__pycache__|~$", name)]


def test_what_is_expected_is_in_it(members: dict[str, tarfile.TarInfo]) -> None:
    missing = [one for one in EXPECTED if not any(name.startswith(one) for name in members)]
    assert not missing


def test_no_folder_is_empty(members: dict[str, tarfile.TarInfo]) -> None:
    folders = [name for name, member in members.items() if member.isdir()]
    assert not [one for one in folders if not any(n.startswith(f"{one}/") for n in members)]


def test_it_is_small(artifact: Path) -> None:
    assert artifact.stat().st_size <= MOST_BYTES


def test_each_link_of_a_page_leads_to_a_file_in_it(artifact: Path) -> None:
    with tarfile.open(artifact) as archive:
        names = set(archive.getnames())
        pages = [name for name in names if name.endswith(".md")]
        texts = {page: t.cast("t.IO[bytes]", archive.extractfile(page)).read() for page in pages}
    broken = [
        f"{page}: {link}"
        for page, text in texts.items()
        for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text.decode())
        if "://" not in link and os.path.normpath(Path(page).parent / link) not in names
    ]
    assert not broken


def test_two_builds_are_the_same_bytes(artifact: Path, tmp_path: Path) -> None:
    again = build(tmp_path)
    assert again.name == artifact.name
    assert again.read_bytes() == artifact.read_bytes()


def test_no_time_and_no_user_of_the_builder_is_in_it(members: dict[str, tarfile.TarInfo]) -> None:
    seen = {(one.mtime, one.uid, one.gid, one.uname, one.gname) for one in members.values()}
    assert len(seen) == 1


def test_all_is_in_the_order_of_names(artifact: Path, members: dict[str, tarfile.TarInfo]) -> None:
    with tarfile.open(artifact) as archive:
        listing = json.load(t.cast("t.IO[bytes]", archive.extractfile("FILES.json")))
    listed = [entry["name"] for entry in listing["files"]]
    assert listed == sorted(listed)
    assert list(members) == ["MANIFEST.json", "FILES.json", *listed[1:]]
    assert listed[0] == "."
