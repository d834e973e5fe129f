# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines as OpenSMTPD's source has them, and what they mean."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.servers.opensmtpd import (
    traits_of,
)
from ansible_collections.mailops.smtp.tests.unit.log_lines import line_of, meaning_of

SESSION = "0123456789abcdef"


def smtpd(text: str) -> str:
    return f"Nov 28 16:48:15 mx smtpd[4711]: {SESSION} smtp {text}"


@pytest.mark.parametrize(
    ("text", "kind", "cause_id", "certain"),
    [
        ('failed-command command="RCPT TO:<c@example.net>" result="550 Invalid recipient: x"',
         "refusal", "recipient-known", False),
        (('failed-command command="MAIL FROM:<b@c.test>" result="530 5.5.1 Invalid command: Must'
         ' issue an AUTH command first"'), "refusal", "log-in", True),
        (('failed-command command="MAIL FROM:<b@c.test>" result="530 5.5.1 Invalid command: Must'
         ' issue a STARTTLS command first"'), "refusal", "use-tls", True),
        ('failed-command command="AUTH PLAIN (...)" result="535 Authentication failed"',
         "refusal", "user-and-password", False),
        ('failed-command command="RCPT TO:<c@example.net>" result="550 no"',
         "refusal", "log-of-server", False),
        ("disconnected reason=timeout", "end", "where-time-went", True),
        ('disconnected reason="io-error: tls alert unknown ca"', "end", None, False),
    ],
)  # fmt: skip
def test_what_a_line_means(text, kind, cause_id, certain) -> None:
    rule = meaning_of(smtpd(text))
    assert (rule.kind, rule.cause_id, rule.certain) == (kind, cause_id, certain)


def test_only_the_first_line_has_the_address() -> None:
    first = traits_of(line_of(smtpd("connected address=192.0.2.7 host=web1.example.com")))
    assert (first.key, first.clients, first.opens) == (SESSION, ("192.0.2.7",), True)
    last = traits_of(line_of(smtpd("disconnected reason=quit")))
    assert (last.key, last.clients, last.closes) == (SESSION, (), True)
