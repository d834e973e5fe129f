# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Causes that are planted in Dovecot: LMTP, and the submission service. See `planted.Planted`.

The `settings` hold for the address of the listener, but for `haproxy`, which is of the listener.
"""

from __future__ import annotations

import typing as t

from ansible_collections.mailops.smtp.tests.interop.planted import Planted
from ansible_collections.mailops.smtp.tests.interop.planted_postfix import IN_CLEAR, LOGIN

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.tests.interop.planted import Options

TO_MAILBOX: Options = {"protocol": "lmtp", "tls": "never"}

# fmt: off
DOVECOT: tuple[Planted, ...] = (  # noqa: E128 - a table
    Planted("Dovecot LMTP: the mailbox is full", "message 552", "mailbox-full", "",
        {}, {**TO_MAILBOX, "message": {}}, {"rcpt_to": ["full@example.test"]}, port=24,
        service="lmtp"),
    Planted("Dovecot LMTP: no such user", "rcpt_to 550", "recipient-known",
        r"\(nobody,.*unknown user",
        {}, TO_MAILBOX, {"rcpt_to": ["nobody@example.test"]}, port=24, service="lmtp"),
    Planted("Dovecot LMTP: SMTP to an LMTP server", "helo 500", "lmtp-wanted", "state=GREETING",
        {}, TO_MAILBOX, {"protocol": "esmtp"}, port=24, service="lmtp"),
    Planted("Dovecot submission: the relay is down", "mail_from 421", "way-onwards",
        "lip=",
        {"submission_relay_port": "$closed"}, LOGIN, port=587, service="submission"),
    Planted("Dovecot submission: no login", "mail_from 530", "log-in", "no auth attempts",
        {}, LOGIN, {"login_user": None, "login_password": None}, port=587, service="submission"),
    Planted("Dovecot submission: the password is wrong", "auth 535", "user-and-password",
        "auth failed|[Pp]assword mismatch",
        {}, LOGIN, {"login_password": "wrong"}, port=587, service="submission"),
    Planted("Dovecot submission: the authentication service fails", "auth 454",
        "authentication-service", r"checkpassword.*exited|temporary failure\): user=<stranded>", {},
        {**LOGIN, "auth_mechanism": "PLAIN"}, {"login_user": "stranded"}, port=587,
        service="submission"),
    Planted("Dovecot submission: a login only over TLS", "auth unsupported", "log-in-over-tls",
        "no auth attempts",
        {"disable_plaintext_auth": "yes"},
        {**LOGIN, **IN_CLEAR, "allow_plaintext_auth": True, "auth_mechanism": "PLAIN"},
        port=587, service="submission"),
    Planted("Dovecot submission: the size that MAIL declares", "mail_from 552", "message-size",
        "state=GREETING",
        {"submission_max_mail_size": "1000"}, {**LOGIN, "mail_parameters": ["SIZE=50000"]},
        port=587, service="submission"),
    Planted("Dovecot submission: a PROXY header is wanted", "greeting disconnect",
        "proxy-header-wanted", "haproxy", {"haproxy": "yes"}, LOGIN, port=587,
        service="submission"),
    Planted("Dovecot submission: a PROXY header that nobody expects", "helo protocol",
        "proxy-header-unwanted", "no auth attempts", {}, LOGIN,
        {"proxy": {"version": 1, "source": "192.0.2.250"}}, port=587, service="submission"),
    Planted("Dovecot submission: the certificate has expired", "starttls tls",
        "renew-certificate", "certificate expired", {"ssl_cert": "<$folder/tls/expired.pem",
         "ssl_key": "<$folder/tls/expired.key"},
        {**LOGIN, "tls": "required"}, port=587, service="submission"),
)
# fmt: on
