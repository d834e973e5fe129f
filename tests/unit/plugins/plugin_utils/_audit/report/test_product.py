# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A greeting in the transcript of a finding names the product, or does not."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.product import product_of
from ansible_collections.mailops.smtp.tests.unit.audit_reports import audit, outcome, report_of


def product(*transcripts: tuple[str, ...]) -> str | None:
    """Return the product of a finding that several hosts have seen."""
    found = outcome("relay-02", "finding")
    audits = [
        audit(f"web{number}", outcomes=[dataclasses.replace(found, transcript=lines)])
        for number, lines in enumerate(transcripts)
    ]
    (finding,) = report_of(*audits).findings
    return product_of(finding)


@pytest.mark.parametrize(
    ("greeting", "name"),
    [
        ("mx.example.com ESMTP Postfix (Debian)", "postfix"),
        ("mx.example.com ESMTP Exim 4.97", "exim"),
        ("mx.example.com ESMTP Sendmail 8.18", "sendmail"),
        ("mx.example.com ESMTP OpenSMTPD", "opensmtpd"),
        ("mx.example.com Microsoft ESMTP MAIL Service ready", "exchange"),
        ("mx.example.com Dovecot ready.", "dovecot"),
        ("mx.example.com ESMTP Haraka 3.0", "haraka"),
        ("mx.example.com ESMTP", None),
        ("mx.google.com ESMTP x - gsmtp", None),
    ],
)
def test_the_greeting_names_the_product(greeting: str, name: str | None) -> None:
    assert product(("[0.000] *: connected", f"[0.010] S: 220 {greeting}")) == name


def test_each_line_of_a_greeting_counts() -> None:
    assert product(("[0.010] S: 220-mx.example.com ESMTP", "[0.010] S: 220 Exim")) == "exim"


def test_another_reply_and_what_was_sent_name_nothing() -> None:
    assert product(("[0.010] S: 250 postfix", "[0.020] C: 220 postfix")) is None


def test_the_first_host_that_was_told_a_product_counts() -> None:
    assert product((), ("[0.010] S: 220 ESMTP Postfix",), ("[0.010] S: 220 Exim",)) == "postfix"
