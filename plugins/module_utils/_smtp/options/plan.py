# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one dialogue is to do, as its user wants it: the options, read and checked."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from ..._net.tls.policy import TlsPolicy
    from ..wire.message import MessageSpec
    from ..wire.proxy_header import ProxySpec
    from .expectation import Patterns


class Login(t.NamedTuple):
    """Who to log in as, and how."""

    user: str
    password: str
    mechanism: str
    allow_plaintext: bool


class Plan(t.NamedTuple):
    """What one dialogue is to do. Field names are those of the module's options."""

    host: str | None
    port: int
    socket: str | None
    address_family: str
    source_address: str | None
    protocol: str
    helo: str | None
    proxy: ProxySpec | None
    xclient: t.Mapping[str, str]
    tls: TlsPolicy
    login: Login | None
    mail_from: str | None
    mail_parameters: tuple[str, ...]
    rcpt_to: tuple[str, ...]
    rcpt_parameters: tuple[str, ...]
    message: MessageSpec | None
    pipelining: bool
    chunking: bool
    stop_after: str | None
    expect: t.Mapping[str, Patterns]
    expect_capabilities: tuple[str, ...]
    forbid_capabilities: tuple[str, ...]
    max_seconds: float | None
    connect_timeout: float
    timeout: float
    deadline: float
    retries: int
    retry_delay: float
    check_mode: bool
    mx_preference: int | None = None  # where the host is a mail exchanger of some domain

    @property
    def server(self) -> str:
        """The server as a person names it."""
        return self.socket or f"{self.host} port {self.port}"

    @property
    def tls_name(self) -> str:
        """The name that the server's certificate, or its TLSA records, must be for.

        The dot at the end of a name that is not to be completed is no part of it (RFC 6066
        section 3).
        """
        name = self.tls.tls_server_name or self.host or ""
        return name[:-1] if name.endswith(".") else name

    @property
    def utf8(self) -> bool:
        """Whether an address needs SMTPUTF8 (RFC 6531)."""
        return not "".join([self.mail_from or "", *self.rcpt_to]).isascii()

    @property
    def sends_message(self) -> bool:
        """Whether a message goes out when all goes well."""
        return self.message is not None and self.stop_after is None and not self.check_mode

    @property
    def expectations(self) -> t.Mapping[str, Patterns]:
        """What is expected, without the stages that check mode leaves out."""
        if not self.check_mode:
            return self.expect
        skipped = ("data", "message")
        return {stage: patterns for stage, patterns in self.expect.items() if stage not in skipped}

    def expected(self, stage: str) -> Patterns:
        """The patterns for one stage, none where the default holds."""
        return self.expect.get(stage, ())
