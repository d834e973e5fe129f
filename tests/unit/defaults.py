# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module hands on where its user gives a host and nothing else."""

from __future__ import annotations

import typing as t

DEFAULTS: dict[str, t.Any] = {
    "host": "relay.example.com",
    "port": None,
    "socket": None,
    "mx": None,
    "every_address": False,
    "address_family": "any",
    "source_address": None,
    "protocol": "esmtp",
    "helo": None,
    "proxy": None,
    "xclient": None,
    "tls": "opportunistic",
    "validate_certs": True,
    "ca_path": None,
    "client_cert": None,
    "client_key": None,
    "tls_server_name": None,
    "tls_min_version": None,
    "tls_ciphers": None,
    "cert_min_days": None,
    "dane": False,
    "login_user": None,
    "login_password": None,
    "auth_mechanism": "auto",
    "allow_plaintext_auth": False,
    "mail_from": None,
    "mail_parameters": None,
    "rcpt_to": None,
    "rcpt_parameters": None,
    "message": None,
    "pipelining": False,
    "chunking": False,
    "stop_after": None,
    "expect": None,
    "expect_capabilities": None,
    "forbid_capabilities": None,
    "max_seconds": None,
    "connect_timeout": 10.0,
    "timeout": 30.0,
    "deadline": 120.0,
    "retries": 0,
    "retry_delay": 5.0,
    "targets": None,
    "concurrency": 20,
    "per_server": 2,
}
