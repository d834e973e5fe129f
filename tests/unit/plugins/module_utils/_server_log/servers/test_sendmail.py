# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines as Sendmail's manual and source have them, and what they mean."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.servers.sendmail import (
    traits_of,
)
from ansible_collections.mailops.smtp.tests.unit.log_lines import line_of, meaning_of


def sendmail(text: str) -> str:
    return f"Nov 28 16:48:15 mx sm-mta[4711]: {text}"


@pytest.mark.parametrize(
    ("text", "kind", "cause_id", "certain"),
    [
        (("5ASGmF1k004711: ruleset=check_rcpt, arg1=<c@example.net>, relay=c.test [192.0.2.7],"
         " reject=550 5.7.1 <c@example.net>... Relaying denied"),
         "refusal", "relay-for-address", False),
        ("5ASGmF1k004711: <n@example.test>... User unknown", "refusal", "recipient-known", True),
        (("ruleset=check_relay, arg1=c.test, arg2=192.0.2.7, relay=c.test [192.0.2.7], reject=550"
         " 5.7.1 Access denied"), "refusal", "client-denied", False),
        (("ruleset=check_relay, arg1=c.test, arg2=192.0.2.7, relay=c.test [192.0.2.7], reject=421"
         " 4.3.2 Connection rate limit exceeded."), "refusal", "limits-for-one-client", True),
        (("ruleset=check_mail, arg1=<b@nowhere.test>, relay=c.test [192.0.2.7], reject=553 5.1.8"
         " <b@nowhere.test>... Domain of sender address b@nowhere.test does not exist"),
         "refusal", "sender-domain", True),
        ("rejecting connections on daemon MTA: load average: 21", "refusal", "server-health", True),
        ("5ASGmF1k004711: Milter (clmilter): error connecting to filter: Connection refused",
         "fault", "slow-scanner", True),
        ("5ASGmF1k004711: rejecting commands from c.test [192.0.2.7] due to pre-greeting traffic",
         "refusal", "speaks-too-early", True),
        ("STARTTLS=server, error: accept failed=-1, reason=x, relay=c.test [192.0.2.7]",
         "end", None, False),
        ("5ASGmF1k004711: timeout waiting for input from c.test [192.0.2.7] during server cmd read",
         "end", "where-time-went", True),
        (("5ASGmF1k004711: c.test [192.0.2.7] did not issue MAIL/EXPN/VRFY/ETRN during connection"
         " to MTA"), "end", None, False),
    ],
)  # fmt: skip
def test_what_a_line_means(text, kind, cause_id, certain) -> None:
    rule = meaning_of(sendmail(text))
    assert (rule.kind, rule.cause_id, rule.certain) == (kind, cause_id, certain)


def test_a_process_holds_one_connection() -> None:
    traits = traits_of(line_of(sendmail("5ASGmF1k004711: from=<b@c.test>, relay=c [192.0.2.7]")))
    assert (traits.key, traits.clients, traits.queue_id) == (
        "pid 4711",
        ("192.0.2.7",),
        "5ASGmF1k004711",
    )


def test_the_next_server_of_a_delivery_is_not_the_client() -> None:
    text = "5ASGmF1k004711: to=<a@b.test>, relay=mx [192.0.2.7], dsn=2.0.0, stat=Sent (ok)"
    assert traits_of(line_of(sendmail(text))).clients == ()
