# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The terminal says what a report was merged from, and what is wrong with that."""

from __future__ import annotations

import dataclasses

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.shards import (
    BrokenShard,
    Doubled,
    ReadShard,
    Shards,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.shard_notes import (
    brief_note,
    shard_notes,
)

READ = ReadShard("1.json", "2026-11-24T12:00:00Z", "mailops.smtp", None, 5, 10)


def test_a_merge_without_surprise_is_one_sentence() -> None:
    assert list(shard_notes(Shards((READ, READ)))) == ["merged from 2 reports"]

    assert brief_note(Shards((READ, READ))) == "merged from 2 reports"


def surprising() -> Shards:
    return Shards(
        (READ,),
        tuple(BrokenShard(f"{n}.json", "it is cut off") for n in range(7)),
        ("web1", "web2", "web3", "web4"),
        (Doubled("web5", "mx1:25", "b.json", "a"),),
        3,
        ("web5",),
        (("relay", ("mx1:25", "mx2:25")),),
    )


def test_each_surprise_is_a_sentence_with_examples() -> None:
    found = surprising()
    assert list(shard_notes(found)) == [
        "merged from 1 report",
        *(f"not merged: {n}.json: it is cut off" for n in range(5)),
        "... and 2 more reports not merged",
        "4 expected hosts in no report: web1, web2, web3 and 1 more",
        "3 cells in more than one report, the newest counts: web5 → mx1:25 of b.json, not of a",
        "the name relay stands for mx1:25, mx2:25",
    ]


def test_all_surprises_are_counted_in_one_sentence() -> None:
    assert brief_note(surprising()) == (
        "merged from 1 report; 7 reports not merged; 4 expected hosts in no report;"
        " 3 cells in more than one; 1 name of several servers"
    )
    apart = Shards((READ,), hosts_in_several=("web1", "web2"))
    assert brief_note(apart) == "merged from 1 report; 2 hosts in more than one"


def test_a_host_with_other_servers_in_another_report_is_named() -> None:
    notes = list(shard_notes(Shards((READ,), hosts_in_several=("web1",))))
    assert notes[1:] == ["1 host in more than one report: web1"]


def test_a_host_that_has_a_server_twice_in_a_report_is_named_with_it() -> None:
    several = Doubled("web4", "mx1:25", "b.json", "a.json")
    one = Doubled("web5", "mx1:25", "a.json", "a.json")
    in_one = "5 cells twice in one report, the first counts: web5 → mx1:25 twice in a.json"
    only = Shards((READ,), doubled=(one,) * 5, doubled_total=5, doubled_in_one=5)
    assert list(shard_notes(only))[1:] == [in_one]
    assert brief_note(only) == "merged from 1 report; 5 cells twice in one"

    both = dataclasses.replace(only, doubled=(*only.doubled, several), doubled_total=6)
    assert list(shard_notes(both))[1:] == [
        "1 cell in more than one report, the newest counts: web4 → mx1:25 of b.json, not of a.json",
        in_one,
    ]
    assert brief_note(both) == "merged from 1 report; 1 cell in more than one; 5 cells twice in one"
