# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words of the contract: the stages of a dialogue, and the kinds of failure."""

from __future__ import annotations

import typing as t

# The order is that of the wire.
STAGES = (
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

# Stages with a reply that can be expected, and `connect`, where a failure can.
EXPECTED = tuple(stage for stage in STAGES if stage != "proxy")

# Stages that can be named in `stop_after`: every one before a message would be sent.
STOPS = EXPECTED[: EXPECTED.index("data")]

# Kinds that a failure can have before the server has said a word: what an expectation for
# `connect` can name.
CONNECT_KINDS = ("resolve", "connect", "timeout", "tls")

# All kinds of failure: what came, never what was hoped for. `local` is what this host itself lacks,
# such as a route, a file or a library; `internal` is an exception that nobody foresaw.
KINDS = (
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

Kind = str  # one of KINDS


class Failure(t.NamedTuple):
    """Why a dialogue did not pass.

    `text` is the server's own text where a reply decided, and a description otherwise.
    `expected` holds the patterns of the user's that were not met, empty where there were none.
    """

    stage: str
    kind: Kind
    text: str
    code: int | None = None
    enhanced_code: str | None = None
    recipient: str | None = None
    expected: tuple[str, ...] = ()
