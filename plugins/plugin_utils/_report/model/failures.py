# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a dialogue did not pass: the stage, the kind, the reply that decided. No I/O."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import (
    KINDS,
    STAGES,
    Kind,
    Stage,
)

from . import receipts
from .receipts import ReceiptKind

FailureStage = Stage | t.Literal["receipt"]
FailureKind = Kind | ReceiptKind

# A failure of one of these kinds says nothing about the server: the probing host lacks something,
# or the module has a bug.
HOST_KINDS: tuple[FailureKind, ...] = ("local", "internal")

# After a failure of one of these kinds it is unknown how the server answers, or whether the message
# arrived.
OUTAGE_KINDS: tuple[FailureKind, ...] = (
    "resolve", "connect", "timeout", "disconnect", *HOST_KINDS, receipts.UNCONFIRMED
)  # fmt: skip

_STAGES: dict[str, FailureStage] = {
    **{stage: stage for stage in STAGES},
    receipts.STAGE: receipts.STAGE,
}
_KINDS: dict[str, FailureKind] = {kind: kind for kind in (*KINDS, *receipts.KINDS)}


# How the module begins a text about one address of a server.
_SERVER = re.compile(r"[^ ]+ port [0-9]{1,9}: ")


def without_server(text: str) -> str:
    """Return a text of the module without the server that it begins with."""
    found = _SERVER.match(text)
    return text[found.end() :] if found else text


@dataclasses.dataclass(frozen=True, slots=True)
class Failure:
    """Why a dialogue did not pass. `advice` says what to check next, the most likely first.

    `stage` and `kind` are texts from a probing host, which may be anything. `expected` is what the
    user expected instead, or empty.
    """

    stage: str
    kind: str
    code: int | None
    enhanced_code: str | None
    text: str
    advice: tuple[str, ...]
    expected: str = ""

    @property
    def known_stage(self) -> FailureStage | None:
        """The stage, or None if the module has no such stage."""
        return _STAGES.get(self.stage)

    @property
    def known_kind(self) -> FailureKind | None:
        """The kind, or None if the module has no such kind."""
        return _KINDS.get(self.kind)
