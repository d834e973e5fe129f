# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts are compared by: their answers to the same questions."""

from __future__ import annotations

import typing as t

import dns.rcode
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.dns.asker import Asker
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.dns.split import answers
from ansible_collections.mailops.smtp.tests.unit import dns_server
from ansible_collections.mailops.smtp.tests.unit.dns_checks import (
    DOMAIN,
    HOST,
    IP,
    SOUND,
    SUBJECT,
    verdict_of,
)


def test_one_host_alone_compares_nothing() -> None:
    assert verdict_of("split") == "not_applicable"


def test_the_answers_are_the_same_whatever_their_order() -> None:
    both = {**SOUND, HOST: ["A 198.51.100.26", f"A {IP}"]}
    with dns_server.asked(both):
        found = answers(Asker(), SUBJECT)

    assert found == {
        f"{DOMAIN} MX": [f"10 {HOST}"],
        f"{HOST} A": [IP, "198.51.100.26"],
        f"{HOST} AAAA": [],
    }


def test_a_question_without_an_answer_is_not_compared() -> None:
    broken: dict[str, t.Any] = {**SOUND, DOMAIN: dns.rcode.SERVFAIL}
    with dns_server.asked(broken):
        assert f"{DOMAIN} MX" not in answers(Asker(), SUBJECT)
    assert verdict_of("split", {DOMAIN: dns.rcode.SERVFAIL}, host="") == "undecided"


def test_the_addresses_of_the_exchangers_of_others_are_not_compared() -> None:
    """Those of a large provider depend on where one asks."""
    outside = {DOMAIN: ["MX 10 mx.example.net."], "mx.example.net": [f"A {IP}"]}
    with dns_server.asked(outside):
        found = answers(Asker(), SUBJECT._replace(host=""))

    assert found == {f"{DOMAIN} MX": ["10 mx.example.net"]}
