# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of TLS. No I/O."""

from __future__ import annotations

import typing as t


class TlsPolicy(t.NamedTuple):
    """The options of TLS, by their names in the module smtp_handshake."""

    tls: str = "never"
    validate_certs: bool = True
    ca_path: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    tls_server_name: str | None = None
    tls_min_version: str | None = None
    tls_ciphers: tuple[str, ...] = ()
    cert_min_days: int | None = None
    dane: bool = False

    @property
    def required(self) -> bool:
        """Whether a dialogue without TLS is a failure."""
        return self.tls in ("required", "implicit")

    @property
    def judges(self) -> bool:
        """Whether a certificate that does not verify is a failure. DANE verifies in its own way."""
        return self.required and self.validate_certs and not self.dane

    @property
    def depends_on_host(self) -> bool:
        """Whether it takes a file, an algorithm or the ssl module, which a host may not have."""
        if self.tls == "never":
            return False
        of_host = (self.ca_path, self.client_cert, self.client_key, self.tls_min_version)
        named = bool(self.tls_ciphers) or any(value is not None for value in of_host)
        return self.required or named
