# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether senders can use the policy of MTA-STS."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import ProbeError
from ansible_collections.mailops.smtp.plugins.module_utils._net.https import Response
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.dns import sts
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.dns.sts import (
    Policies,
    judge,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import Verdict
from ansible_collections.mailops.smtp.tests.unit.dns_checks import DOMAIN, HOST, ask, verdict_of

NAME = f"_mta-sts.{DOMAIN}"
RECORD = 'TXT "v=STSv1; id=20261128;"'
POLICY = f"version: STSv1\nmode: enforce\nmx: {HOST}\nmax_age: 604800\n"
FOUND = Policies(DOMAIN, ("v=STSv1; id=1;",), (HOST,), Response(200, "text/plain", POLICY.encode()))


def judged(status: int = 200, media_type: str = "text/plain", policy: str = POLICY) -> str:
    response = Response(status, media_type, policy.encode())
    return judge(FOUND._replace(response=response)).name


def test_a_policy_that_names_the_exchangers_is_sound() -> None:
    verdict = judge(FOUND)

    assert verdict.evidence == (
        f"the policy of MTA-STS: version: STSv1 mode: enforce mx: {HOST} max_age: 604800"
    )
    assert judged(policy=POLICY.replace("enforce", "testing")) == "sound"


@pytest.mark.parametrize("status", [301, 302, 307, 403, 404])
def test_no_policy_is_looked_for_elsewhere(status: int) -> None:
    assert judged(status) == "finding"


def test_a_server_that_fails_now_says_nothing() -> None:
    assert judged(503) == "undecided"


def test_a_page_for_people_is_no_policy() -> None:
    assert judged(media_type="text/html") == "finding"
    assert judged(policy="<html>") == "finding"


def test_a_policy_that_forgets_an_exchanger_is_a_finding() -> None:
    forgets = POLICY.replace(HOST, "old.example.com")

    assert judged(policy=forgets) == "finding"
    assert judged(policy=forgets.replace("enforce", "none")) == "sound"


def test_a_policy_that_is_soon_forgotten_is_a_finding() -> None:
    assert judged(policy=POLICY.replace("604800", "3600")) == "finding"


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        ("tls", "finding"),
        ("protocol", "finding"),
        ("resolve", "finding"),
        ("timeout", "undecided"),
        ("connect", "undecided"),
        ("local", "undecided"),
    ],
)
def test_an_outage_is_not_taken_for_a_fault(kind: t.Any, verdict: str) -> None:
    error = ProbeError(kind, "it did not work")

    assert judge(FOUND._replace(response=None, error=error)).name == verdict


def test_without_a_record_there_is_no_policy_to_fetch() -> None:
    assert verdict_of("sts") == "not_applicable"


def test_a_null_mx_is_no_exchanger_that_a_policy_must_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def exchangers(found: Policies) -> Verdict:
        return Verdict("sound", ", ".join(found.exchangers))

    monkeypatch.setattr(sts, "judge", exchangers)

    assert ask("sts", {NAME: [RECORD]}).evidence == HOST
    assert ask("sts", {NAME: [RECORD], DOMAIN: ["MX 0 ."]}).evidence == ""
    assert ask("sts", {NAME: [RECORD], DOMAIN: []}).evidence == DOMAIN


@pytest.mark.parametrize("records", [[RECORD, 'TXT "v=STSv1; id=2"'], ['TXT "v=STSv1;"']])
def test_a_record_that_senders_ignore_is_a_finding(records: list[str]) -> None:
    assert verdict_of("sts", {NAME: records}) == "finding"


def test_a_policy_host_without_an_address_is_a_finding() -> None:
    verdict = ask("sts", {NAME: [RECORD]})

    assert verdict.name == "finding"
    assert "mta-sts.example.com has no address" in verdict.evidence


def test_the_policy_is_fetched_over_https_with_the_authorities_of_the_user(
    scripted: t.Any, authority: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    length = len(POLICY.replace("\n", "\r\n"))
    lines = "\n".join(f"S: {line}" for line in POLICY.splitlines())
    server = scripted(
        f"""
*: tls
C: GET /.well-known/mta-sts.txt HTTP/1.1
C: Host: mta-sts.{DOMAIN}
C: Accept: text/plain
C: Connection: close
C:
S: HTTP/1.1 200 OK
S: Content-Type: text/plain; charset=utf-8
S: Content-Length: {length}
S:
{lines}""",
        context=authority.context(f"mta-sts.{DOMAIN}"),
    )
    monkeypatch.setattr(sts, "_PORT", server.port)
    records = {NAME: [RECORD], f"mta-sts.{DOMAIN}": [f"A {server.host}"]}

    verdict = ask("sts", records, trust=authority.path)

    assert (verdict.name, "mode: enforce" in verdict.evidence) == ("sound", True), verdict
