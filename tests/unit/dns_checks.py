# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the DNS, made with a server that answers from a table."""

from __future__ import annotations

import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.dns.questions import (
    DnsChecks,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.dns.subject import Subject
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import Verdict
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.observed import Observed
from ansible_collections.mailops.smtp.tests.unit import dns_server

DOMAIN = "example.com"
HOST = "mx.example.com"
IP = "198.51.100.25"

# A domain in which nothing is wrong.
SOUND: dict[str, t.Sequence[str]] = {
    DOMAIN: [f"MX 10 {HOST}.", f'TXT "v=spf1 ip4:{IP} -all"', 'TXT "another=1"'],
    HOST: [f"A {IP}"],
    "25.100.51.198.in-addr.arpa": [f"PTR {HOST}."],
    f"_dmarc.{DOMAIN}": ['TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"'],
}

SUBJECT = Subject(HOST, 25, (IP,), DOMAIN, HOST)
OBSERVED = {IP: Observed("mx.example.com ESMTP", ("SIZE", "STARTTLS"), HOST)}


def ask(
    question: str,
    changes: t.Mapping[str, t.Any] | None = None,
    *,
    observed: t.Mapping[str, Observed] | None = None,
    secure: t.Collection[str] = (),
    bogus: t.Collection[str] = (),
    **subject: t.Any,
) -> Verdict:
    """Return the verdict on a question, with a table that differs from the sound one."""
    records = {**SOUND, **(changes or {})}
    with dns_server.asked(records, secure, bogus):
        checks = DnsChecks(SUBJECT._replace(**subject))
        seen = OBSERVED if observed is None else observed
        verdict, _lines = checks.make(question, seen, 30.0)
    return verdict


def verdict_of(question: str, changes: t.Mapping[str, t.Any] | None = None, **other: t.Any) -> str:
    """Return the name of the verdict."""
    return ask(question, changes, **other).name
