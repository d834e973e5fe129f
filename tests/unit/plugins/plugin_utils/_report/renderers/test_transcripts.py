# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each dialogue has a file, which the next level of support can read without the rest."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import transcripts
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import (
    diagnosed_fleet,
    failed,
    fleet,
    passed,
    probed,
    report,
    unreachable,
)

MX1 = {"host": "mx1.example.com"}


def files(given: Report) -> dict[str, str]:
    """Return the files by their paths; no two have the same."""
    found = list(transcripts.render(given))
    assert len(dict(found)) == len(found)
    return dict(found)


def test_each_cell_has_a_file_also_where_there_was_no_dialogue() -> None:
    assert list(files(fleet())) == [
        f"{host}/{file}"
        for host in ("web1", "app1", "down", "late")
        for file in ("mx1.example.com-25-relay.txt", "mx2.example.com-587.txt")
    ]


def test_a_file_says_who_where_when_and_every_line() -> None:
    given = report(probed("web1", failed({**MX1, "name": "relay"})))
    assert files(given)["web1/mx1.example.com-25-relay.txt"] == (
        "Probing host:    web1\n"
        "  HELO name:     web1.example.com\n"
        "  address:       192.0.2.11 port 40000\n"
        "Server:          mx1.example.com:25 (relay)\n"
        "  address:       192.0.2.25 port 25\n"
        "  calls itself:  mx1.example.com\n"
        "Time:            2026-11-24T11:59:58Z by the clock of the host, took 0.022 s\n"
        "Attempts:        1\n"
        "Made with:       mailops.smtp 0.2.0, ansible-core 2.19.4, 2026-11-24T12:00:00Z\n"
        "Verdict:         failed: 550 no such user in reply to rcpt_to (permanent)\n"
        "Check next:      1. Ask the server's side.\n"
        "                 2. Look into its log.\n"
        "\n"
        "[0.001] *: connecting to 192.0.2.25 port 25\n"
        "[0.013] S: 220 mx1.example.com ESMTP\n"
        "[0.013] C: EHLO web1.example.com\n"
    )


def test_what_passed_says_so_and_has_nothing_to_check() -> None:
    (text,) = files(report(probed("web1", passed(MX1)))).values()
    assert "\nVerdict:         passed\n" in text
    assert "\nCheck next:      -\n" not in text


def test_where_there_was_no_dialogue_the_file_says_why() -> None:
    (text,) = files(report(unreachable("down", [MX1]))).values()
    assert "Verdict:         error: Ansible cannot reach the host: Failed to connect" in text
    assert text.endswith("\n\n(no dialogue)\n")


def test_a_transcript_that_was_not_kept_says_so_if_the_dialogue_passed() -> None:
    not_kept: dict[str, list[str]] = {"transcript": []}
    (text,) = files(report(probed("web1", {**passed(MX1), **not_kept}))).values()
    assert text.endswith(
        "\n\n(not kept, because the dialogue passed; with smtp_check_transcripts: all it is)\n"
    )
    (text,) = files(report(probed("web1", {**failed(MX1), **not_kept}))).values()
    assert "not kept" not in text


def test_what_is_not_known_is_a_dash() -> None:
    (text,) = files(report(probed("web1", {"item": MX1, "passed": False}))).values()
    for title in ("HELO name", "address", "calls itself", "Time", "Attempts"):
        assert f"{title + ':':15}" in text
        line = next(one for one in text.split("\n") if one.strip().startswith(f"{title}:"))
        assert line.endswith(" -")


def test_hosts_whose_safe_names_are_the_same_do_not_share_a_file() -> None:
    given = report(probed("a b", passed(MX1)), probed("a/b", passed(MX1)))
    paths = list(files(given))
    assert len(paths) == 2
    assert all(path.count("/") == 1 for path in paths)


def test_what_a_host_has_found_out_follows_the_dialogue_that_failed() -> None:
    written = dict(transcripts.render(diagnosed_fleet()))
    told = written["app1/mx1.example.com-25-relay.txt"]
    assert told.endswith(
        "\n\nAsked again from app1: proven: The server does not know the recipient.\n"
        "- another recipient: 250 Ok; it is the recipient\n"
        "- the same dialogue again: 550 no such user; it fails\n"
        "\n[0.000] *: the same dialogue again\n[0.001] S: 550 no such user\n"
    )
    problem = "Asked again from app1: not diagnosed: the host has returned no diagnosis\n"
    assert written["app1/mx2.example.com-587.txt"].endswith(problem)
    assert "Asked again" not in written["web1/mx1.example.com-25-relay.txt"]
