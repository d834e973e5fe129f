# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The causes come first, and all fits the terminal, whatever the fleet."""

from __future__ import annotations

import dataclasses
import itertools
import re

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.compare import compare
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import Host
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import (
    as_json,
    terminal,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import (
    LONG,
    diagnosed_fleet,
    diagnosis,
    failed,
    fleet,
    nasty,
    passed,
    probed,
    report,
    scattered,
    unreachable,
    with_answers,
)


def servers(number: int) -> list[dict[str, str]]:
    return [{"host": f"mx{index}.example.com"} for index in range(1, number + 1)]


def lines(given: Report, columns: int = 80) -> list[str]:
    """Return the lines as they are shown."""
    return [terminal.plain_text(line).rstrip() for line in terminal.render(given, columns)]


def large(hosts: int, broken: int) -> Report:
    """Return a fleet of which the last hosts have something broken."""
    item = servers(1)[0]
    return report(
        *[
            probed(
                f"web{number}",
                failed(item, text=f"no, {number}") if number >= hosts - broken else passed(item),
            )
            for number in range(hosts)
        ]
    )


def test_a_fleet_is_its_causes_then_the_matrix_then_what_to_check() -> None:
    assert lines(fleet()) == [
        "4 hosts, 2 servers: 2 passed, 1 failed, 3 errors (2 could not ask), 2 not run",
        "",
        "1. Ansible cannot reach down (Failed to connect to the host via ssh) [2 cells]",
        "2. mx1.example.com:25 (relay) refuses app1 at rcpt_to (550 no such user); all",
        "   others get through [1 cell]",
        "3. app1 gets no answer from mx2.example.com:587 (no answer within 10 s); all",
        "   others get through [1 cell]",
        "",
        "      mx1.example.com:25 (relay)  mx2.example.com:587",
        "web1  ok                          ok",
        "app1  550                         timeout",
        'down  unreachable                 "',
        'late  not run                     "',
        "",
        "2. check next: Ask the server's side.",
        "3. check next: Ask the server's side.",
    ]


def test_servers_whose_names_do_not_fit_are_numbered() -> None:
    shown = lines(fleet(), columns=52)
    assert shown[shown.index("      1            2") :][:9] == [
        "      1            2",
        "web1  ok           ok",
        "app1  550          timeout",
        'down  unreachable  "',
        'late  not run      "',
        "",
        "1 = mx1.example.com:25 (relay)",
        "2 = mx2.example.com:587",
        "",
    ]


def test_where_all_is_well_nothing_is_told() -> None:
    given = report(probed("web1", passed(servers(1)[0])))
    assert lines(given) == [
        "1 host, 1 server: 1 passed",
        "",
        "      mx1.example.com:25",
        "web1  ok",
    ]


def test_no_host_is_a_line() -> None:
    assert lines(report()) == ["0 hosts, 0 servers: 0 passed"]


def test_what_is_in_a_cell_has_its_colour() -> None:
    colors = {
        piece.text.strip(): piece.color
        for line in itertools.islice(terminal.render(fleet(), 80), 9, 14)
        for piece in line
        if piece.color
    }
    assert colors == {
        "ok": "COLOR_OK",
        "550": "COLOR_ERROR",
        "timeout": "COLOR_ERROR",
        "unreachable": "COLOR_ERROR",
        "not run": "COLOR_SKIP",
        '"': "COLOR_SKIP",
    }


@pytest.mark.parametrize("columns", [20, 40, 80, 200])
def test_columns_that_do_not_fit_are_folded_into_parts(columns: int) -> None:
    given = report(probed("web1", *[passed(item) for item in servers(50)]))
    shown = lines(given, columns)
    assert max(map(len, shown[1:])) <= max(columns, len("50 = mx50.example.com:25"))
    heads = [line.split() for line in shown if re.fullmatch(r"[ \d]+", line)]
    assert [int(number) for head in heads for number in head] == list(range(1, 51))
    rows = [line.split()[1:] for line in shown if line.startswith("web1 ")]
    assert [len(row) for row in rows] == [len(head) for head in heads]
    assert len(rows) > 1


def test_a_terminal_that_is_too_narrow_has_a_column_in_each_part() -> None:
    given = report(probed("web1", *[passed(item) for item in servers(3)]))
    assert [line for line in lines(given, 1) if line.startswith("web1")] == ["web1  ok"] * 3


def test_a_host_without_a_server_has_an_empty_place() -> None:
    first, second = servers(2)
    given = report(probed("web1", passed(first)), probed("app1", passed(second)))
    assert lines(given)[3:5] == ["web1  ok", "app1" + " " * 22 + "ok"]


def test_of_1000_hosts_those_with_something_broken_are_shown() -> None:
    shown = lines(large(1000, 3))
    assert shown[0] == "1,000 hosts, 1 server: 997 passed, 3 failed"
    assert [line for line in shown if line.startswith("web")][:3] == [
        "web997  550",
        "web998  550",
        "web999  550",
    ]
    assert "997 hosts not shown: all is well there" in shown
    assert len(shown) < 20


def test_of_1000_hosts_that_are_all_broken_so_many_are_shown_and_the_rest_is_counted() -> None:
    shown = lines(large(1000, 1000))
    assert "... and 940 more hosts with something broken" in shown
    assert (
        shown[2] == "1. mx1.example.com:25 refuses every host at rcpt_to (550 no, 0) [1,000 cells]"
    )
    assert shown[-1] == "1. check next: Ask the server's side."
    assert len(shown) < terminal.MAX_ROWS + 2 * terminal.MAX_FAILURES + 15


def test_1000_hosts_where_all_is_well_are_a_few_lines() -> None:
    shown = lines(large(1000, 0))
    assert "1,000 hosts not shown: all is well there" in shown
    assert len(shown) < 10


# Causes

WORDS = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india",
         "juliett", "kilo", "lima", "mike", "november", "oscar")  # fmt: skip


def causes_of(number: int, text: str = "", hosts: int = 3) -> Report:
    """Return a report in which each server refuses all hosts in words of its own."""
    return report(
        *[
            probed(
                f"web{host}",
                *[
                    failed(item, text=f"{word} {text}".strip())
                    for item, word in zip(servers(number), WORDS, strict=False)
                ],
            )
            for host in range(hosts)
        ]
    )


def above_matrix(shown: list[str]) -> list[str]:
    """Return the lines of the causes."""
    end = shown.index("", 2)
    return shown[2:end]


def test_a_cause_has_the_colour_of_its_cells() -> None:
    colors = [line[0].color for line in itertools.islice(terminal.render(fleet(), 80), 2, 7)]
    assert colors == ["COLOR_ERROR"] * 5


@pytest.mark.parametrize("columns", [30, 40, 80, 200])
@pytest.mark.parametrize("number", [1, 5, 10, 15])
def test_causes_take_at_most_ten_lines_that_fit(number: int, columns: int) -> None:
    told = above_matrix(lines(causes_of(number, "y " * 20), columns))
    assert len(told) <= terminal.MAX_CAUSE_LINES
    assert max(map(len, told)) <= columns
    shown = min(number, 10) if number <= 10 else 9
    heads = [line for line in told if re.match(r"\d+\. ", line)]
    assert [line.partition(".")[0] for line in heads] == [str(n + 1) for n in range(shown)]
    assert sum(line.endswith("[3 cells]") for line in told) == shown


def test_causes_without_room_are_counted_above_and_told_below() -> None:
    shown = lines(causes_of(15))
    assert above_matrix(shown)[-1] == "and 6 more causes"
    assert "15. mx15.example.com:25 refuses every host at rcpt_to (550 oscar) [3 cells]" in shown
    assert shown[-1] == "    check next: Ask the server's side."


def test_failures_without_a_cause_are_counted_above_and_told_below() -> None:
    shown = lines(scattered())
    assert above_matrix(shown) == ["6 broken cells are unexplained"]
    told = [line for line in shown if "→" in line]
    assert len(told) == 6
    assert told[0] == "web0 → mx0.example.com:25: 550 alpha in reply to rcpt_to (permanent)"


def test_what_a_cause_had_no_room_for_is_told_of_one_of_its_cells() -> None:
    url = "https://example.com/blocked?address=192.0.2.11"
    shown = lines(causes_of(1, "y " * 60 + url))
    assert url not in "".join(above_matrix(shown))
    (told,) = [line for line in shown if url in line]
    assert told.startswith("1. web0 → mx1.example.com:25: 550 alpha y y ")
    assert shown[-1] == "    check next: Ask the server's side."


def test_the_whole_reason_of_a_host_that_was_not_reached_is_told_without_a_server() -> None:
    lost = {"unreachable": True, "msg": f"ssh: {'very ' * 30}busy"}
    shown = lines(report(Host("down", lost, servers(3), left=True)))
    assert shown[-1].startswith("1. down: Ansible cannot reach the host: ssh: very very")
    assert shown[-1].endswith("very busy")


def test_a_cause_without_advice_is_not_told_again() -> None:
    given = report(unreachable("down", servers(50)), Host("gone", None, servers(50), left=True))
    shown = lines(given)
    assert above_matrix(shown)[0].startswith("1. Ansible cannot reach down (Failed to connect")
    assert shown[-1] == "50 = mx50.example.com:25"


def test_of_200_causes_so_many_are_told() -> None:
    named = [{"host": f"mx{n}"} for n in range(200)]
    words = [a + b for a in WORDS for b in WORDS]
    given = report(
        *[
            probed(
                f"web{h}",
                *[failed(item, text=word) for item, word in zip(named, words, strict=False)],
            )
            for h in range(3)
        ]
    )
    shown = lines(given)
    assert above_matrix(shown)[-1] == "and 91 more causes; 300 broken cells are unexplained"
    assert shown[-1] == "... and 180 more that are broken"


def test_a_long_name_and_a_long_sentence_are_cut() -> None:
    refused = failed({"host": "mx1", "name": LONG}, text=LONG)
    refused["failure"]["advice"] = [LONG]
    shown = lines(report(probed("w" * 100, refused)))
    assert any(line.startswith("w" * 29 + "...  550") for line in shown)
    assert max(map(len, shown)) == 300


def test_what_changed_is_told_at_the_end() -> None:
    before = report(probed("web1", *[passed(item) for item in servers(2)]))
    healed, broke = servers(2)
    now = report(probed("web1", passed(healed), failed(broke)), probed("app1", passed(healed)))
    earlier = read_baseline("".join(as_json.render(before)).splitlines(keepends=True))
    found = compare(earlier, now)
    given = dataclasses.replace(now, comparison=found)
    assert lines(given)[-3:] == [
        "Since 2026-11-24T12:00:00Z: 1 broke, 1 new",
        f"broke        web1 → mx2.example.com:25: ok → {now.broken[0].reasons[0]}",
        "new          app1 → mx1.example.com:25: ok",
    ]
    unchanged = dataclasses.replace(now, comparison=dataclasses.replace(found, changes=()))
    assert lines(unchanged)[-1] == "Since 2026-11-24T12:00:00Z: no change"


def test_a_server_that_has_moved_is_told_once_for_all_hosts() -> None:
    then = {"host": "mx1", "name": "relay"}
    before = report(*[probed(f"web{number}", passed(then)) for number in range(4)])
    now = report(*[probed(f"web{number}", passed({**then, "port": 2525})) for number in range(4)])
    earlier = read_baseline("".join(as_json.render(before)).splitlines(keepends=True))
    given = dataclasses.replace(now, comparison=compare(earlier, now))
    assert lines(given)[-2:] == [
        "Since 2026-11-24T12:00:00Z: 4 moved",
        "moved        4 hosts → mx1:2525 (relay): :25 → :2525",
    ]


def test_causes_that_came_and_went_are_told_before_the_cells() -> None:
    item, other = servers(2)
    before = report(*[probed(f"web{n}", failed(item), passed(other)) for n in range(3)])
    now = report(*[probed(f"web{n}", passed(item), failed(other)) for n in range(3)])
    earlier = read_baseline(as_json.render(before))
    given = dataclasses.replace(now, comparison=compare(earlier, now, now.causes))
    shown = lines(given)
    start = shown.index("Since 2026-11-24T12:00:00Z: 3 broke, 3 healed")
    assert shown[start + 1 : start + 3] == [
        "cause new    mx2.example.com:25 refuses every host at rcpt_to (550 no such user)",
        "cause gone   mx1.example.com:25 refuses every host at rcpt_to (550 no such user)",
    ]


def test_advice_has_no_backticks() -> None:
    refused = failed(servers(1)[0])
    refused["failure"]["advice"] = ["Set `mynetworks`, see `postconf -n`."]
    assert lines(report(probed("web1", refused)))[-1] == (
        "1. check next: Set mynetworks, see postconf -n."
    )


def test_of_many_changes_so_many_are_told() -> None:
    now = large(100, 0)
    earlier = read_baseline(as_json.render(report()))
    given = dataclasses.replace(now, comparison=compare(earlier, now))
    assert lines(given)[-1] == "... and 60 more changes"


def found_lines(given: Report) -> list[str]:
    """Return the lines about what hosts have found out."""
    return [terminal.plain_text(line) for line in terminal.render_diagnoses(given)]


def test_what_hosts_have_found_out_takes_three_lines_for_each_cause() -> None:
    shown = found_lines(diagnosed_fleet())
    proven = next(at for at, line in enumerate(shown) if "proven" in line)
    assert shown[proven : proven + 3] == [
        "2. app1 → mx1.example.com:25 (relay): proven: The server does not know the recipient.",
        "    another recipient: 250 Ok; it is the recipient",
        "    check next: Check the recipient with postmap -q.",
    ]
    assert len(shown) == 4
    assert shown[-1] == (
        "3. app1 → mx2.example.com:587: not diagnosed: the host has returned no diagnosis"
    )


def test_the_numbers_are_those_of_the_causes() -> None:
    given = diagnosed_fleet()
    for number, cause in enumerate(given.causes.found, 1):
        told = any(line.startswith(f"{number}. ") for line in found_lines(given))
        assert told == (cause.diagnosis is not None)


@pytest.mark.parametrize(
    ("certainty", "words"),
    [
        ("proven", ": proven: The"),
        ("consistent", ": likely, all facts fit: The"),
        ("open", ": not decided, most likely: The"),
    ],
)
def test_how_sure_it_is_is_told_in_words(certainty: str, words: str) -> None:
    answer = {**diagnosis(), "certainty": certainty}
    assert words in found_lines(with_answers(fleet(), ("app1", 0, answer)))[0]


def test_of_a_log_the_line_that_decided_is_shown() -> None:
    lines = [{"fact": "the server's log", "value": "reject: RCPT"}, {"fact": "disk", "value": "x"}]
    answer = {**diagnosis(), "evidence": lines}
    found = with_answers(fleet(), ("app1", 0, answer))
    ((key, (one,)),) = found.diagnoses.items()
    log = dataclasses.replace(one, of_log=True, host="relay1")
    shown = found_lines(dataclasses.replace(found, diagnoses={key: [log]}))
    assert shown[0].startswith("2. relay1 → mx1.example.com:25 (relay): proven: ")
    assert shown[1] == "    the server's log: reject: RCPT"


def test_without_a_diagnosis_nothing_is_told() -> None:
    assert found_lines(fleet()) == []


def test_a_hostile_diagnosis_is_a_few_lines_of_text() -> None:
    shown = found_lines(nasty())
    assert 0 < len(shown) <= 3
    assert all(line.isprintable() and len(line) <= 300 for line in shown)


def test_of_many_diagnoses_so_many_are_told() -> None:
    items = servers(60)
    texts = [f"no {first}{second}" for first in "abcdefghij" for second in "klmnop"]
    results = [failed(item, text=text) for item, text in zip(items, texts, strict=True)]
    run = report(*(probed(name, *results) for name in ("web1", "web2", "web3", "web4")))
    shown = found_lines(with_answers(run, *(("web1", at, diagnosis()) for at in range(50))))
    assert shown[-1] == "... and 10 more causes"
    assert len(shown) == 3 * terminal.MAX_FAILURES + 1
