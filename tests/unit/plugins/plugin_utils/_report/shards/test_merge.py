# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of parts of a fleet make the report of the whole fleet, in every format.

A random fleet has one report in one piece, and the same in pieces that were cut at random.
"""

from __future__ import annotations

import dataclasses
import gc
import json
import random
import re
import tempfile
import typing as t
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report import output
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import (
    Host,
    matrix_of,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.cells import Cell
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import (
    as_json,
    terminal,
    transcripts,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.formats import (
    RENDERERS,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.shards import merge as merging
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.shards import shard_file
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.shards.find import find_shards
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.shards.merge import (
    NOT_IN_A_SHARD,
    Merged,
    merge,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.shards.shard_file import BadShard
from ansible_collections.mailops.smtp.tests.unit.random_fleet import VERSIONS, fleet
from ansible_collections.mailops.smtp.tests.unit.reports import (
    CREATED,
    MADE_BY,
    NASTY,
    failed,
    passed,
    probed,
    report,
)
from ansible_collections.mailops.smtp.tests.unit.schema import problems

MX1 = {"host": "mx1.example.com", "name": "relay"}
MX2 = {"host": "mx2.example.com"}

LATER = "2026-11-24T13:00:00Z"

Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, given: Report | str, created: str = CREATED) -> str:
        path = tmp_path / name
        if isinstance(given, Report):
            given = "".join(as_json.render(dataclasses.replace(given, created=created)))
        path.write_text(given)
        return str(path)

    return write


# The seeds of a quick run, and of a thorough one.
FEW = range(4)
MANY = range(4, 24)


def merged(*paths: str, expected: Sequence[str] = ()) -> Merged:
    return merge(find_shards(paths), expected, LATER)


def report_of(found: Merged, **other: t.Any) -> Report:
    """Return a merged report without what only a merged one has."""
    return Report(
        hosts=found.matrix.hosts,
        servers=found.matrix.servers,
        cells=found.matrix.cells,
        created=CREATED,
        made_by=MADE_BY,
        groups=found.groups,
        diagnoses=found.diagnoses,
        plan=dataclasses.replace(found.plan, versions=VERSIONS),
        **other,
    )


def rendered(given: Report) -> Iterator[tuple[str, str]]:
    for name, (_file, render) in RENDERERS.items():
        yield name, "".join(render(given))
    yield "terminal", "\n".join(map(terminal.plain_text, terminal.render(given, 100)))
    yield "diagnoses", "\n".join(map(terminal.plain_text, terminal.render_diagnoses(given)))
    yield "transcripts", "\n".join(f"{path}\n{text}" for path, text in transcripts.render(given))


def cut(seed: int, write: Write) -> tuple[Report, Report]:
    """Return the report of a random fleet, and that of its pieces."""
    whole = fleet(seed)
    drawn = random.Random(seed)
    pieces: dict[int, list[str]] = {}
    for host in whole.hosts:
        pieces.setdefault(drawn.randrange(4), []).append(host.name)
    paths = [write(f"{number}.json", whole.report(names)) for number, names in pieces.items()]
    drawn.shuffle(paths)
    return whole.report(), report_of(merged(*paths, expected=[host.name for host in whole.hosts]))


@pytest.mark.parametrize("seed", FEW)
def test_the_merged_report_is_that_of_one_run_in_every_format(seed: int, write: Write) -> None:
    whole, pieces = cut(seed, write)
    assert list(map(cell_of, pieces.cells)) == list(map(cell_of, whole.cells))
    assert pieces.causes == whole.causes
    assert dict(rendered(pieces)) == dict(rendered(whole))


@pytest.mark.parametrize("seed", FEW[:2])
def test_so_is_its_comparison_with_a_baseline(seed: int, write: Write) -> None:
    whole, pieces = cut(seed, write)
    earlier = fleet(seed + 100).report()
    baseline = read_baseline("".join(as_json.render(earlier)).splitlines(keepends=True))
    whole, pieces = whole.compared_with(baseline), pieces.compared_with(baseline)
    assert pieces.comparison == whole.comparison
    assert dict(rendered(pieces)) == dict(rendered(whole))


@pytest.mark.thorough
@pytest.mark.parametrize("seed", MANY)
def test_so_are_those_of_many_fleets(seed: int, write: Write) -> None:
    test_the_merged_report_is_that_of_one_run_in_every_format(seed, write)
    test_so_is_its_comparison_with_a_baseline(seed, write)


def cell_of(cell: Cell) -> t.Any:
    """Return all that a cell says of itself."""
    said = (cell.key, cell.verdict, cell.short, cell.reasons, cell.advice, cell.missing, cell.file)
    dialogues = [
        (one.title, one.file, one.verdict, one.seconds, one.seconds_range, one.last_code)
        for one in cell.dialogues
    ]
    return (*said, dialogues, [dict(one.receipt.result) for one in cell.dialogues if one.receipt])


def test_the_fleets_have_all_that_a_report_can_have() -> None:
    """Otherwise the tests above would say little."""
    reports = [fleet(seed).report() for seed in (*FEW, *MANY)]
    cells = [cell for one in reports for cell in one.cells]
    stages = {cell.failure.stage for cell in cells if cell.failure}
    assert {"rcpt_to", "connect", "helo", "starttls", "receipt"} <= stages
    assert {cell.verdict for cell in cells} == {"passed", "failed", "error", "not_run"}
    assert any(len(cell.dialogues) > 1 for cell in cells)
    assert any(one.diagnoses for one in reports)


def test_a_merged_report_can_be_merged_again(write: Write) -> None:
    whole = fleet(1)
    names = [host.name for host in whole.hosts]
    first = merged(
        write("1.json", whole.report(names[:3])), write("2.json", whole.report(names[3:6]))
    )
    both = report_of(first, shards=first.shards)
    assert problems(json.loads("".join(as_json.render(both)))) == []
    rest = write("4.json", whole.report(names[6:]))
    again = report_of(merged(write("3.json", both), rest, expected=names))
    assert dict(rendered(again)) == dict(rendered(whole.report()))


def test_two_processes_read_and_write_the_same_as_one(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "_LARGE", 1)
    monkeypatch.setattr(output, "LARGE", 1)
    for module in (merging, output):
        monkeypatch.setattr(module, "has_another_core", lambda: True)
    whole = fleet(2)
    names = [host.name for host in whole.hosts]
    paths = [write(f"{n}.json", whole.report(names[n::5])) for n in range(5)]
    found = merged(*paths, write("5.json", "cut off"), expected=names)
    monkeypatch.setattr(merging, "_LARGE", 10**9)
    alone = merged(*paths, str(tmp_path / "5.json"), expected=names)
    assert found.shards == alone.shards
    assert dict(rendered(report_of(found))) == dict(rendered(report_of(alone)))

    made = output.Output.of_shards(found, "localhost")
    made.report = report_of(merged(*paths, expected=names))
    (tmp_path / "out" / "junit.xml").mkdir(parents=True)
    made.write(tmp_path / "out", ["junit", *RENDERERS, "transcripts"], check_mode=False)
    assert made.not_written == [f"dest: {tmp_path}/out/junit.xml is not a file"]
    assert len(made._files) == len(RENDERERS)
    expected = dict(rendered(whole.report()))
    for name, (file, _render) in RENDERERS.items():
        if name != "junit":
            assert (tmp_path / "out" / file).read_bytes().decode() == expected[name]
    assert sum(one.is_file() for one in (tmp_path / "out" / "transcripts").rglob("*")) == len(
        list(transcripts.render(whole.report()))
    )


def test_ranges_of_times_are_kept(write: Write) -> None:
    slow, fast = (probed("web1", passed(MX1, seconds={"total": total})) for total in (9.0, 1.0))
    earlier = read_baseline(["".join(as_json.render(report(slow)))])
    path = write("1.json", report(fast).compared_with(earlier))
    ((dialogue,),) = [cell.dialogues for cell in merged(path).matrix.cells]
    assert dialogue.seconds_range == {"total": [1.0, 9.0]}


def test_an_expected_host_in_no_shard_is_a_red_row(write: Write) -> None:
    path = write("1.json", report(probed("web1", passed(MX1), passed(MX2))))
    found = merged(path, expected=["lost", "web1"])
    assert found.matrix.hosts == ("lost", "web1")
    assert found.shards.missing_hosts == ("lost",)
    for cell in found.matrix.by_host["lost"].values():
        assert (cell.verdict, cell.short, cell.reasons) == ("error", "no shard", [NOT_IN_A_SHARD])
    (cause,) = report_of(found).causes.found
    assert cause.sentence == f"lost is missing ({NOT_IN_A_SHARD})"
    assert (cause.where, len(cause.cells)) == ("host", 2)


GOOD = "".join(as_json.render(report(probed("web2", passed(MX1), failed(MX2)))))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (GOOD[: len(GOOD) // 2], "it is cut off, or not JSON"),
        (GOOD[:-3], "it is cut off, or not JSON"),
        ("", "it is cut off, or not JSON"),
        ("[1]", "it is not a json report of mailops.smtp.smtp_report"),
        (GOOD.replace('"format": 1', '"format": 2'), "its format is 2, and this version reads"),
        ("[" * 100_000, "it is nested too deep for a report"),
        (GOOD.replace('"started": ', '"x": ' + "[" * 100_000 + ', "started": ', 1), "nested too"),
        (GOOD.replace(CREATED, "2031-01-01T00:00:00Z"), "it was made in the future"),
        (
            GOOD.replace("mx1.example.com ESMTP", "r" * 5_000),
            "the line of a cell has more than 4,000 bytes",
        ),
        ("# " * 5_000, "it has more than 9,000 bytes beside its cells"),
    ],
)
def test_a_broken_shard_is_a_row_and_all_others_are_merged(
    text: str, reason: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "more than" in reason:
        monkeypatch.setattr(shard_file, "MAX_LINE", 4_000)
        monkeypatch.setattr(shard_file, "MAX_REST", 9_000)
    good = write("1.json", report(probed("web1", passed(MX1))))
    bad = write("2.json", text)
    found = merged(good, bad, f"{bad}.none")
    assert found.matrix.hosts == ("web1", f"shard {bad}", f"shard {bad}.none")
    (broken, none) = found.shards.broken
    assert broken.reason.startswith(reason) or reason in broken.reason
    assert none.reason == "there is no such file"
    (cell,) = found.matrix.by_host[f"shard {bad}"].values()
    assert (cell.short, cell.verdict) == ("bad shard", "error")
    assert cell.reasons == [f"the shard cannot be merged: {broken.reason}"]
    sentences = [cause.sentence for cause in report_of(found).causes.found]
    assert f"shard {bad}.none cannot be merged (there is no such file)" in sentences


def test_without_a_shard_that_can_be_read_there_is_no_report(write: Write) -> None:
    path = write("1.json", "")
    with pytest.raises(BadShard, match=r"no shard can be read; .*1.json: it is cut off"):
        merged(path)


def test_the_newest_of_a_cell_in_two_shards_counts_and_both_are_named(write: Write) -> None:
    new = write("1.json", report(probed("web1", failed(MX1))), LATER)
    old = write("2.json", report(probed("web1", passed(MX1), passed(MX2))))
    for paths in ((new, old), (old, new)):
        found = merged(*paths)
        cells = found.matrix.by_host["web1"]
        assert [cell.short for cell in cells.values()] == ["550", "ok"]
        assert found.matrix.counts["total"] == len(found.matrix.cells) == 2
        assert [cell.short for cell in found.matrix.not_passed] == ["550"]
        (doubled,) = found.shards.doubled
        assert doubled == ("web1", "mx1.example.com:25 (relay)", new, old)
        assert found.shards.doubled_total == 1
        assert found.shards.hosts_in_several == ("web1",)
        assert [(one.file, one.cells) for one in found.shards.files] == [(new, 1), (old, 1)]


def test_a_broken_cell_of_an_older_shard_is_broken_no_more(write: Write) -> None:
    new = write("1.json", report(probed("web1", passed(MX1))), LATER)
    old = write("2.json", report(probed("web1", failed(MX1), failed(MX2))))
    found = merged(new, old).matrix
    assert [cell.server for cell in found.not_passed] == ["mx2.example.com:25"]
    assert found.counts == {"total": 2, "passed": 1, "failed": 1, "error": 0, "not_run": 0}


def test_a_cell_that_a_shard_has_twice_counts_once(write: Write) -> None:
    text = "".join(as_json.render(report(probed("web1", passed(MX1), *[passed(MX2)] * 3))))
    path = write(
        "1.json", re.sub(r"mx2\.example\.com:25( #\d)?", "mx1.example.com:25 (relay)", text)
    )
    found = merged(path)
    assert len(found.matrix.cells) == len(list(found.matrix.cells)) == 1
    assert found.shards.doubled == (("web1", "mx1.example.com:25 (relay)", path, path),) * 3
    assert found.shards.doubled_total == found.shards.doubled_in_one == 3


def test_a_host_in_two_shards_has_the_servers_of_both(write: Write) -> None:
    found = merged(
        write("1.json", report(probed("web1", passed(MX1)))),
        write("2.json", report(probed("web1", failed({**MX2, "name": "relay"})))),
    )
    (row,) = found.matrix.by_host.values()
    assert list(row) == ["mx1.example.com:25 (relay)", "mx2.example.com:25 (relay)"]
    assert found.shards.hosts_in_several == ("web1",)
    places = ("mx1.example.com:25", "mx2.example.com:25")
    assert found.shards.several_places == (("relay", places),)


def test_transcripts_of_one_host_have_names_of_their_own(write: Write) -> None:
    text = "".join(as_json.render(report(probed("web1", passed(MX1), passed(MX2)))))
    other = "".join(as_json.render(report(probed("web1", passed(MX2)))))
    one_name, of_other = (
        one.replace("mx2.example.com-25.txt", "MX1.example.com-25-relay.txt")
        for one in (text, other)
    )
    for paths in (
        [write("1.json", one_name)],
        [write("2.json", report(probed("web1", passed(MX1)))), write("3.json", of_other)],
    ):
        files = [path.lower() for path, _text in transcripts.render(report_of(merged(*paths)))]
        assert len(files) == len(set(files)) == 2


def test_a_report_that_another_program_has_written_anew_is_read_as_a_whole(write: Write) -> None:
    whole = fleet(3)
    text = "".join(as_json.render(whole.report()))
    for indent in (None, 4):
        path = write("1.json", json.dumps(json.loads(text), indent=indent))
        names = [host.name for host in whole.hosts]
        assert dict(rendered(report_of(merged(path, expected=names)))) == dict(
            rendered(whole.report())
        )


def test_a_temporary_file_is_open_until_nobody_needs_it(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[t.Any] = []
    create = tempfile.TemporaryFile

    def create_and_keep() -> t.Any:
        made.append(create())
        return made[-1]

    monkeypatch.setattr(tempfile, "TemporaryFile", create_and_keep)
    text = "".join(as_json.render(report(probed("web1", passed(MX1)))))
    found = merged(write("1.json", json.dumps(json.loads(text))))

    assert [file.closed for file in made] == [False]
    del found
    gc.collect()
    assert [file.closed for file in made] == [True]


def test_a_report_of_an_earlier_version_is_read_without_what_it_lacks(write: Write) -> None:
    document = json.loads("".join(as_json.render(report(probed("web1", failed(MX1), passed(MX2))))))
    for key in ("plan", "causes", "unexplained"):
        del document[key]
    for cell in document["cells"]:
        for key in ("place", "name", "cause"):
            del cell[key]
        for dialogue in cell["dialogues"]:
            for key in ("sentence", "lines", "seconds_range"):
                dialogue.pop(key, None)
    red, green = merged(write("1.json", json.dumps(document))).matrix.cells
    assert (red.label, red.place) == ("relay", "mx1.example.com:25")
    assert red.reasons == ["550 no such user in reply to rcpt_to (permanent)"]
    assert (green.short, green.label, green.place) == ("ok", "", "mx2.example.com:25")


def test_the_cause_of_all_hosts_is_found_in_shards_that_have_one_host_each(write: Write) -> None:
    paths = [
        write(f"{n}.json", report(probed(f"web{n}", failed(MX1), passed(MX2)))) for n in range(6)
    ]
    (cause,) = report_of(merged(*paths)).causes.found
    assert cause.sentence == (
        "mx1.example.com:25 (relay) refuses every host at rcpt_to (550 no such user)"
    )
    assert cause.where == "server"


LIES: tuple[tuple[list[t.Any], t.Any], ...] = (
    (["verdict"], "passed"),
    (["short"], "ok"),
    (["dialogues", 0, "transcript"], "../../passwd.txt"),
    (["dialogues", 0, "transcript"], "/etc/passwd"),
    (["dialogues", 0, "transcript"], ".txt"),
    (["host"], NASTY),
    (["host"], 5),
    (["server"], NASTY),
    (["server"], None),
    (["name"], "x" * 100_000),
    (["place"], {"a": 1}),
    (["dialogues"], "none"),
    (["dialogues"], []),
    (["dialogues", 0], 7),
    (["dialogues", 0, "title"], NASTY),
    (["dialogues", 0, "passed"], "true"),
    (["dialogues", 0, "failure"], NASTY),
    (["dialogues", 0, "replies"], [{"lines": NASTY, "code": "550"}]),
    (["dialogues", 0, "replies"], [[[[NASTY]]]]),
    (["dialogues", 0, "server"], {NASTY: {NASTY: NASTY}}),
    (["dialogues", 0, "tls"], [NASTY]),
    (["dialogues", 0, "seconds"], {NASTY: 1e300, "total": float("nan")}),
    (["dialogues", 0, "seconds_range"], {"total": [NASTY, {}]}),
    (["dialogues", 0, "receipt"], {"found": True, "mailbox": NASTY, "seconds": "9"}),
    (["dialogues", 0, "receipt"], {"found": 1}),
    (["dialogues", 0, "lines"], [NASTY, 5]),
    (["dialogues", 0, "attempts"], 10**400),
    (["dialogues", 0, "started"], {}),
)


@pytest.mark.parametrize(("where", "lie"), LIES)
@pytest.mark.parametrize(
    "result", [failed(MX1), pytest.param(passed(MX1), marks=pytest.mark.thorough)]
)
def test_a_lie_in_a_shard_is_harmless(
    where: list[t.Any], lie: t.Any, result: t.Any, write: Write
) -> None:
    document = json.loads("".join(as_json.render(report(probed("web1", result, passed(MX2))))))
    *path, last = where
    part = document["cells"][0]
    for step in path:
        part = part[step]
    part[last] = lie
    lines = [json.dumps(cell) for cell in document.pop("cells")]
    head = json.dumps(document, indent=2)[: -len("\n}")]
    between = ",\n    "
    text = f'{head},\n  "cells": [\n    {between.join(lines)}\n  ]\n' + "}\n"
    other = write("2.json", report(probed("web2", passed(MX2))))
    found = report_of(merged(write("1.json", text), other))
    outputs = dict(rendered(found))
    assert problems(json.loads(outputs["json"])) == []
    for name, text in outputs.items():
        assert not any(ord(one) < 32 and one not in "\r\n\t" for one in text), name
    for path_of_file, _text in transcripts.render(found):
        folder, _slash, file = path_of_file.partition("/")
        assert "/" not in file
        assert file != ".txt"
        assert folder not in ("", ".", "..")
    first = next(iter(found.cells))
    if where in (["verdict"], ["short"]):
        assert first.verdict == ("passed" if result["passed"] else "failed")
    if where == ["dialogues"]:
        assert first.verdict == "error"


def test_a_line_that_the_renderer_would_not_write_so_is_written_anew(write: Write) -> None:
    text = "".join(as_json.render(report(probed("web1", passed(MX1)))))
    for before, after, expected in (
        ('"cause": null', '"cause": 7', '"cause": null'),
        ('"total": 0.022', '"total": 0.0220', '"total": 0.022'),
        ("AES_256", "AES\\u002f256", "AES/256"),
        ("ESMTP", "\\u0045SMTP", "ESMTP"),
        ('"host": "web1"', '"host": "\\u0077eb1"', '"host": "web1"'),
        ('"server": "mx1', '"server": "\\u006dx1', '"server": "mx1'),
        ('"title": "mx1', '"title": "\\u006dx1', '"title": "mx1'),
        ('"attempts": 1', '"attempts": 1, "attempts": 2', '"attempts": 2'),
        ('"bits": 256', '"bits": "256"', '"bits": null'),
        ('"code": 220', '"code": 0220', None),
    ):
        changed = text.replace(before, after)
        assert changed != text
        path = write("1.json", changed)
        if expected is None:
            with pytest.raises(BadShard):
                merged(path)
            continue
        again = "".join(as_json.render(report_of(merged(path))))
        assert expected in again
        assert after not in again


def test_a_shard_that_changes_while_it_is_merged_is_not_mixed_up(write: Write) -> None:
    path = write("1.json", report(probed("web1", failed(MX1))))
    (cell,) = merged(path).matrix.cells
    write("1.json", report(probed("web1", failed(MX1), passed(MX2))))
    with pytest.raises(BadShard, match="has changed while it was merged"):
        list(cell.dialogues[0].transcript)


def test_hosts_without_a_plan_get_the_servers_of_all_others(write: Write) -> None:
    lost = Host("lost", None, [MX1, MX2], left=True)
    path = write("1.json", report(probed("web1", passed(MX1), passed(MX2)), lost))
    found = merged(path, expected=["lost", "web1"])
    assert matrix_of([lost]).counts["error"] == found.matrix.counts["error"] == 2
    assert found.shards.missing_hosts == ()
