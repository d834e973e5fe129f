# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No marker of a merge gets past the lint."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.tools.conflict_markers import main

# Put together here, so that this file has none.
OURS, BASE, BETWEEN, THEIRS = ("<" * 7, "|" * 7, "=" * 7, ">" * 7)


def look(folder, *files):
    """Return the status with which the search ends for these files."""
    names = folder / "names"
    names.write_text("\n".join(map(str, files)))
    return main(names)


@pytest.mark.parametrize(
    "marker", [f"{OURS} HEAD", f"{BASE} 1a2b3c4", BETWEEN, f"{THEIRS} theirs", OURS, THEIRS]
)
def test_a_file_with_a_marker_is_red(tmp_path, capsys, marker):
    page = tmp_path / "page.md"
    page.write_text(f"One\n{marker}\nTwo\n")
    assert look(tmp_path, page) == 1
    assert capsys.readouterr().out == f"{page}:2: {marker}: left over from a merge\n"


def test_each_marker_of_each_file_is_named(tmp_path, capsys):
    pages = [tmp_path / "one.md", tmp_path / "two.yml"]
    for page in pages:
        page.write_text(f"{OURS} HEAD\nours\n{BETWEEN}\ntheirs\n{THEIRS} theirs\n")
    assert look(tmp_path, *pages) == 1
    assert len(capsys.readouterr().out.splitlines()) == 6


@pytest.mark.parametrize(
    "text",
    [
        b"x = 1 " + b"<" * 7 + b" 2",  # not at the beginning of a line
        b"=" * 8,  # longer: the underline of a heading
        b"> " * 7,  # a quotation in Markdown
        b"\x89PNG\r\n\n" + b"=" * 7 + b"\n\xff",  # no text
    ],
)
def test_what_only_looks_like_a_marker_is_green(tmp_path, text):
    file = tmp_path / "file"
    file.write_bytes(text + b"\n")
    assert look(tmp_path, file) == 0


def test_a_link_without_its_file_is_green(tmp_path):
    link = tmp_path / "link"
    link.symlink_to("nowhere")
    assert look(tmp_path, link) == 0
