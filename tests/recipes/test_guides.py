# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each block of code in the documentation is an example that runs, or an output of one."""

from __future__ import annotations

import functools
import os
import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.mailops.smtp.tests.recipes import guides
from ansible_collections.mailops.smtp.tests.recipes.stage import environment
from ansible_collections.mailops.smtp.tests.tools import guide_outputs

ALL = (*guides.PAGES, *guides.DOCUMENTED)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory, installed: Path) -> guide_outputs.Results:
    """Run all examples, by the collection that is installed."""
    folder = tmp_path_factory.mktemp("guides")
    return guide_outputs.results(folder, {**os.environ, **environment(installed)})


@pytest.mark.parametrize("page", ALL)
def test_each_example_does_what_its_page_says(results: guide_outputs.Results, page: str) -> None:
    numbered = enumerate(guides.tasks(page))
    examples = {task.get("register", f"example_{number}"): task for number, task in numbered}
    examples.update((f"play_{number}", play) for number, play in enumerate(guides.plays(page)))
    for key, example in examples.items():
        result = results[page][key]
        words = guides.words_of_failure(example.get("name", ""))
        assert result.get("failed", False) == (words is not None), (example, result.get("msg"))
        assert words is None or words in result["msg"]


@pytest.mark.parametrize("run", guides.runs(), ids=lambda run: f"{run.page}: {run.command}")
def test_each_command_does_what_its_page_says(
    results: guide_outputs.Results, run: guides.Run
) -> None:
    ran = results[run.page][run.command]
    words = guides.words_of_failure(run.command)
    assert ran["code"] == (0 if words is None else 2), ran["printed"]
    assert words is None or words in ran["printed"]


@pytest.mark.parametrize("page", guides.PAGES)
def test_a_page_shows_what_its_examples_print(results: guide_outputs.Results, page: str) -> None:
    assert guide_outputs.filled(page, results) == guides.read(page), (
        "run tests/tools/guide_outputs.py"
    )


@pytest.mark.parametrize("page", guides.PAGES)
def test_each_block_of_a_page_is_tested_or_left_out_by_name(page: str) -> None:
    blocks = guides.blocks(guides.read(page))
    assert not [one.text for one in blocks if guides.treatment(page, one) is None]


@pytest.mark.parametrize("page", guides.PAGES)
def test_each_fence_of_a_page_is_that_of_a_block(page: str) -> None:
    text = guides.read(page)
    fences = re.findall(r"^[ >]*(?:```|~~~)", text, re.MULTILINE)
    assert len(fences) == 2 * len(guides.blocks(text))


@functools.lru_cache(maxsize=None)
def variables() -> set[str]:
    """Return the variables of both roles and their playbooks."""
    found = {
        "smtp_check_hosts",
        "smtp_check_shards",
        "smtp_check_expected_hosts",
        "smtp_audit_hosts",
    }
    for role in ("smtp_check", "smtp_audit"):
        specs = yaml.safe_load(guides.read(f"roles/{role}/meta/argument_specs.yml"))
        found.update(specs["argument_specs"]["main"]["options"])
    return found


@pytest.mark.parametrize("page", guides.PAGES)
def test_a_variable_of_a_role_that_a_page_sets_is_one(page: str) -> None:
    shown = "".join(one.text for one in guides.blocks(guides.read(page)) if one.name is None)
    used = set(re.findall(r"\b(smtp_(?:check|audit)_\w+)(?=:\s|=)", shown))
    assert used <= variables()


def test_nothing_is_named_that_is_not_there() -> None:
    names = [
        *(task.get("name", "") for page in ALL for task in guides.items(page)),
        *(play.get("name", "") for page in ALL for play in guides.plays(page)),
        *(run.command for run in guides.runs()),
    ]
    for begin in (*guides.NOT_RUN, *guides.FAILS):
        assert any(name.startswith(begin) for name in names), begin
    for page, left_out in guides.LEFT_OUT.items():
        shown = [one.text for one in guides.blocks(guides.read(page))]
        for begin in left_out:
            assert any(text.startswith(begin) for text in shown), begin
