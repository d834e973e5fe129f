# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one dialogue is to do, in groups: the options, read and checked. No I/O.

The fields of a group are called as the module's options are. A group that is left out asks for
nothing: `plan._replace(envelope=Envelope())` is the same dialogue without mail.
"""

from __future__ import annotations

import typing as t

from ..._net.tls.policy import TlsPolicy

if t.TYPE_CHECKING:
    from ..model import Stage
    from ..wire.message import MessageSpec
    from ..wire.proxy_header import ProxySpec
    from .expectation import Patterns


class Endpoint(t.NamedTuple):
    """The server: a host with a port, or a UNIX socket."""

    host: str | None = None
    port: int = 25
    socket: str | None = None
    address_family: str = "any"
    mx_preference: int | None = None  # where the host is a mail exchanger of some domain

    @property
    def title(self) -> str:
        """The server as a person names it."""
        return self.socket or f"{self.host} port {self.port}"


class Client(t.NamedTuple):
    """Who connects: this host, as it presents itself, or the client that it stands for."""

    source_address: str | None = None
    helo: str | None = None
    proxy: ProxySpec | None = None
    xclient: t.Mapping[str, str] = {}


class Login(t.NamedTuple):
    """Who logs in, and how."""

    user: str
    password: str
    mechanism: str
    allow_plaintext: bool


class Envelope(t.NamedTuple):
    """The sender, the recipients, and the message for them. Without a message no mail is sent."""

    mail_from: str | None = None
    mail_parameters: tuple[str, ...] = ()
    rcpt_to: tuple[str, ...] = ()
    rcpt_parameters: tuple[str, ...] = ()
    message: MessageSpec | None = None

    @property
    def utf8(self) -> bool:
        """Whether an address needs SMTPUTF8 (RFC 6531)."""
        return not "".join([self.mail_from or "", *self.rcpt_to]).isascii()


class Expectations(t.NamedTuple):
    """What the user expects in place of good replies, and beside them. Seconds are in total."""

    expect: t.Mapping[Stage, Patterns] = {}
    expect_capabilities: tuple[str, ...] = ()
    forbid_capabilities: tuple[str, ...] = ()
    max_seconds: float | None = None


class Limits(t.NamedTuple):
    """How long things may take, in seconds, and how often they are tried again."""

    connect_timeout: float = 10.0
    timeout: float = 30.0
    deadline: float = 120.0
    retries: int = 0
    retry_delay: float = 5.0


class Steps(t.NamedTuple):
    """Which steps the dialogue takes, and how."""

    protocol: str = "esmtp"
    pipelining: bool = False
    chunking: bool = False
    stop_after: Stage | None = None
    check_mode: bool = False


class Plan(t.NamedTuple):
    """What one dialogue is to do."""

    endpoint: Endpoint
    client: Client = Client()
    tls: TlsPolicy = TlsPolicy()
    login: Login | None = None
    envelope: Envelope = Envelope()
    expectations: Expectations = Expectations()
    limits: Limits = Limits()
    steps: Steps = Steps()

    @property
    def tls_name(self) -> str:
        """The name that the server's certificate, or its TLSA records, must be for.

        The dot at the end of a name that is not to be completed is no part of it (RFC 6066
        section 3).
        """
        name = self.tls.tls_server_name or self.endpoint.host or ""
        return name[:-1] if name.endswith(".") else name

    @property
    def sends_message(self) -> bool:
        """Whether a message is sent when all goes well."""
        steps = self.steps
        return self.envelope.message is not None and not (steps.stop_after or steps.check_mode)

    @property
    def expected_stages(self) -> t.Mapping[Stage, Patterns]:
        """The patterns of each stage, without the stages that check mode leaves out."""
        expect = self.expectations.expect
        if not self.steps.check_mode:
            return expect
        return {stage: expect[stage] for stage in expect if stage not in ("data", "message")}

    def expected(self, stage: Stage) -> Patterns:
        """Return the patterns of one stage: empty where a good reply is expected."""
        return self.expectations.expect.get(stage, ())
