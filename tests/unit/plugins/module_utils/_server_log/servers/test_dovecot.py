# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines as Dovecot 2.3 has written them, or as its source has them, and what they mean."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.servers.dovecot import (
    traits_of,
)
from ansible_collections.mailops.smtp.tests.unit.log_lines import line_of, meaning_of

WHO = "rip=192.0.2.7, lip=192.0.2.1, TLS, session=<0YSq8Vhhkpt/AAAB>"


def dovecot(text: str) -> str:
    return f"Nov 28 16:48:15 {text}"


@pytest.mark.parametrize(
    ("text", "kind", "cause_id", "certain"),
    [
        (("submission-login: Info: Disconnected: Aborted login by logging out (auth failed, 1"
         f" attempts in 1 secs): user=<alice>, method=PLAIN, {WHO}"),
         "refusal", "user-and-password", False),
        (("submission-login: Info: Disconnected: Aborted login by logging out (no auth attempts in"
         f" 0 secs): user=<>, {WHO}"), "end", "log-in", False),
        (("submission-login: Info: Aborted login (tried to use disallowed plaintext auth): user=<>,"
         f" {WHO}"), "refusal", "log-in-over-tls", True),
        (f"submission-login: Info: Disconnected: Inactivity (no auth attempts in 180 secs): {WHO}",
         "end", "where-time-went", True),
        (("submission-login: Info: Disconnected: TLS handshaking: SSL_accept() failed:"
         f" error:0A000418:SSL routines::tlsv1 alert unknown ca: SSL alert 48: user=<>, {WHO}"),
         "end", None, False),
        (("submission-login: Info: Disconnected: Connection closed (no auth attempts in 1 secs):"
          " user=<>, rip=192.0.2.7, lip=192.0.2.1, TLS handshaking: Connection closed,"
          " session=<AKjB8VhhLNx/AAAB>"), "end", "tls-port", False),
        ("submission-login: Warning: haproxy: Client not trusted (rip=192.0.2.7)",
         "fault", "proxy-header-unwanted", True),
        (("submission-login: Info: Maximum number of connections from user+IP exceeded"
         f" (mail_max_userip_connections=10): user=<alice>, {WHO}"),
         "refusal", "limits-for-one-client", True),
        (("master: Warning: service(submission-login): client_limit (100) reached, client"
         " connections are being dropped"), "fault", "server-health", True),
        ("auth: Info: scram-sha-256(alice,192.0.2.7,<0YSq8Vhhkpt/AAAB>): Password mismatch",
         "refusal", "user-and-password", True),
        ("auth: Info: passwd-file(nobody,192.0.2.7): unknown user", "refusal", "user-and-password",
         False),
        ("auth: Error: sql(alice,192.0.2.7): connect failed", "fault", "authentication-service",
         True),
        (("lmtp(full)<22><CEH/EdUFC2sWAAAAg+zDdQ>: Info: msgid=<4@c.test>: save failed to INBOX:"
         " Quota exceeded (mailbox for user is full)"), "refusal", "mailbox-full", True),
        (("lmtp(alice)<22><CEH/EdUFC2sWAAAAg+zDdQ>: Info: msgid=<4@c.test>: save failed to INBOX:"
         " Permission denied"), "refusal", "log-of-server", False),
    ],
)  # fmt: skip
def test_what_a_line_means(text, kind, cause_id, certain) -> None:
    rule = meaning_of(dovecot(text))
    assert (rule.kind, rule.cause_id, rule.certain) == (kind, cause_id, certain)


@pytest.mark.parametrize(
    ("text", "clients", "key"),
    [
        (f"submission-login: Info: Login: user=<a>, {WHO}", ("192.0.2.7",), "0YSq8Vhhkpt/AAAB"),
        ("submission(a)<24><0YSq8Vhhkpt/AAAB>: Info: Disconnected: Logged out",
         (), "0YSq8Vhhkpt/AAAB"),
        ("auth: Info: plain(a,192.0.2.7,<0YSq8Vhhkpt/AAAB>): Password mismatch",
         ("192.0.2.7",), "0YSq8Vhhkpt/AAAB"),
        ("auth: Info: plain(a,192.0.2.7): Password mismatch", ("192.0.2.7",), ""),
        ("lmtp(22): Info: Connect from 192.0.2.7", ("192.0.2.7",), "lmtp 22"),
        ("lmtp(22): Info: Disconnect from 192.0.2.7: Logged out (state=READY)",
         ("192.0.2.7",), "lmtp 22"),
        ("lmtp(full)<22><CEH/E>: Info: msgid=<4@c.test>: save failed", (), "lmtp 22"),
    ],
)  # fmt: skip
def test_what_a_line_tells_of_its_session(text, clients, key) -> None:
    traits = traits_of(line_of(dovecot(text)))
    assert (traits.clients, traits.key) == (clients, key)


def test_a_line_of_syslog_has_no_level() -> None:
    line = line_of("Nov 28 16:48:15 mx dovecot: lmtp(22): Connect from 192.0.2.7")
    traits = traits_of(line)
    assert (line.program, traits.key, traits.opens) == ("lmtp", "lmtp 22", True)
