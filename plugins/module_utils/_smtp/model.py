# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stages of a dialogue, the kinds of failure, and a failure."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from .._net.errors import ErrorKind
    from .._net.tcp_info import TcpInfo

    Stage = t.Literal[
        "connect",
        "proxy",
        "greeting",
        "helo",
        "starttls",
        "xclient",
        "auth",
        "mail_from",
        "rcpt_to",
        "data",
        "message",
        "quit",
    ]
    # `transient` and `permanent` are replies 4yz and 5yz. `expectation` is a good reply where the
    # user expected another reply. `internal` is an exception that the code does not handle.
    Kind = t.Literal[ErrorKind, "permanent", "expectation", "internal"]
else:
    Stage = Kind = str  # Python 3.7 has no Literal

# The stages in the order in which they take place.
STAGES: tuple[Stage, ...] = (
    "connect",
    "proxy",
    "greeting",
    "helo",
    "starttls",
    "xclient",
    "auth",
    "mail_from",
    "rcpt_to",
    "data",
    "message",
    "quit",
)

# The stages that the option `expect` accepts: all stages with a reply, and `connect`.
EXPECT_STAGES = tuple(stage for stage in STAGES if stage != "proxy")

# The stages that the option `stop_after` accepts: all stages before a message is sent.
STOP_STAGES = EXPECT_STAGES[: EXPECT_STAGES.index("data")]

# The kinds of failure that `expect` accepts for `connect`. They occur before the greeting.
CONNECT_KINDS: tuple[Kind, ...] = ("resolve", "connect", "timeout", "tls")

KINDS: tuple[Kind, ...] = (
    "resolve",
    "connect",
    "timeout",
    "disconnect",
    "tls",
    "protocol",
    "transient",
    "permanent",
    "expectation",
    "unsupported",
    "local",
    "internal",
)


class Failure(t.NamedTuple):
    """Why a dialogue did not pass.

    `text` is the text of the reply that decided, or a description of the error. `recipient` is the
    recipient to whose RCPT, or message, the server replied. `expected` contains the patterns of
    `expect` that did not match. It is empty if the user expected nothing in particular.

    `errno` is the name of the system's error number, such as "ECONNREFUSED". `seconds` is the time
    from the last bytes that the client sent, or from the start of the connection, to the reply or
    error that decided. `round_trip` is the shortest round trip to the server in seconds, and
    `tcp_info` the state of the connection at a time-out or a loss. Each is None if it is not known.
    """

    stage: Stage
    kind: Kind
    text: str
    code: int | None = None
    enhanced_code: str | None = None
    recipient: str | None = None
    expected: tuple[str, ...] = ()
    errno: str | None = None
    seconds: float | None = None
    round_trip: float | None = None
    tcp_info: TcpInfo | None = None
