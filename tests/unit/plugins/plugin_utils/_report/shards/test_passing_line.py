# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A line is copied only if the renderer would write the same."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import as_json
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.shards.passing_line import (
    LINE,
    MAX_LINE,
    Seconds,
    last_code,
    matched,
    seconds_of,
)
from ansible_collections.mailops.smtp.tests.unit.reports import (
    failed,
    passed,
    probed,
    replies,
    report,
)
from ansible_collections.mailops.smtp.tests.unit.work import assert_ends

MX1 = {"host": "mx1.example.com", "name": 'the "relay"'}


def line_of(*results: dict[str, t.Any]) -> bytes:
    text = "".join(as_json.render(report(probed("web1", *results))))
    (line,) = (one for one in text.splitlines(keepends=True) if one.startswith('    {"host'))
    return line.encode("ascii")


LINE_OF_ONE = line_of(passed(MX1))


def test_a_line_of_a_cell_that_passed_is_recognised_with_its_parts() -> None:
    found = LINE.fullmatch(LINE_OF_ONE)
    assert found is not None
    dialogue = json.loads(LINE_OF_ONE)["dialogues"][0]
    for name in ("title", "started", "server", "capabilities", "tls", "replies", "seconds"):
        assert json.loads(found[name]) == dialogue[name]
    assert json.loads(found["host"]) == "web1"
    assert json.loads(found["address"]) == "192.0.2.11"
    assert json.loads(found["file"]) == dialogue["transcript"]


@pytest.mark.parametrize("said", [b"x##vso[a]", b"::error ::x", b"x ::add-mask::5"])
def test_a_command_for_a_ci_system_is_not_copied(said: bytes) -> None:
    line = LINE_OF_ONE.replace(b'"lines": ["', b'"lines": ["' + said, 1)
    assert line != LINE_OF_ONE
    assert matched(line) is None
    assert matched(LINE_OF_ONE.replace(b"192.0.2.11", b"::1")) is not None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"passed": true', b'"passed": false'),
        (b'"receipt": null', b'"receipt": {}'),
        (b'"short": "ok"', b'"short": "fine"'),
        (b'"reasons": []', b'"reasons": [1]'),
        (b'"cause": null', b'"cause": 1'),
        (b'"failure": null', b'"failure": {}'),
        (b"ESMTP", b"ESM\\u001bTP"),
        (b"ESMTP", b"ESM\\nTP"),
        (b"ESMTP", b"ESM\x1bTP"),
        (b"ESMTP", b"ESM\xc3\xa9TP"),
        (b'"seconds": 0.01', b'"seconds": 0.010'),
        (b'"seconds": 0.01', b'"seconds": 1e-2'),
        (b'"seconds": 0.01', b'"seconds": 0.00001'),
        (b'"seconds": 0.01', b'"seconds": 00.01'),
        (b'"code": 220', b'"code": "220"'),
        (b'"code": 220', b'"code": 2.5'),
        (b'"message": null', b'"message": 5'),
        (b'mx1.example.com-25-the__relay.txt"', b'../x.txt"'),
        (b"}]}", b"}]} "),
    ],
)
def test_any_other_line_is_not(before: bytes, after: bytes) -> None:
    assert before in LINE_OF_ONE
    assert LINE.fullmatch(LINE_OF_ONE.replace(before, after)) is None


def test_a_failure_or_two_dialogues_are_not() -> None:
    assert LINE.fullmatch(line_of(failed(MX1))) is None
    two = (passed({"mx": "example.com", "host": one}) for one in "ab")
    assert LINE.fullmatch(line_of(*two)) is None


@pytest.mark.parametrize(
    ("seconds", "ranges", "expected"),
    [
        (b'{"a": 0.5}', b'{"a": [0.5, 0.5]}', Seconds((b"a",), [0.5])),
        (b'{"a": 0.5}', b'{"a": [0.25, 1.5]}', Seconds((b"a",), [0.5])),
        (b"{}", b"{}", Seconds((), [])),
        (b'{"a": 0.5}', b'{"a": [0.6, 1.5]}', None),
        (b'{"a": 0.5}', b'{"a": [0.25, 1.50]}', None),
        (b'{"a": 0.5}', b'{"b": [0.5, 0.5]}', None),
        (b'{"a": 0.5}', b"{}", None),
        (b'{"a": 0.5}', b'{"a": [0.5, 0.5], "x": 1}', None),
        (b'{"a": 1}', b'{"a": [1, 1]}', None),
    ],
)
def test_ranges_hold_the_times(seconds: bytes, ranges: bytes, expected: Seconds | None) -> None:
    assert seconds_of(seconds, ranges) == expected


def test_the_last_code_is_that_before_quit() -> None:
    begin = b'{"stage": "%b", "command": %b, "code": %b, "rest": 1}'
    greeting = begin % (b"greeting", b"null", b"220")
    bye = begin % (b"quit", b'"QUIT"', b"221")
    spoof = begin % (b"helo", b'"a {\\"stage\\": \\"helo\\""', b"250")
    assert last_code(b"[%b, %b]" % (greeting, bye)) == 220
    assert last_code(b"[%b, %b, %b]" % (greeting, spoof, bye)) == 250
    assert last_code(b"[%b]" % bye) is None
    assert last_code(b"[]") is None


@pytest.mark.parametrize("piece", [b'{"', b'"a": "b", ', b'{"a": "b"}, '])
def test_a_line_that_nearly_fits_takes_no_longer_than_its_length(piece: bytes) -> None:
    head, tail = LINE_OF_ONE.split(b'"capabilities": {', 1)
    line = head + b'"capabilities": {' + piece * (MAX_LINE // len(piece)) + tail
    assert_ends(matched, line[:MAX_LINE])


def test_a_very_long_line_is_not_tried() -> None:
    text = "x" * MAX_LINE
    long = line_of(passed(MX1, replies=replies(("greeting", 220, text))))
    assert LINE.fullmatch(long) is not None
    assert matched(long) is None
