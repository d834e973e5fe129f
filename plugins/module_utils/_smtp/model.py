# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words of the contract: the stages of a dialogue, and the kinds of failure."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from .._net.errors import ErrorKind

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
    # user expected another one. `internal` is an exception that the code did not foresee.
    Kind = t.Literal[ErrorKind, "permanent", "expectation", "internal"]
else:
    Stage = Kind = str  # Python 3.7 has no Literal

# In the order in which they take place.
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

# Stages for which `expect` takes patterns: those with a reply, and `connect`, which can fail.
EXPECT_STAGES = tuple(stage for stage in STAGES if stage != "proxy")

# Stages that can be named in `stop_after`: every one before a message would be sent.
STOP_STAGES = EXPECT_STAGES[: EXPECT_STAGES.index("data")]

# Kinds of failure that `expect` takes for `connect`: those from before the server's first reply.
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

    `text` is the server's own text where a reply decided, and a description otherwise.
    `expected` holds the patterns of the user's that were not met, empty where there were none.
    """

    stage: Stage
    kind: Kind
    text: str
    code: int | None = None
    enhanced_code: str | None = None
    recipient: str | None = None
    expected: tuple[str, ...] = ()
