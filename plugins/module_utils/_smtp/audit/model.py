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
    from ..._net.tls.client_hello import Offer
    from ..._net.tls.handshake import TlsSession
    from ..._net.tls.server_hello import Choice
    from ..wire.capabilities import Capabilities
    from ..wire.reply import Reply

    Vantage = t.Literal["untrusted", "trusted", "authed"]
    Profile = t.Literal["relay", "mx", "submission", "none"]
    VerdictName = t.Literal["sound", "finding", "undecided", "not_applicable"]
    # A positive control shows that the server accepts what it must accept. The control of the
    # vantage shows whether the server relays for this client.
    ControlKind = t.Literal["", "positive", "vantage"]
    StepKind = t.Literal[
        "early",
        "hello",
        "send",
        "bytes",
        "split",
        "fill",
        "wait",
        "starttls",
        "handshake",
        "login",
        "expect_silence",
        "listen",
        "read",
        "offer",
    ]
    # `unreachable` is a connection that was refused or that nobody answered. An offer of TLS is
    # `accepted` or `refused`.
    Happening = t.Literal[
        "connected", "reply", "silence", "closed", "unreachable", "error", "accepted", "refused"
    ]
else:
    Vantage = Profile = VerdictName = ControlKind = StepKind = Happening = ErrorKind = str

VANTAGES: tuple[Vantage, ...] = ("untrusted", "trusted", "authed")
# The profiles of mail servers, and that of a host that is to be none.
MAIL_PROFILES: tuple[Profile, ...] = ("relay", "mx", "submission")
PROFILES: tuple[Profile, ...] = (*MAIL_PROFILES, "none")
# The worst first. The verdict of a check with several connections is the worst of them.
VERDICTS: tuple[VerdictName, ...] = ("finding", "undecided", "sound", "not_applicable")
CONTROL_KINDS: tuple[ControlKind, ...] = ("positive", "vantage")
STEP_KINDS: tuple[StepKind, ...] = (
    "early",
    "hello",
    "send",
    "bytes",
    "split",
    "fill",
    "wait",
    "starttls",
    "handshake",
    "login",
    "expect_silence",
    "listen",
    "read",
    "offer",
)
MAX_RISK = 2

# The questions to the DNS that a check may ask in place of steps (see dns/questions.py).
DNS_QUESTIONS = (
    "ptr",
    "mx",
    "sts",
    "tlsrpt",
    "spf",
    "dmarc",
    "dnssec",
    "tlsa",
    "blocklists",
    "split",
)

# The words of `want`, beside reply patterns such as 550, 5xx, 5.7.1 and /text/.
WANTS = (
    "accepted",
    "refused",
    "any",
    "closed",
    "silence",
    "slowed",
    "connected",
    "unreachable",
    "rejected",
)

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
    "null_mx_domain",  # a domain with a null MX
    "spf_domain",  # a domain whose SPF record ends in -all, and does not have this client
    "dmarc_domain",  # a domain with the DMARC policy p=reject
    "wanted_size",  # the number of bytes of the largest message that the server is to take
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
    "wrong_login",  # the response of AUTH PLAIN for `user`, with a random password
    "nobody_login",  # the same for `nobody`
)
VARIABLES = (*USER_VARIABLES, *CONNECTION_VARIABLES)


class Step(t.NamedTuple):
    """One step of a check.

    `texts` is the line of `send`, the escaped bytes of `early` and `bytes`, each write of `split`,
    or the name that `hello` says, if it says another name than the user's. `seconds` is the time of
    `wait`, `expect_silence` and `listen`. `replies` are the names of the replies that are read
    afterwards. A command is sent up to `times` times. `offer` is what `offer` offers of TLS.
    """

    kind: StepKind
    texts: tuple[str, ...] = ()
    seconds: float = 0.0
    replies: tuple[str, ...] = ()
    times: int = 1
    offer: Offer | None = None

    @property
    def verb(self) -> str:
        """The command in upper case, or nothing if the step is no command."""
        words = self.texts[0].split() if self.kind == "send" and self.texts else []
        return words[0].upper() if words else ""

    @property
    def says_hello(self) -> bool:
        """Whether the server says afterwards what it offers."""
        return self.kind == "hello" or self.verb in ("EHLO", "HELO", "LHLO")


# Postfix waits for a second before each reply that is an error, after ten of them
# (smtpd_error_sleep_time, smtpd_soft_error_limit). Other servers wait for longer.
_SLOW_SECONDS = 0.9
_LAST_WAITS = 3

# No other check waits for as long.
_LONG_SECONDS = 60.0

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

    `want` has the alternatives for each named reply, `requires` those without which the check is
    not applicable, and `never` those that make it a finding although they would be undecided.
    `variants` has lists of values: the check is made once for each combination. `ports` and
    `every_address` say where to connect, if not to the server as given. `unless` has the ids of
    plainer checks: if one of them is a finding, an acceptance here proves nothing of its own.
    `dns` is the question of a check of the DNS, which has no steps. A check `by_name` is made only
    if the user names its id.
    """

    id: str
    proves: str
    steps: tuple[Step, ...]
    want: t.Mapping[str, tuple[str, ...]]
    vantages: tuple[Vantage, ...] = VANTAGES
    profiles: tuple[Profile, ...] = MAIL_PROFILES
    risk: int = 0
    is_control: ControlKind = ""
    dns: str = ""
    needs: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    requires: t.Mapping[str, tuple[str, ...]] = {}
    never: t.Mapping[str, tuple[str, ...]] = {}
    by_name: bool = False
    predicates: tuple[Predicate, ...] = ()
    variants: t.Mapping[str, tuple[str, ...]] = {}
    ports: tuple[int, ...] = ()
    every_address: bool = False
    unless: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The names of all replies that decide, after which the dialogue goes on."""
        compared = (name for one in self.predicates for name in one.replies)
        return frozenset([*self.want, *self.requires, *self.never, *compared])

    @property
    def seconds(self) -> float:
        """The seconds that it waits for nothing, or for an answer that may not come."""
        return sum(step.seconds for step in self.steps)

    @property
    def strains(self) -> bool:
        """Whether the server may turn this host away for it, as it sends much, or is silent."""
        return any(step.times > 1 for step in self.steps) or self.seconds > _LONG_SECONDS

    @property
    def is_early(self) -> bool:
        """Whether it sends something before the greeting."""
        return any(step.kind == "early" for step in self.steps)

    @property
    def offers_tls(self) -> bool:
        """Whether the check is an offer of TLS, whose handshake is not finished."""
        return any(step.kind == "offer" for step in self.steps)


class Answer(t.NamedTuple):
    """What the server did at a step. `reply` is there if it is a reply, `text` if it is an error.

    `name` is that of the reply in `want`, and `command` what was sent before it, as shown. `waits`
    are the seconds that each reply took, if the command was sent several times; the answer is the
    last one. `rejected` is whether all addresses of the server have refused the connection. For an
    offer of TLS, `text` says what the server chose, which is `choice`, or how it refused.
    """

    name: str
    happening: Happening
    reply: Reply | None = None
    text: str = ""
    command: str = ""
    kind: ErrorKind | None = None
    rejected: bool = False
    waits: tuple[float, ...] = ()
    choice: Choice | None = None

    @property
    def is_slow(self) -> bool:
        """Whether the server has let a client wait that sends a command again and again."""
        return min(self.waits[-_LAST_WAITS:], default=0.0) >= _SLOW_SECONDS

    @property
    def takes_or_refuses(self) -> bool:
        """Whether it is an answer to an offer of TLS."""
        return self.happening in ("accepted", "refused")

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
