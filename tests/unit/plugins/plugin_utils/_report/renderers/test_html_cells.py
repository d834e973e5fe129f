# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cell of the page: which facts, advice and transcripts it has."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import (
    html_cells,
)
from ansible_collections.mailops.smtp.tests.unit import reports

MX1 = {"host": "mx1"}


def cell(*results):
    (found,) = reports.report(reports.probed("web1", *results)).cells
    return found


def test_view_has_what_is_known_of_a_cell():
    view = html_cells.CellViews(10_000, ()).view([cell(reports.failed(MX1))], "b1")
    assert (view.host, view.title, view.short, view.css_class) == (
        "web1",
        "mx1:25",
        "550",
        "failed",
    )
    (dialogue,) = view.dialogues
    assert dialogue.facts == [
        ("Stage", "rcpt_to"),
        ("Kind", "permanent"),
        ("Address", "192.0.2.25 port 25"),
        ("Started", "2026-11-24 11:59 UTC"),
        ("Took", "0.022 s"),
    ]
    assert view.has_transcript
    assert dialogue.file == "transcripts/web1/mx1-25.txt"


def test_advice_that_is_known_is_left_out():
    views = html_cells.CellViews(10_000, ())
    view = views.view([cell(reports.failed(MX1))], "b1", known=["Ask the server's side."])
    assert [list(one.advice) for one in view.dialogues] == [["Look into its log."]]


def test_transcripts_that_no_longer_fit_are_left_out():
    views = html_cells.CellViews(1_000, ())
    long = cell(reports.failed(MX1, transcript=["x" * 800]))
    assert views.view([long], "b1").has_transcript
    assert not views.view([long], "b2").has_transcript
    assert views.view([long], "b3").dialogues[0].transcript is None


@pytest.mark.parametrize(
    ("advice", "shown"),
    [
        ("Run `postfix <b>`.", "Run <code>postfix &lt;b&gt;</code>."),
        ("<script>", "&lt;script&gt;"),
    ],
)
def test_advice_is_escaped_and_its_commands_are_code(advice, shown):
    assert html_cells.advice_html(advice) == shown
