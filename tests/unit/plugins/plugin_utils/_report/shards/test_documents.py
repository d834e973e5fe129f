# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cell of a json report is the cell that it was."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.document.cells import (
    cell_document,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.cells import Cell
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.dialogues import Dialogue
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.shards.documents import (
    Identity,
    file_of,
    read_cell,
    unlike_file,
)
from ansible_collections.mailops.smtp.tests.unit.random_fleet import fleet

RELAY = Identity("mx1.example.com:25 (relay)", "relay", "mx1.example.com:25")


@pytest.mark.parametrize("seed", range(3))
def test_what_is_read_is_written_again_as_it_was(seed: int) -> None:
    for cell in fleet(seed).report().cells:
        document = cell_document(cell)
        read = read_cell(document)
        dialogues = tuple(
            Dialogue(one.title, one.file, one.result, one.receipt) for one in read.dialogues
        )
        again = Cell(
            read.host, read.identity.server, dialogues, read.missing, read.file, *read.identity[1:]
        )
        assert cell_document(again) == document


def test_a_cell_that_is_nothing_is_red() -> None:
    read = read_cell([])
    assert (read.host, read.identity.server, read.dialogues) == ("no host", "no host", [])
    assert read.missing is not None
    assert read.missing.reason == "the report does not say why"


@pytest.mark.parametrize(
    "given", [None, 5, "", "a", "../a.txt", ".a.txt", "a/b.txt", "a" * 300 + ".txt"]
)
def test_a_file_that_leads_elsewhere_is_named_by_its_server(given: object) -> None:
    assert file_of(given, RELAY) == "mx1.example.com_25-relay.txt"


def test_two_files_of_one_name_become_two() -> None:
    assert file_of("a.txt", RELAY) == "a.txt"
    assert unlike_file("a.txt", "x") != unlike_file("a.txt", "y")
    assert file_of(unlike_file("a" * 240 + ".txt", "x"), RELAY) == unlike_file(
        "a" * 240 + ".txt", "x"
    )
