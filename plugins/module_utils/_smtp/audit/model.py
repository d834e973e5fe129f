# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A check of an audit, what a server answered to it, and the verdict. No I/O.

A *vantage* is the view of a client on a server: `untrusted` is a client without relay rights,
`trusted` one with relay rights, and `authed` one that logs in. A check is valid from some vantages
only: a refusal that a trusted client sees proves nothing about strangers.

The *risk* of a check is 0 if it sends no message, 1 if it sends one message to a mailbox of the
auditor's, and 2 if it sends odd bytes, or much.
"""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from ..._net.errors import ErrorKind
    from ..._net.tls.handshake import TlsSession
    from ..wire.capabilities import Capabilities
    from ..wire.reply import Reply

    Vantage = t.Literal["untrusted", "trusted", "authed"]
    Profile = t.Literal["relay", "mx", "submission"]
    VerdictName = t.Literal["sound", "finding", "undecided", "not_applicable"]
    # A positive control shows that the server accepts what it must accept. The control of the
    # vantage shows whether the server relays for this client.
    ControlKind = t.Literal["", "positive", "vantage"]
    StepKind = t.Literal[
        "hello",
        "send",
        "bytes",
        "split",
        "wait",
        "starttls",
        "handshake",
        "login",
        "expect_silence",
        "read",
    ]
    # `unreachable` is a connection that was refused or that nobody answered.
    Happening = t.Literal["connected", "reply", "silence", "closed", "unreachable", "error"]
else:
    Vantage = Profile = VerdictName = ControlKind = StepKind = Happening = ErrorKind = str

VANTAGES: tuple[Vantage, ...] = ("untrusted", "trusted", "authed")
PROFILES: tuple[Profile, ...] = ("relay", "mx", "submission")
# The worst first. The verdict of a check with several connections is the worst of them.
VERDICTS: tuple[VerdictName, ...] = ("finding", "undecided", "sound", "not_applicable")
CONTROL_KINDS: tuple[ControlKind, ...] = ("positive", "vantage")
STEP_KINDS: tuple[StepKind, ...] = (
    "hello",
    "send",
    "bytes",
    "split",
    "wait",
    "starttls",
    "handshake",
    "login",
    "expect_silence",
    "read",
)
MAX_RISK = 2

# The words of `want`, beside reply patterns such as 550, 5xx, 5.7.1 and /text/.
WANTS = ("accepted", "refused", "any", "closed", "silence", "unreachable")

# The variables that the user sets, or that follow from what the user sets.
USER_VARIABLES = (
    "own_domain",  # a domain that the server takes mail for
    "user",  # an existing recipient of own_domain that belongs to the auditor
    "user_local",  # its local part
    "second_user",  # another existing address of own_domain
    "other_domain",  # a domain of the auditor's that the server does not take mail for
    "other_user",  # a recipient of other_domain
    "other_local",  # its local part
    "stranger",  # a sender of other_domain
    "client_cert",  # the file of a client certificate, for `needs` alone
)
# The variables of a connection.
CONNECTION_VARIABLES = (
    "helo",  # the name of this client
    "ip",  # the address of the server
    "literal",  # the same as an address literal: [192.0.2.1] or [IPv6:2001:db8::1]
    "client_ip",
    "client_literal",
    "port",
    "server_name",  # the name of the server in its greeting or its reply to EHLO
    "nobody",  # a random address of own_domain, the same in the whole audit
    "random",  # a random word, each time another one
    "token",  # the word that finds a message again
)
VARIABLES = (*USER_VARIABLES, *CONNECTION_VARIABLES)


class Step(t.NamedTuple):
    """One step of a check.

    `texts` is the line of `send`, the escaped bytes of `bytes`, each write of `split`, or the name
    that `hello` says, if it says another name than the user's. `seconds` is the time of `wait` and
    `expect_silence`. `replies` are the names of the replies that are read afterwards.
    """

    kind: StepKind
    texts: tuple[str, ...] = ()
    seconds: float = 0.0
    replies: tuple[str, ...] = ()


# The step with which most checks begin.
HELLO = Step("hello", replies=("helo",))


class Predicate(t.NamedTuple):
    """What must be true of the replies, beside `want`. `name` is that of a function."""

    name: str
    argument: t.Mapping[str, t.Any]

    @property
    def replies(self) -> tuple[str, ...]:
        """The names of the replies that it looks at."""
        return tuple(self.argument.get("of", self.argument.get("in", ())))


class Check(t.NamedTuple):
    """A check: a dialogue with a server, and the answers that are wanted.

    `want` has the alternatives for each named reply, and `requires` those without which the check
    is not applicable. `variants` has lists of values: the check is
    made once for each combination. `ports` and `every_address` say where to connect, if not to
    the server as given. `unless` has the ids of plainer checks: if one of them is a finding, an
    acceptance here proves nothing of its own.
    """

    id: str
    proves: str
    steps: tuple[Step, ...]
    want: t.Mapping[str, tuple[str, ...]]
    vantages: tuple[Vantage, ...] = VANTAGES
    profiles: tuple[Profile, ...] = PROFILES
    risk: int = 0
    is_control: ControlKind = ""
    needs: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    requires: t.Mapping[str, tuple[str, ...]] = {}
    predicates: tuple[Predicate, ...] = ()
    variants: t.Mapping[str, tuple[str, ...]] = {}
    ports: tuple[int, ...] = ()
    every_address: bool = False
    unless: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The names of all replies that decide, after which the dialogue goes on."""
        compared = (name for one in self.predicates for name in one.replies)
        return frozenset([*self.want, *self.requires, *compared])


class Answer(t.NamedTuple):
    """What the server did at a step. `reply` is there if it is a reply, `text` if it is an error.

    `name` is that of the reply in `want`, and `command` what was sent before it, as shown.
    """

    name: str
    happening: Happening
    reply: Reply | None = None
    text: str = ""
    command: str = ""
    kind: ErrorKind | None = None

    @property
    def shown(self) -> str:
        """The answer as a reader sees it, such as `550 5.7.1 Relaying denied`."""
        if self.reply is not None:
            return f"{self.reply.code} {self.reply.text}".rstrip()
        return self.text or {"silence": "no answer", "closed": "the connection was closed"}.get(
            self.happening, self.happening
        )


class Held(t.NamedTuple):
    """What the server answered to the steps of a check, over one connection.

    `last` is the answer that ended the dialogue before its last step, or None. `offered` has the
    capabilities after the last EHLO, and `tls_version` the version of TLS, or None without TLS.
    `tls` is the report of the handshake, also of one that failed. `missing` is a variable that the
    connection did not have.
    """

    answers: t.Mapping[str, Answer] = {}
    last: Answer | None = None
    offered: Capabilities | None = None
    tls_version: str | None = None
    missing: str | None = None
    tls: TlsSession | None = None


class Verdict(t.NamedTuple):
    """The verdict of a check.

    `evidence` is a sentence, and `decided_by` the answer that it rests on. `by_refusal` is whether
    a sound verdict rests on a refusal, which shows nothing on a server that refuses everything.
    """

    name: VerdictName
    evidence: str
    decided_by: Answer | None = None
    by_refusal: bool = False
