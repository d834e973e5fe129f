# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What SPF says of the address that a server sends from."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.dns.spf import judge
from ansible_collections.mailops.smtp.tests.unit.dns_checks import DOMAIN, IP, ask, verdict_of


def record(*texts: str) -> dict[str, list[str]]:
    return {DOMAIN: ["MX 10 mx.example.com.", *(f'TXT "{text}"' for text in texts)]}


def test_an_address_that_passes_is_sound() -> None:
    verdict = ask("spf")

    assert (verdict.name, verdict.evidence) == ("sound", f"SPF of {DOMAIN} passes {IP}")
    assert verdict_of("spf", record("v=spf1 mx -all")) == "sound"


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ([], "none"),
        (["v=spf1 ip4:192.0.2.1 -all"], "fail"),
        (["v=spf1 ip4:192.0.2.1 ~all"], "softfail"),
        (["v=spf1"], "neutral"),
        (["v=spf1 -all", "v=spf1 +all"], "permerror"),
        (["v=spf1 " + " ".join(["a:mx.example.com"] * 11) + " -all"], "passes"),
    ],
)
def test_any_other_result_is_a_finding(texts: list[str], says: str) -> None:
    verdict = ask("spf", record(*texts))

    expected = "sound" if says == "passes" else "finding"  # the first of them matches at once
    assert (verdict.name, says in verdict.evidence) == (expected, True), verdict


def test_too_many_look_ups_are_an_error_of_the_record() -> None:
    text = "v=spf1 " + " ".join(f"a:h{number}.example.com" for number in range(11)) + " -all"

    verdict = ask("spf", record(text))

    assert (verdict.name, "more than 10 look-ups" in verdict.evidence) == ("finding", True)


def test_a_record_that_passes_the_whole_world_is_a_finding() -> None:
    verdict = ask("spf", record("v=spf1 +all"))

    assert (verdict.name, "every address" in verdict.evidence) == ("finding", True)


def test_a_record_with_macros_is_not_evaluated() -> None:
    assert verdict_of("spf", record("v=spf1 include:%{i}.example.com -all")) == "undecided"


def test_a_server_that_takes_mail_need_not_send_any() -> None:
    assert verdict_of("spf", profile="mx") == "not_applicable"
    assert verdict_of("spf", profile="mx", sends_from=(IP,)) == "sound"


def test_all_addresses_must_pass() -> None:
    results = {"192.0.2.1": "pass", "192.0.2.2": "softfail", "240.0.0.1": "fail"}

    assert judge("d", ["192.0.2.1"], results).name == "sound"
    assert judge("d", ["192.0.2.1", "192.0.2.2"], results).name == "finding"
