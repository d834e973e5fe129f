# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages show the files as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.tests.recipes import recipes


@pytest.mark.parametrize("name", recipes.names())
def test_one_page_shows_a_file_as_it_is(name: str) -> None:
    showing = [page for page in recipes.pages() if name in recipes.shown_in(page)]
    assert len(showing) == 1
    assert recipes.shown_in(showing[0])[name] == recipes.without_header(name)


def test_the_first_page_names_all_others() -> None:
    first = (recipes.RECIPES / "README.md").read_text(encoding="utf-8")
    others = {page.name for page in recipes.pages()} - {"README.md"}
    assert set(re.findall(r"^\| \[[^]]+\]\(([^)]+)\)", first, re.MULTILINE)) == others


@pytest.mark.parametrize("page", recipes.pages(), ids=lambda page: page.name)
def test_no_link_of_a_page_leads_nowhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+?)(?:#([^)]+))?\)", page.read_text(encoding="utf-8"))
    for path, part in links:
        if not path.startswith("https:"):
            target = page.parent / path
            assert target.exists(), path
            assert not part or part in _anchors(target), f"{path}#{part}"


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
