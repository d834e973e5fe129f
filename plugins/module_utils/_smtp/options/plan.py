# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of one dialogue: its options, read, checked and grouped. No I/O.

The fields of a group have the names of the module's options. The default of a group asks for
nothing, so `plan._replace(envelope=Envelope())` is the plan of the same dialogue without mail.
"""

from __future__ import annotations

import typing as t

from ..._net.tls.policy import TlsPolicy

if t.TYPE_CHECKING:
    from ..._net.redaction import SecretPattern
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
    mx_preference: int | None = None  # if the host is a mail exchanger of the domain in `mx`

    @property
    def title(self) -> str:
        """The name of the server in messages."""
        return self.socket or f"{self.host} port {self.port}"


class Client(t.NamedTuple):
    """The client that connects: this host, or another client that it presents."""

    source_address: str | None = None
    helo: str | None = None
    proxy: ProxySpec | None = None
    xclient: t.Mapping[str, str] = {}


class Login(t.NamedTuple):
    """The user that logs in, the password or token, and the mechanism."""

    user: str
    password: str
    mechanism: str
    allow_plaintext: bool


class Envelope(t.NamedTuple):
    """The sender, the recipients and the message. No mail is sent without a message."""

    mail_from: str | None = None
    mail_parameters: tuple[str, ...] = ()
    rcpt_to: tuple[str, ...] = ()
    rcpt_parameters: tuple[str, ...] = ()
    message: MessageSpec | None = None

    @property
    def utf8(self) -> bool:
        """Whether an address needs the extension SMTPUTF8 (RFC 6531)."""
        return not "".join([self.mail_from or "", *self.rcpt_to]).isascii()


class Expectations(t.NamedTuple):
    """The expectations of the user.

    `expect` replaces the default expectation of each stage that it has, which is a good reply.
    `max_seconds` is the limit on the duration of the whole dialogue.
    """

    expect: t.Mapping[Stage, Patterns] = {}
    expect_capabilities: tuple[str, ...] = ()
    forbid_capabilities: tuple[str, ...] = ()
    max_seconds: float | None = None


class Limits(t.NamedTuple):
    """The time limits in seconds, and the retries.

    `connect_timeout` is for one address, `timeout` for one reply, `deadline` for the look-up and
    the dialogue. `retries` is the number of attempts after the first.
    """

    connect_timeout: float = 10.0
    timeout: float = 30.0
    deadline: float = 120.0
    retries: int = 0
    retry_delay: float = 5.0


class Steps(t.NamedTuple):
    """The steps that the dialogue takes, and the extensions that it uses."""

    protocol: str = "esmtp"
    pipelining: bool = False
    chunking: bool = False
    stop_after: Stage | None = None
    check_mode: bool = False


class Plan(t.NamedTuple):
    """The plan of one dialogue.

    `secrets` are the users and passwords of all dialogues of the task. A server, or two that work
    together, may repeat in one dialogue what was sent in another.
    """

    endpoint: Endpoint
    client: Client = Client()
    tls: TlsPolicy = TlsPolicy()
    login: Login | None = None
    envelope: Envelope = Envelope()
    expectations: Expectations = Expectations()
    limits: Limits = Limits()
    steps: Steps = Steps()
    secrets: tuple[tuple[str, str], ...] = ()

    @property
    def tls_name(self) -> str:
        """The name for which the certificate must be valid, and whose TLSA records are looked up.

        A dot at the end of the host, as in DNS, is not a part of it (RFC 6066 section 3).
        """
        name = self.tls.tls_server_name or self.endpoint.host or ""
        return name[:-1] if name.endswith(".") else name

    @property
    def secret_pattern(self) -> SecretPattern | None:
        """A pattern for the secrets in any encoding, or None without any."""
        if not self.secrets:
            return None
        from ..._net.redaction import joint_pattern

        return joint_pattern(self.login.user if self.login else "", self.secrets)

    @property
    def sends_message(self) -> bool:
        """Whether a message is sent if the server accepts all commands."""
        steps = self.steps
        return self.envelope.message is not None and not (steps.stop_after or steps.check_mode)

    @property
    def message_recipients(self) -> tuple[str | None, ...]:
        """The recipient of each reply to the message, or None for a reply for all of them."""
        return self.envelope.rcpt_to if self.steps.protocol == "lmtp" else (None,)

    @property
    def expected_stages(self) -> t.Mapping[Stage, Patterns]:
        """The patterns of each stage. Check mode has no stages `data` and `message`."""
        expect = self.expectations.expect
        if not self.steps.check_mode:
            return expect
        return {stage: expect[stage] for stage in expect if stage not in ("data", "message")}

    def expected(self, stage: Stage) -> Patterns:
        """Return the patterns of one stage. They are empty if a good reply is expected."""
        return self.expectations.expect.get(stage, ())
