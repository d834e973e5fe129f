# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What servers of mailboxes say who let nobody in: those to come back to, and those not to."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.refusals import is_temporary
from ansible_collections.mailops.smtp.tests.unit import work

# From the logs in public issues: of mailcore2, libetpan, MailKit, node-imap, imapfilter, Mailu,
# docker-mailserver, perdition, imapflow and K-9 Mail, and from the sources of the servers.
FOR_NOW = [
    "[ALERT] Too many simultaneous connections. (Failure)",  # Gmail
    "[ALERT] Account exceeded command or bandwidth limits. (Failure)",
    "[OVERQUOTA] Account exceeded command or bandwidth limits.",
    "[SYS/TEMP] Temporary system problem. Please try again later.",
    "[IN-USE] Unable to lock maildrop: Mailbox is locked by POP server",
    "[UNAVAILABLE] Temporary authentication failure. [mail:2020-06-11 13:56:19]",  # Dovecot
    "Temporary authentication failure.",
    "[UNAVAILABLE] Account is temporarily unavailable.",
    (
        "[UNAVAILABLE] Maximum number of connections from user+IP exceeded"
        " (mail_max_userip_connections=16)"
    ),
    "Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
    "[IN-USE] mailbox already in use by pid 12345",
    "Too many open connections for your user",  # Cyrus
    "Unable to lock maildrop: Mailbox is locked by POP server",
    "Temporary problem, please try again later",  # Courier
    "Maximum connection limit reached.",
    "Server Unavailable. 15",  # Exchange
    "Request is throttled. Suggested Backoff Time: 299923 milliseconds",
    (
        "Exceeded the login limit for a 15 minute period. Reduce the frequency of requests to the"
        " POP3 server."
    ),
    "[LIMIT] Rate limit hit.",  # Yahoo
    "[SERVERBUG] LOGIN Server error - Please try again later",
    "Authentication rate limit from one source exceeded",  # Mailu
    "Temporary authentication failure (rate-limit)",
    "[LIMIT] Too many authentication requests from this IP address.",  # Stalwart
    "Busy - please try later",  # Gordano
    "Too many login attempts, please try again later",
    "maildrop already locked",
    "another POP3 session is active",
    "[LOGIN-DELAY] not so soon",
    "[INUSE] the mailbox is in use",
    "Server is shutting down.",
    "[alert] [unavailable] later",
]

FOR_GOOD = [
    "[AUTHENTICATIONFAILED] Invalid credentials (Failure)",
    "[ALERT] Invalid credentials (Failure)",
    "[AUTH] Username and password not accepted.",
    "[ALERT] Application-specific password required: https://support.google.com/accounts (Failure)",
    "[ALERT] Please log in via your web browser: https://support.google.com/mail (Failure)",
    "LOGIN failed.",
    "AUTHENTICATE failed.",
    "Logon failure: unknown user name or bad password.",
    "Login failed: generic failure",
    "Login incorrect",
    "Re-Authentication Failure",
    "[PRIVACYREQUIRED] Plaintext authentication disallowed on non-secure connections.",
    "IMAP access is disabled for your domain. Please contact your domain administrator",
    # Exchange says so where the password is wrong that it has taken a moment ago.
    "User is authenticated but not connected.",
    # Of several reasons one is the password, and nobody knows which it is (QQ Mail).
    (
        "Login fail. Account is abnormal, service is not open, password is incorrect, login"
        " frequency limited, or system is busy."
    ),
    "Login failed. Please try again later.",
    "Invalid login or password. Please try again later.",
    "[AUTHENTICATIONFAILED] Too many login attempts",
    # Each further try makes it worse.
    "Too many failed login attempts. Try again later.",
    "Too many login failures",
    "Your account has been temporarily locked, try again later",
    (
        "Access to your account has been temporarily restricted as Yandex suspects it may have been"
        " hacked."
    ),
    "wrong [UNAVAILABLE]",  # a code stands at the beginning
    "",
]


@pytest.mark.parametrize("text", FOR_NOW)
def test_a_refusal_for_now_is_waited_for(text: str) -> None:
    assert is_temporary(text)


@pytest.mark.parametrize("text", FOR_GOOD)
def test_a_refusal_for_good_is_not(text: str) -> None:
    assert not is_temporary(text)


@pytest.mark.parametrize(
    "unit", ["too many ", "[A", "[A] ", "maximum ", "temporary ", "user ", "auth ", "mailbox ", "a"]
)
def test_a_megabyte_takes_no_time(unit: str) -> None:
    work.assert_ends(is_temporary, unit * (1_000_000 // len(unit)), cpu_seconds=5)
