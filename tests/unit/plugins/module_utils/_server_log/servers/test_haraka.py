# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines as Haraka 3.3 has written them, and what they mean."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.servers.haraka import (
    traits_of,
)
from ansible_collections.mailops.smtp.tests.unit.log_lines import line_of, meaning_of

UUID = "46A02152-E6DC-4F43-9AD0-E9FA3235C117"
COUNTS = "relay=N early=N esmtp=Y tls=Y pipe=N errors=0 txns=1 rcpts=0/0/1 msgs=0/0/0 bytes=0"


def haraka(text: str, session: str = UUID) -> str:
    return f"2026-11-28T16:51:37.235Z [NOTICE] [{session}] [core] {text}"


def ended(reply: str) -> str:
    return haraka(
        f'disconnect ip=192.0.2.7 rdns=c.test helo=c.test {COUNTS} lr="{reply}" time=0.02'
    )


@pytest.mark.parametrize(
    ("whole", "cause_id", "certain"),
    [
        (ended("550 I cannot deliver mail for <carol@example.net>"), "local-domains", False),
        (ended("535 5.7.8 Authentication failed"), "user-and-password", False),
        (ended("501 SSL attempted over a non-SSL socket"), "tls-from-first-byte", True),
        (ended("550 Message too big!"), "message-size", True),
        (ended("554 no"), "log-of-server", False),
        (haraka(' hook=rcpt plugin=greylist function=hook_rcpt params="" retval=DENYSOFT msg="x"'),
         "greylist", True),
        (haraka(' hook=connect plugin=dnsbl function=hook_connect params="" retval=DENY msg="x"'),
         "address-in-blocklist", True),
    ],
)  # fmt: skip
def test_what_a_line_means(whole, cause_id, certain) -> None:
    rule = meaning_of(whole)
    assert (rule.kind, rule.cause_id, rule.certain) == ("refusal", cause_id, certain)


def test_only_the_first_line_has_the_port() -> None:
    first = haraka("connect ip=192.0.2.7 port=49494 local_ip=192.0.2.1 local_port=25")
    traits = traits_of(line_of(first))
    assert (traits.clients, traits.port, traits.opens) == (("192.0.2.7",), 49494, True)
    assert traits.key == UUID


def test_a_transaction_belongs_to_its_connection() -> None:
    text = 'recipient <carol@example.net> code=OK msg="" sender=bob@example.org'
    traits = traits_of(line_of(haraka(text, f"{UUID}.1")))
    assert (traits.key, traits.queue_id) == (UUID, f"{UUID}.1")


def test_a_line_of_no_connection_has_no_session() -> None:
    assert traits_of(line_of(haraka("Listening on 127.0.0.1:25", "-"))).key == ""
