# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A CA of the test's own, and servers' contexts with certificates of it."""

from __future__ import annotations

import datetime
import ssl
import typing as t

import trustme

DAY = datetime.timedelta(days=1)


class Authority:
    """A CA of the test's own, and servers' contexts with certificates of it."""

    def __init__(self, folder: t.Any) -> None:
        self._ca = trustme.CA()
        self.path = str(folder / "ca.pem")
        self._ca.cert_pem.write_to_path(self.path)

    def context(self, *names: str, days: int = 30) -> ssl.SSLContext:
        """Return a server's context with a certificate for these names."""
        options: dict[str, t.Any] = {}
        if days != 30:
            now = datetime.datetime.now(datetime.timezone.utc)
            options["not_after"] = (now + days * DAY).replace(tzinfo=None)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert(*names, **options).configure_cert(context)
        return context

    def certificate(self, *names: str) -> bytes:
        """Return a certificate for these names, in DER."""
        (chain, *_others) = self._ca.issue_cert(*names).cert_chain_pems
        return ssl.PEM_cert_to_DER_cert(chain.bytes().decode())
