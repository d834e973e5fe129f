# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines as Exim 4.96 has written them, or as its source has them, and what they mean."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.servers.exim import traits_of
from ansible_collections.mailops.smtp.tests.unit.log_lines import line_of, meaning_of

HOST = "H=(client.example.test) [192.0.2.7] X=TLS1.3:AES_256_GCM:256 CV=no F=<bob@example.org>"


def exim(text: str) -> str:
    return f"2026-11-28 16:48:15 {text}"


@pytest.mark.parametrize(
    ("text", "kind", "cause_id", "certain"),
    [
        (f"{HOST} rejected RCPT <carol@example.net>: relay not permitted",
         "refusal", "relay-for-address", False),
        (f"{HOST} rejected RCPT <nobody@example.test>: Unrouteable address",
         "refusal", "recipient-known", True),
        ('H=[192.0.2.7] rejected connection in "connect" ACL: this network may not send here',
         "refusal", "client-denied", True),
        ("refused connection from [192.0.2.7] (host_reject_connection)",
         "refusal", "client-denied", True),
        (f"{HOST} temporarily rejected RCPT <a@example.test>: greylisted, come back later",
         "refusal", "greylist", True),
        (f"{HOST} temporarily rejected RCPT <a@example.test>: later", "refusal", "log-of-server",
         False),
        (("scram_sha_256 authenticator failed for (client.example.test) [192.0.2.7]: 535 Incorrect"
         " authentication data (set_id=alice)"), "refusal", "user-and-password", False),
        ("plain authenticator failed for (c) [192.0.2.7]: 435 Unable to authenticate at present",
         "refusal", "authentication-service", True),
        ("rejected EHLO from [192.0.2.7]: syntactically invalid argument(s): bad_name",
         "refusal", "helo-name", True),
        (("rejected MAIL FROM:<b@example.org> H=(client.example.test) [192.0.2.7]: message too big:"
         " size=900000 max=100000"), "refusal", "message-size", True),
        (("SMTP protocol synchronization error (input sent without waiting for greeting): rejected"
         " connection from H=[192.0.2.7] input=\"EHLO a\\r\\n\""), "refusal", "speaks-too-early",
         True),
        ("Connection from [192.0.2.7] refused: too many connections", "refusal", "server-health",
         True),
        ("Connection from [192.0.2.7] refused: too many connections from that IP address",
         "refusal", "limits-for-one-client", True),
        (f"{HOST} rejected RCPT <a@example.test>: 192.0.2.7 is listed at zen.spamhaus.org",
         "refusal", "address-in-blocklist", False),
        (f"{HOST} rejected RCPT <a@example.test>: Sender verify failed", "refusal",
         "sender-domain", False),
        (f"{HOST} rejected after DATA: spam", "refusal", "content-filter", False),
        (("TLS error on connection from [192.0.2.7] (cert/key setup: cert=/etc/exim4/a.pem"
         " key=/etc/exim4/a.key): Error while reading file."), "fault", "starttls-not-now", True),
        (("H=(c) [192.0.2.7] F=<b@example.org> temporarily rejected RCPT <a@example.test>: lookup"
         ' of "a" gave DEFER: cannot open'), "fault", "server-look-ups", True),
        ("TLS error on connection from (c) [192.0.2.7] (gnutls_handshake): Decryption has failed.",
         "end", None, False),
        (("TLS error on connection from [192.0.2.7] (SSL_accept): error:0A000418:SSL routines::"
         "tlsv1 alert unknown ca"), "end", None, False),
        ("SMTP command timeout on connection from (c) [192.0.2.7] D=5m", "end", "where-time-went",
         True),
        ("unexpected disconnection while reading SMTP command from (a) [192.0.2.7] D=0s",
         "end", None, False),
        (("SMTP call from [192.0.2.7] dropped: too many syntax or protocol errors (last command was"
         ' "x", NULL)'), "end", "first-refusal", True),
        ("no host name found for IP address 192.0.2.7", "hint", "reverse-dns", False),
    ],
)  # fmt: skip
def test_what_a_line_means(text, kind, cause_id, certain) -> None:
    rule = meaning_of(exim(text))
    assert (rule.kind, rule.cause_id, rule.certain) == (kind, cause_id, certain)


@pytest.mark.parametrize(
    ("text", "clients", "port", "key", "queue_id"),
    [
        ("H=(c) [192.0.2.7] rejected RCPT <a@b.test>: no", ("192.0.2.7",), None, "", None),
        ("H=(c) [192.0.2.7]:40000 rejected RCPT <a@b.test>: no", ("192.0.2.7",), 40000, "", None),
        ("[4711] H=(c) [2001:db8::7] rejected", ("2001:db8::7",), None, "pid 4711", None),
        ("1xXLaz-00000X-0y <= bob@example.org H=(c) [192.0.2.7] P=esmtps",
         ("192.0.2.7",), None, "", "1xXLaz-00000X-0y"),
        ("1xXLaz-00000X-0y => a@example.net R=dns T=smtp H=mx2 [192.0.2.7]",
         (), None, "", "1xXLaz-00000X-0y"),
        ("no host name found for IP address 192.0.2.7", ("192.0.2.7",), None, "", None),
    ],
)  # fmt: skip
def test_what_a_line_tells_of_its_session(text, clients, port, key, queue_id) -> None:
    traits = traits_of(line_of(exim(text)))
    assert (traits.clients, traits.port) == (clients, port)
    assert (traits.key, traits.queue_id) == (key, queue_id)
