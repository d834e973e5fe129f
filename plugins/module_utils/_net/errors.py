# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors that this collection raises: of a connection, and of an option."""

from __future__ import annotations

import typing as t

from .text import escape

if t.TYPE_CHECKING:
    from .tcp_info import TcpInfo

    # The kinds of failure that a connection can have, whatever is spoken over it.
    ErrorKind = t.Literal[
        "resolve",
        "connect",
        "timeout",
        "disconnect",
        "tls",
        "protocol",
        "transient",
        "unsupported",
        "local",
    ]
else:
    ErrorKind = str  # Python 3.7 has no Literal


class ProbeError(Exception):
    """A dialogue cannot go on, for a reason that is not a reply.

    The code that raises it knows the kind of the failure, and the dialogue knows its stage.

    `text` is printable. `inconclusive` says why the failure proves nothing about the server, or is
    None: a resolver that does not answer does not prove that a name does not exist. An inconclusive
    failure never meets an expectation, and a failure of kind `local` is always inconclusive.
    `causes` are the errors that this error sums up: those of all addresses of a server.

    `errno` is the name of the system's error number, such as "ECONNREFUSED", or None if the system
    reported no error. `tcp_info` is the state of the connection at a time-out or a loss. `seconds`
    is how long an attempt to connect or a TLS handshake took, or None.
    """

    def __init__(
        self,
        kind: ErrorKind,
        text: str,
        inconclusive: str | None = None,
        causes: t.Sequence[ProbeError] = (),
        errno: str | None = None,
        tcp_info: TcpInfo | None = None,
        seconds: float | None = None,
    ) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        if kind == "local":
            inconclusive = inconclusive or "it is this host that could not go on"
        self.inconclusive = inconclusive
        self.causes: tuple[ProbeError, ...] = tuple(causes) or (self,)
        self.errno = errno
        self.tcp_info = tcp_info
        self.seconds = seconds


class StrayLine(ProbeError):
    """The server sent a line that is not part of a reply, after the reply to the last command."""


class UnsolicitedReply(ProbeError):
    """The server sent 421 before a command was sent, so that it replies to no command.

    A server may do so at any time before it closes the connection (RFC 5321 section 3.8). `reply`
    is the Reply with this code.
    """

    def __init__(self, reply: t.Any, text: str) -> None:
        super().__init__("transient", text, "it came before the command")
        self.reply = reply


# The most that is shown of a sentence, which may quote a value of any length.
_MAX_CHARACTERS = 1000

# A problem that begins with one of these verbs has the option as its subject.
_VERBS = (
    "are",
    "begins",
    "cannot be",
    "contains",
    "contradicts",
    "does",
    "has",
    "is",
    "looks",
    "must",
    "names",
    "needs",
    "selects",
)


class BadOption(Exception):
    """An option is wrong. The text is a sentence: which option, what was wrong, what to write.

    `problem` is the predicate of that sentence ("must be greater than 0, not -1"), or a sentence of
    its own, which then follows a colon. `option` may be empty where the problem is a sentence about
    several options.

    >>> str(BadOption("timeout", "must be greater than 0, not -1"))
    'timeout must be greater than 0, not -1'
    >>> str(BadOption("tls", "HELO offers no STARTTLS; use protocol esmtp"))
    'tls: HELO offers no STARTTLS; use protocol esmtp'
    """

    def __init__(self, option: str, problem: object) -> None:
        super().__init__(sentence(option, problem))
        self.option = option
        self.problem = problem


class HostLacks(BadOption):
    """An option is right in itself, but this host lacks what it needs: a file, a library."""


def sentence(option: str, problem: object) -> str:
    """Return the sentence that says what is wrong with an option, as BadOption has it.

    It is printable, whatever the value that it quotes.
    """
    text = str(problem)
    if option:
        is_predicate = text.startswith(tuple(f"{verb} " for verb in _VERBS))
        text = f"{option} {text}" if is_predicate else f"{option}: {text}"
    text = escape(text)
    return text if len(text) <= _MAX_CHARACTERS else f"{text[:_MAX_CHARACTERS]}..."
