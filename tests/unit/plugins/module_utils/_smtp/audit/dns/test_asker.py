# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions to the resolver, within the limits of an audit."""

from __future__ import annotations

import contextlib
import typing as t

import dns.rcode
import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net import dns as resolver
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.dns.asker import (
    QUESTIONS,
    Asker,
    Unanswered,
)
from ansible_collections.mailops.smtp.tests.unit import dns_server


def test_a_question_is_asked_once() -> None:
    with dns_server.asked({"example.com": ["A 192.0.2.1"]}) as server:
        asker = Asker()
        first = asker.find("Example.com.", "A")
        second = asker.find("example.com", "A")

    assert first is second
    assert server.asked == ["example.com A"]


def test_a_failure_is_not_asked_again_either() -> None:
    with dns_server.asked({"example.com": dns.rcode.SERVFAIL}) as server:
        asker = Asker()
        for _time in range(2):
            with pytest.raises(Unanswered, match="SERVFAIL"):
                asker.find("example.com", "A")

    assert server.asked == ["example.com A"]


def test_a_name_that_does_not_exist_is_an_answer() -> None:
    with dns_server.asked({"example.com": []}):
        gone, bare = Asker().find("gone.example.com", "MX"), Asker().find("example.com", "MX")

    assert (gone.exists, str(gone)) == (False, "no such name")
    assert (bare.exists, str(bare)) == (True, "no such record")


def test_the_number_of_questions_is_limited() -> None:
    with dns_server.asked({}) as server:
        asker = Asker()
        for number in range(QUESTIONS):
            asker.find(f"{number}.example.com", "A")
        with pytest.raises(Unanswered, match="used up"):
            asker.find("more.example.com", "A")
        assert asker.find("0.example.com", "A").exists is False  # it is known

    assert len(server.asked) == QUESTIONS


def test_the_time_is_limited() -> None:
    clock = [0.0]
    with dns_server.asked({}) as server:
        asker = Asker(lambda: clock[0], seconds=600.0)
        clock[0] = 30.0
        with pytest.raises(Unanswered, match="used up"):
            asker.find("example.com", "A")

    assert server.asked == []


def test_a_resolver_that_never_answers_is_not_waited_for_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, asked = [0.0], []

    def silent(name: str, _kind: str, seconds: float, **_options: t.Any) -> t.NoReturn:
        asked.append(name)
        clock[0] += seconds
        raise resolver.NoAnswer("no answer in time")

    monkeypatch.setattr(resolver, "query", silent)
    asker = Asker(lambda: clock[0])
    for name in ("a", "b", "c", "d"):
        with contextlib.suppress(Unanswered):
            asker.find(f"{name}.example.com", "A")

    assert asked == ["a.example.com", "b.example.com"]


def test_records_are_read_in_a_fixed_order() -> None:
    records = ["MX 20 b.example.com.", "MX 10 C.example.com.", "MX 10 a.example.com.", "MX 0 ."]
    with dns_server.asked({"example.com": records}):
        found = Asker().find("example.com", "MX")

    assert list(map(str, found.records)) == [
        "0 .",
        "10 a.example.com",
        "10 c.example.com",
        "20 b.example.com",
    ]


def test_what_a_hostile_zone_says_is_bounded_and_printable() -> None:
    texts = [f'TXT "{number}\\027[2J" "{"x" * 255}"' for number in range(150)]
    with dns_server.asked({"example.com": texts}):
        asker = Asker()
        found = asker.texts("example.com")

    assert len(found) == 100
    assert all("\\x1b[2Jxxx" in one for one in found)
    assert all(line.isprintable() and len(line) < 1000 for line in asker.lines)


def test_each_check_has_the_lines_of_its_own_questions() -> None:
    with dns_server.asked({"example.com": ["A 192.0.2.1"]}, secure=["example.com"]):
        asker = Asker(lambda: 0.0)
        asker.find("example.com", "A")
        asker.begin()
        asker.find("example.com", "A")

    assert asker.lines == ["[0.000] *: DNS example.com A: 192.0.2.1 (DNSSEC vouches for it)"]


def test_a_false_signature_is_told_from_another_failure() -> None:
    broken: dict[str, t.Any] = {"down.example.com": dns.rcode.SERVFAIL, "example.com": []}
    with dns_server.asked(broken, bogus=["example.com"]):
        asker = Asker()
        assert asker.is_bogus("example.com", "A")
        assert not asker.is_bogus("down.example.com", "A")
        assert not asker.is_bogus("gone.example.com", "A")
