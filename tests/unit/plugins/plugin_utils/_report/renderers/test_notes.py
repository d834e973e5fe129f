# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Below its title, a report says how it came about, wherever people read it."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.matrix import Matrix
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.plan import Plan
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.shards import (
    BrokenShard,
    ReadShard,
    Shards,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import (
    html,
    markdown,
    terminal,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.notes import notes
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report

READ = ReadShard("1.json", "2026-11-24T12:00:00Z", "mailops.smtp", None, 5, 10)


def report_of(*in_container: str, shards: Shards | None = None) -> Report:
    empty = Report.of(Matrix((), (), []), "2026-11-24T12:00:00Z", "mailops.smtp 0.1.0")
    return dataclasses.replace(empty, plan=Plan(in_container=in_container), shards=shards)


@pytest.mark.parametrize(
    ("hosts", "words"),
    [
        (("here",), "here"),
        (("a", "b"), "a, b"),
        (("a", "b", "c", "d", "e"), "a, b, c and 2 more hosts"),
    ],
)
def test_hosts_that_measured_the_container_are_named(hosts: tuple[str, ...], words: str) -> None:
    (note,) = notes(report_of(*hosts))
    assert note.text == f"measured from within the container of the controller: {words}"
    assert not note.is_surprise


def test_without_anything_to_know_there_is_no_note() -> None:
    assert list(notes(report_of())) == []


def test_all_that_people_read_has_the_notes() -> None:
    shards = Shards((READ,), (BrokenShard("2.json", "it is <cut> off"),))
    report = report_of("here", shards=shards)
    on_screen = "\n".join(map(terminal.plain_text, terminal.render(report, 100)))
    page, text = "".join(html.render(report)), "".join(markdown.render(report))
    for words in (
        "measured from within the container",
        "merged from 1 report",
        "not merged: 2.json",
    ):
        assert words in on_screen
        assert words in page.replace("merged</span>", "merged:")
        assert words in text
    assert "<cut>" not in page


def test_a_page_shows_a_surprise_as_such() -> None:
    cut = BrokenShard("2.json", "it is cut off")
    fine, surprising = (
        "".join(html.render(report_of(shards=Shards((READ,), broken)))) for broken in ((), (cut,))
    )
    assert '<p class="scope">merged from 1 report</p>' in fine
    assert '<p class="odd">merged from 1 report; 1 report not merged</p>' in surprising
