# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A JUnit file tells of each planned cell what became of it, and any CI can read it."""

from __future__ import annotations

import collections
import typing as t
from xml.etree import ElementTree

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import Host
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import junit
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import (
    CREATED,
    MADE_BY,
    diagnosed_fleet,
    failed,
    fleet,
    nasty,
    passed,
    probed,
    report,
    scattered,
)

MX1 = {"host": "mx1.example.com"}


class Rule(t.NamedTuple):
    """What may be in an element, in this order, and the attributes that it must and may have."""

    children: tuple[str, ...] = ()
    must: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    text: bool = False


# What junit-10.xsd of Jenkins's xUnit plugin and the older jenkins-junit.xsd both allow.
COUNTED = frozenset({"name", "tests", "failures", "errors"})
TOLD = frozenset({"message", "type"})
RULES = {
    "testsuites": Rule(("testsuite",), may=COUNTED | {"time"}),
    "testsuite": Rule(
        ("properties", "testcase", "system-out", "system-err"),
        COUNTED,
        frozenset({"skipped", "time", "timestamp", "hostname", "id", "package"}),
    ),
    "properties": Rule(("property",)),
    "property": Rule(must=frozenset({"name", "value"})),
    "testcase": Rule(
        ("skipped", "error", "failure", "system-out", "system-err"),
        frozenset({"name"}),
        frozenset({"classname", "time"}),
    ),
    "skipped": Rule(text=True),
    "error": Rule(may=TOLD, text=True),
    "failure": Rule(may=TOLD, text=True),
    "system-out": Rule(text=True),
    "system-err": Rule(text=True),
}


def read(given: Report) -> ElementTree.Element:
    """Read the file as a CI does."""
    return ElementTree.fromstring("".join(junit.render(given)).encode())  # noqa: S314 - it is ours


def cases(given: Report) -> dict[str, ElementTree.Element]:
    """Return the test cases by their names; no two have the same."""
    found = list(read(given).iter("testcase"))
    names = {case.attrib["name"]: case for case in found}
    assert len(names) == len(found)
    return names


def outcome(case: ElementTree.Element) -> ElementTree.Element | None:
    """Return what is in a test case, if anything."""
    inner = list(case)
    assert len(inner) <= 1
    return inner[0] if inner else None


def check(element: ElementTree.Element) -> None:
    """Hold an element, and what is in it, against the rules."""
    rule = RULES[element.tag]
    given = set(element.attrib)
    assert rule.must <= given <= rule.must | rule.may, element.tag
    places = [rule.children.index(child.tag) for child in element]
    assert places == sorted(places), element.tag
    assert rule.text or not (element.text or "").strip(), element.tag
    for child in element:
        assert not (child.tail or "").strip()
        check(child)


def several() -> Report:
    """Return a report with a cell of two dialogues, of which one was refused."""
    item = {"mx": "example.com"}
    return report(
        probed(
            "web1",
            passed({**item, "host": "mx1.example.com"}),
            failed({**item, "host": "mx2.example.com"}),
        )
    )


def test_each_planned_cell_is_a_test_case_of_its_own() -> None:
    given = fleet()
    found = cases(given)
    assert list(found) == [cell.name for cell in given.cells]
    assert [case.attrib["classname"] for case in found.values()] == [
        cell.host for cell in given.cells
    ]


def test_a_refusal_is_a_failure_an_outage_an_error_and_what_did_not_run_is_skipped() -> None:
    told = collections.defaultdict(list)
    for name, case in cases(fleet()).items():
        inner = outcome(case)
        told[None if inner is None else inner.tag].append(name.partition(" ")[0])
    assert told == {
        None: ["web1", "web1"],
        "failure": ["app1"],
        "error": ["app1", "down", "down"],
        "skipped": ["late", "late"],
    }


def test_a_suite_counts_its_own_test_cases_and_all_are_counted() -> None:
    root = read(fleet())
    suites = list(root)
    assert [suite.attrib["name"] for suite in suites] == ["web1", "app1", "down", "late"]
    for suite in suites:
        assert suite.attrib["hostname"] == suite.attrib["name"]
        assert suite.attrib["timestamp"] == CREATED
        assert suite.findall("properties/property[@name='made_by']")[0].attrib["value"] == MADE_BY
        inner = [outcome(case) for case in suite.findall("testcase")]
        tags = collections.Counter(None if one is None else one.tag for one in inner)
        assert [int(suite.attrib[key]) for key in ("tests", "failures", "errors", "skipped")] == [
            len(inner),
            tags["failure"],
            tags["error"],
            tags["skipped"],
        ]
    for key in ("tests", "failures", "errors"):
        assert int(root.attrib[key]) == sum(int(suite.attrib[key]) for suite in suites)
    assert root.attrib["time"] == "0.088"
    assert suites[0].attrib["time"] == "0.044"


@pytest.mark.parametrize("given", [fleet(), nasty(), several(), report()])
def test_the_file_is_as_the_schemas_of_jenkins_have_it(given: Report) -> None:
    check(read(given))


def test_a_failure_says_why_what_to_check_and_what_was_said() -> None:
    refused = outcome(cases(fleet())["app1 → mx1.example.com:25 (relay)"])
    assert refused is not None
    assert refused.attrib["message"] == "550 no such user in reply to rcpt_to (permanent) [cause 2]"
    assert refused.attrib["type"] == "permanent"
    assert refused.text is not None
    assert refused.text.startswith(
        "Cause 2. mx1.example.com:25 (relay) refuses app1 at rcpt_to (550 no such user);"
        " all others get through\n\n550 no such user in reply to rcpt_to (permanent)\n"
    )
    assert "1. Ask the server's side.\n2. Look into its log.\n" in refused.text
    assert refused.text.endswith("[0.013] C: EHLO web1.example.com")


def test_a_failure_without_a_cause_names_none() -> None:
    refused = outcome(cases(scattered())["web4 → mx1.example.com:25"])
    assert refused is not None
    assert refused.attrib["message"] == "550 echo in reply to rcpt_to (permanent)"
    assert (refused.text or "").startswith("550 echo in reply")


def test_a_long_message_ends_with_the_number_of_the_cause() -> None:
    (case,) = cases(report(probed("web1", failed(MX1, text="y" * 500)))).values()
    refused = outcome(case)
    assert refused is not None
    assert len(refused.attrib["message"]) == 200
    assert refused.attrib["message"].endswith("yyy... [cause 1]")


def test_a_host_that_was_not_reached_says_so() -> None:
    lost = outcome(cases(fleet())["down → mx2.example.com:587"])
    assert lost is not None
    assert lost.attrib["type"] == "unreachable"
    assert "Failed to connect to the host via ssh" in (lost.text or "")


def test_of_several_dialogues_those_that_are_broken_are_told() -> None:
    ((name, case),) = cases(several()).items()
    assert name == "web1 → MX of example.com:25"
    assert case.attrib["time"] == "0.044"
    refused = outcome(case)
    assert refused is not None
    assert refused.attrib["message"].startswith("mx2.example.com:25: 550 ")
    assert "\n\nmx2.example.com:25:\n[0.001] " in (refused.text or "")
    assert "\n\nmx1.example.com:25:\n" not in (refused.text or "")


def test_the_type_is_never_a_word_of_the_hosts_own() -> None:
    given = report(probed("web1", failed(MX1, kind="yaml"), failed(MX1, kind="symbol")))
    inner = [outcome(case) for case in cases(given).values()]
    assert [one.attrib["type"] for one in inner if one is not None] == ["other", "other"]


@pytest.mark.parametrize("seconds", [-5, 1e14, 0, True, "1"])
def test_a_time_is_written_without_sign_and_exponent(seconds: t.Any) -> None:
    given = report(probed("web1", passed(MX1, seconds={"total": seconds})))
    (case,) = cases(given).values()
    whole, point, rest = case.attrib["time"].partition(".")
    assert whole.isdigit()
    assert point
    assert rest.isdigit()


def test_of_a_long_transcript_the_end_is_kept_and_the_rest_has_its_place_told() -> None:
    lines = [f"[{number}.000] S: {'x' * 100}" for number in range(1000)]
    given = report(probed("web1", failed(MX1, transcript=lines)))
    (case,) = cases(given).values()
    inner = outcome(case)
    assert inner is not None
    assert inner.text is not None
    assert inner.text.endswith(lines[-1])
    left_out = 1000 - inner.text.count("S: xxx")
    assert 800 < left_out < 900
    file = "web1/mx1.example.com-25.txt"
    assert f"({left_out} lines left out, which are in the transcript {file})\n" in inner.text
    assert len(inner.text) < 20_000


def test_a_text_is_bounded_however_much_there_is_to_say() -> None:
    item = {"mx": "example.com"}
    results = [
        failed({**item, "host": f"mx{number}.example.com"}, text="y" * 10_000)
        for number in range(100)
    ]
    (case,) = cases(report(probed("web1", *results))).values()
    inner = outcome(case)
    assert inner is not None
    assert inner.text is not None
    assert len(inner.text) < 20_000
    assert "(the rest is left out)" in inner.text
    assert inner.text.endswith("(95 more dialogues left out)")


def test_a_file_that_is_full_keeps_every_test_case_and_says_what_is_cut() -> None:
    item = {**MX1, "name": "relay"}
    result = failed(item, transcript=[f"[0.001] S: {'&' * 14_000}"])
    given = report(*[probed(f"web{number}", result) for number in range(600)])
    written = "".join(junit.render(given)).encode()
    assert 25_000_000 < len(written) < 30_000_000
    root = ElementTree.fromstring(written)  # noqa: S314 - it is ours
    check(root)
    texts = [failure.text or "" for failure in root.iter("failure")]
    assert len(texts) == 600
    short = [text for text in texts if "the rest is left out" in text]
    assert 100 < len(short) < 500
    assert all(text.startswith(("Cause 1. mx1.", "550 no such user")) for text in texts)


def test_a_test_case_stays_where_there_is_no_room_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(junit, "MAX_BYTES", 10)
    assert len(cases(fleet())) == 8
    assert read(fleet()).attrib["errors"] == "3"
    inner = outcome(cases(fleet())["down → mx2.example.com:587"])
    assert inner is not None
    assert inner.text == "(left out: the file is full)"


def test_no_host_is_no_suite() -> None:
    assert list(read(report())) == []
    assert len(cases(report(Host("web1", None, [], left=True)))) == 1


def test_the_text_of_a_failure_says_what_a_host_has_found_out() -> None:
    written = "".join(junit.render(diagnosed_fleet()))
    assert "\nproven: The server does not know the recipient.\n" in written
    assert "\nnot diagnosed: the host has returned no diagnosis\n" in written
