# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One dialogue, and the same again where its failure may pass by itself."""

from __future__ import annotations

import time
import typing as t

from .dialogue import Dialogue
from .second_look import look_again
from .surroundings import look_around
from .transcript import ROOM_BYTES, Transcript

if t.TYPE_CHECKING:
    from .plan import Plan
    from .record import Record
    from .surroundings import Surroundings

_MAY_PASS = ("transient", "timeout", "connect", "disconnect")


def attempt(
    plan: Plan, surroundings: Surroundings | None = None, room_bytes: int = ROOM_BYTES
) -> Record:
    """Hold the dialogue, and hold it again as often as `retries` allows.

    Gives the record of the last attempt, whose transcript has all of them. `room_bytes` is how much
    memory may be used for what the server says.
    """
    around = surroundings or look_around(plan)
    transcript = Transcript(_secret_of(plan), room_bytes)
    attempts = 1
    while True:
        record = Dialogue(plan, around, transcript).hold()
        record.attempts = attempts
        if attempts > plan.retries or not may_pass(record):
            look_again(plan, around, record)
            return record
        transcript.event(f"attempt {attempts} failed; the next in {plan.retry_delay:g} s")
        time.sleep(plan.retry_delay)
        attempts += 1


def may_pass(record: Record) -> bool:
    """Whether another attempt makes sense, and cannot deliver a message twice.

    When the server fell silent or hung up after the dot, it may have taken the message
    (RFC 5321 section 6.1).
    """
    failure = record.failure
    if failure is None or failure.kind not in _MAY_PASS or record.changed:
        return False
    return not (failure.stage == "message" and failure.kind in ("timeout", "disconnect"))


def _secret_of(plan: Plan) -> t.Pattern[str] | None:
    """What must not be recorded, however it is written."""
    if plan.login is None:
        return None
    from .secret import secret_pattern

    return secret_pattern(plan.login.user, plan.login.password)
