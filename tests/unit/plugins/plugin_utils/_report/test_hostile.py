# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What servers, hosts and users have said arrives as text, in every format that there is.

Each is read with a real reader of its format. Then hosts return anything at all.
"""

from __future__ import annotations

import collections
import csv
import dataclasses
import html.parser
import io
import itertools
import json
import posixpath
import re
import typing as t
from xml.etree import ElementTree

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.text import escape
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    BadBaseline,
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.compare import compare
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import Host
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.receipts import Receipts
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import (
    as_json,
    csv_table,
    junit,
    markdown,
    prometheus,
    terminal,
    transcripts,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import html as page_of
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.formats import (
    RENDERERS,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.verdicts import (
    verdicts,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import (
    LONG,
    NASTY,
    failed,
    nasty,
    passed,
    report,
)
from ansible_collections.mailops.smtp.tests.unit.schema import problems
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

SHOWN = escape(NASTY)

# Columns of a table that are no text.
NUMBERS = ("code", "mx_preference", "certificate_days_left", "seconds_total", "attempts")

# What a reader made of a report: for each cell, by its name, the texts that it found there.
Texts = dict[str, list[str]]


def read_json(made: Report) -> Texts:
    document = json.loads(_written(as_json.render(made)))
    assert problems(document) == []
    return {
        f"{cell['host']} → {cell['server']}": list(_strings(cell)) for cell in document["cells"]
    }


def read_junit(made: Report) -> Texts:
    root = ElementTree.fromstring(_written(junit.render(made)))  # noqa: S314 - it is ours
    return {
        case.attrib["name"]: [
            text for one in case.iter() for text in (one.text or "", *one.attrib.values())
        ]
        for case in root.iter("testcase")
    }


def read_csv(made: Report) -> Texts:
    """Read the rows: none is a formula. The apostrophes that make it so are taken away."""
    found: Texts = collections.defaultdict(list)
    rows = csv.DictReader(io.StringIO(_written(csv_table.render(made)), newline=""), strict=True)
    for row in rows:
        for column, text in row.items():
            if column not in NUMBERS:
                assert not text.lstrip().startswith(("=", "@", "+", "-"))
                row[column] = re.sub(r"""(^|;)'(?=[\s"']*[=+\-@])""", r"\1", text)
        found[f"{row['host']} → {row['server']}"].extend(row.values())
    return found


def read_prometheus(made: Report) -> Texts:
    """Read the metrics of cells. A metric of causes, or of a run, has no label for a host."""
    found: Texts = collections.defaultdict(list)
    there = set()
    for family in text_string_to_metric_families(_written(prometheus.render(made))):
        for sample in family.samples:
            labels = dict(sample.labels)
            series = (sample.name, *sorted(labels.items()))
            assert series not in there
            there.add(series)
            if "host" not in labels:
                assert set(labels) <= {"verdict", "where", "stage", "kind", "server"}
                continue
            found[f"{labels.pop('host')} → {labels.pop('server', '')}"].extend(labels.values())
    return found


def read_transcripts(made: Report) -> Texts:
    """Read the files. That each cell has its own is what the paths say."""
    found: dict[str, str] = {}
    for path, text in transcripts.render(made):
        folder, slash, file = path.partition("/")
        assert folder
        assert slash
        assert "/" not in file
        assert posixpath.normpath(path) == path
        assert path.isascii()
        assert path not in found
        found[path] = text.encode().decode()
        assert all(line.isprintable() for line in text.split("\n"))
    files = iter(found.values())
    return {
        cell.name: [next(files) for _dialogue in cell.dialogues or [None]] for cell in made.cells
    }


def read_terminal(made: Report) -> Texts:
    """Read what is shown: the same for all cells, and nothing that a terminal would act on."""
    lines = [terminal.plain_text(line) for line in terminal.render(made, 80)]
    assert all(line.isprintable() for line in lines)
    assert all(len(line) <= 300 for line in lines)
    return {cell.name: lines for cell in made.cells}


READERS: dict[str, t.Callable[[Report], Texts]] = {
    "json": read_json,
    "junit": read_junit,
    "csv": read_csv,
    "prometheus": read_prometheus,
    "transcripts": read_transcripts,
    "terminal": read_terminal,
}


def _written(pieces: t.Iterable[str]) -> str:
    """Return a file's text as it is after it was written and read."""
    return "".join(pieces).encode().decode()


def _strings(value: t.Any) -> t.Iterator[str]:
    """Return each text in what is nested."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


@pytest.mark.parametrize("name", READERS)
def test_every_cell_is_there_and_each_text_is_a_text(name: str) -> None:
    made = nasty()
    found = READERS[name](made)
    if name != "prometheus":  # which cuts what is long
        assert list(found) == [cell.name for cell in made.cells]
    assert len(found) == 3
    for text in itertools.chain.from_iterable(found.values()):
        assert all(line.isprintable() for line in text.split("\n"))


@pytest.mark.parametrize("name", ["json", "junit", "csv", "transcripts"])
def test_what_the_server_said_arrives_whole(name: str) -> None:
    told = "\n".join(itertools.chain(*READERS[name](nasty()).values()))
    assert told.count(SHOWN) > 2
    assert "\\x1b[2J" in told
    assert "]]> <script>alert(1)</script>" in told
    assert "{{ lookup('pipe','id') }}" in told
    assert "\\u202etxt.exe" in told
    assert "\\udcff \\x00\\x85" in told


COMMANDS = "##vso[task.setvariable variable=PATH]/evil ::add-mask::250 ##[error]x ::error ::y"


@pytest.mark.parametrize("columns", [30, 80])
def test_no_ci_system_finds_a_command_in_what_is_shown(columns: int) -> None:
    refused = failed({"host": "mx1", "name": COMMANDS}, text=COMMANDS, transcript=[COMMANDS])
    made = report(Host(escape(COMMANDS), {"results": [refused]}, [], left=False))
    lines = [terminal.plain_text(line) for line in terminal.render(made, columns)]
    pages = [_written(render(made)) for _file, render in RENDERERS.values()]
    for line in itertools.chain(lines, *(page.splitlines() for page in pages)):
        assert "##vso[" not in line
        assert "##[" not in line
        assert not line.lstrip().startswith(("::add-mask", "::error"))


def test_a_long_line_arrives_whole_where_transcripts_are() -> None:
    for name in ("junit", "transcripts"):
        assert LONG in "\n".join(itertools.chain(*READERS[name](nasty()).values()))


def test_a_cause_quotes_what_a_server_said_as_a_text_in_every_format() -> None:
    made = nasty()
    sentence = made.causes.found[1].sentence  # after the host that could not be reached
    assert sentence.isprintable()
    assert sentence.count("]]> <script>alert(1)</script>") == 3
    assert json.loads(_written(as_json.render(made)))["causes"][1]["sentence"] == sentence
    for name in ("junit", "csv"):
        told = "\n".join(itertools.chain(*READERS[name](made).values()))
        assert sentence[:590] in told
    above = "".join(read_terminal(made).popitem()[1][2:5])
    assert "\\x1b[2J\\x1b]0;title" in above


def test_what_the_server_said_is_in_no_metric() -> None:
    labels = set(itertools.chain(*read_prometheus(nasty()).values()))
    assert labels == {
        "rcpt_to",
        "permanent",
        "unreachable",
        "resolve",
        "connect",
        "greeting",
        "helo",
        "total",
    }


def test_the_terminal_shows_the_beginning_of_what_was_said() -> None:
    lines = read_terminal(nasty()).popitem()[1]
    assert any(SHOWN[:200] in line for line in lines)


# Hosts that return what once ended the report of all

MX1 = {"host": "mx1.example.com"}

STRANGE: dict[str, t.Any] = {
    "a message without a server": passed(MX1, changed=True, message={"token": "t"}, server=None),
    "a token with a space": passed(MX1, changed=True, message={"token": "a b"}),
    "a message that is a text": passed(MX1, changed=True, message="t"),
    "a message of words without an end": failed(MX1, msg="requires " * 80_000),
    "a text as a result": "passed",
    "a list as a result": [[[]]],
    "a result that has passed and says nothing else": {"passed": True},
    "numbers that no machine has": passed(MX1, seconds={"total": 10**400}, attempts=-(10**400)),
    "a kind of its own": failed(MX1, kind="ok", stage="passed"),
    "a kind that is a list": failed(MX1, failure={"stage": [], "kind": {}}),
    "facts": {**passed(MX1), "ansible_facts": {"smtp_check_fail": False}},
    "a name that is nested": passed({**MX1, "name": {"a": [NASTY]}}),
    "a name that leads elsewhere": passed({**MX1, "host": "../../../etc/passwd", "name": "/etc"}),
    "a name of a formula": passed({**MX1, "host": "=1+1", "name": "@SUM(A1)"}),
}


@pytest.mark.parametrize("what", STRANGE)
@pytest.mark.parametrize("name", READERS)
def test_a_strange_result_is_at_worst_a_row(name: str, what: str) -> None:
    good = passed(MX1, changed=True, message={"token": "good"})
    looked = Receipts({"receipts": [{"token": "good", "found": True}, STRANGE[what]]})
    made = report(
        Host("evil", {"results": [STRANGE[what]]}, [], left=False, receipts=looked),
        Host("=web1", {"results": [good]}, [], left=False, receipts=looked),
    )
    assert [cell.verdict for cell in made.cells if cell.host == "=web1"] == ["passed"]
    assert "=web1" not in verdicts(made, "broken")
    assert len(READERS[name](made)) == 2


# Hosts that return anything at all

CHARACTERS = st.characters()  # with halves of surrogate pairs
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(CHARACTERS, max_size=20)
    | st.sampled_from([NASTY, "resolve", 10**400, "=1+1"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(CHARACTERS, max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)
ITEMS = VALUES | st.fixed_dictionaries(
    {},
    optional={
        key: VALUES | st.sampled_from(["mx1", "2001:db8::1", 25, "/run/s", "/run/s #2", ""])
        for key in ("host", "mx", "port", "address", "name", "socket", "tls")
    },
)


@st.composite
def results(draw: st.DrawFn) -> t.Any:
    """Take a result as it should be, and replace some of what is nested in it by anything."""
    result = draw(st.sampled_from([passed, failed]))({"host": "mx1.example.com"})
    result["item"] = draw(ITEMS)
    for _change in range(draw(st.integers(0, 4))):
        inner: t.Any = result
        while True:
            key = draw(
                st.sampled_from(list(inner) if isinstance(inner, dict) else range(len(inner)))
            )
            if not isinstance(inner[key], (dict, list)) or not inner[key] or draw(st.booleans()):
                break
            inner = inner[key]
        inner[key] = draw(VALUES)
    return result


REGISTERED = (
    st.none()
    | results()
    | st.dictionaries(st.text(CHARACTERS), VALUES, max_size=3)
    | st.fixed_dictionaries({"results": st.lists(results() | VALUES, max_size=3) | VALUES})
    | st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("unreachable", "skipped", "msg", "module_stderr"), VALUES)
    )
)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Make a report of what hosts have registered, whatever that is."""
    names = draw(st.lists(st.text(CHARACTERS, max_size=8).map(escape), max_size=3, unique=True))
    return report(
        *[
            Host(name, draw(REGISTERED), draw(st.lists(ITEMS, max_size=2)), draw(st.booleans()))
            for name in names
        ]
    )


@pytest.mark.parametrize("name", READERS)
@pytest.mark.thorough
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_whatever_hosts_return_there_is_a_report_that_can_be_read(
    name: str, data: st.DataObject
) -> None:
    made = data.draw(reports())
    found = READERS[name](made)
    if name == "prometheus":
        ran = [cell for cell in made.cells if cell.verdict != "not_run"]
        assert len(found) == len(ran)
    else:
        assert set(found) == {cell.name for cell in made.cells}
    for text in itertools.chain.from_iterable(found.values()):
        assert all(line.isprintable() for line in text.split("\n"))


class Elements(html.parser.HTMLParser):
    """The elements of a page, and their attributes. An end that has no beginning is an error."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.names: collections.Counter[str] = collections.Counter()
        self.attributes: set[str] = set()
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names[tag] += 1
        self.attributes.update(name for name, _value in attrs)
        if tag not in ("meta", "link", "input"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


@pytest.mark.thorough
@settings(deadline=None, max_examples=60)
@given(made=reports() | st.just(nasty()), group=st.text(CHARACTERS, max_size=8))
def test_whatever_hosts_return_the_page_has_elements_of_its_own_alone(
    made: Report, group: str
) -> None:
    made = dataclasses.replace(made, groups={host: [group] for host in made.hosts[1:]})
    found = Elements(_written(page_of.render(made)))
    assert not found.names.keys() & {"img", "iframe", "object", "svg", "base"}
    assert (found.names["script"], found.names["style"], found.names["form"]) == (1, 1, 1)
    assert not any(name.startswith("on") or name in ("src", "style") for name in found.attributes)


@pytest.mark.thorough
@settings(deadline=None, max_examples=60)
@given(made=reports())
def test_whatever_hosts_return_the_page_in_markdown_has_no_html(made: Report) -> None:
    written = _written(markdown.render(made))
    outside_code = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", written)
    assert "<" not in outside_code


@pytest.mark.thorough
@settings(deadline=None, max_examples=60)
@given(before=reports(), now=reports())
def test_whatever_hosts_return_two_reports_can_be_compared(before: Report, now: Report) -> None:
    earlier = read_baseline("".join(as_json.render(before)).splitlines(keepends=True))
    made = dataclasses.replace(now, comparison=compare(earlier, now))
    for name, read in READERS.items():
        if name != "prometheus":
            assert set(read(made)) == {cell.name for cell in made.cells}


@pytest.mark.thorough
@settings(deadline=None, max_examples=60)
@given(baseline=VALUES | st.fixed_dictionaries({"format": st.just(1), "cells": st.lists(VALUES)}))
def test_whatever_a_baseline_is_it_is_compared_or_refused(baseline: t.Any) -> None:
    made = nasty()
    try:
        earlier = read_baseline([json.dumps(baseline)])
    except BadBaseline:
        return
    found = compare(earlier, made)
    assert found.worse == {(cell.host, cell.server) for cell in made.cells}
    read_json(dataclasses.replace(made, comparison=found))
