# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does waiting help? Greylisting defers a client that it does not know, and accepts it later."""

from __future__ import annotations

import re
import typing as t

from ..model import Conclusion, Evidence, Finding
from ._change import gets_further, is_first, likely
from ._outcome import outcome_of

if t.TYPE_CHECKING:
    from ..investigation import Investigation

CAUSES = ("greylist", "postscreen-tests", "try-later", "limits-for-one-client")

# The time that a text names: "retry in 300 seconds", "try again in 00:04:59", "after 5 minutes".
# The unit is a whole word, and the number is not the end of a code: "4.7.1 Service unavailable"
# names no time.
_NAMED = re.compile(
    r"(?<![\w.:])(?:(?<=\bin )(?P<clock>\d{1,2}:\d{2}(?::\d{2})?)"
    r"|(?P<number>\d{1,5}) ?(?:(?P<minutes>m(?:in(?:ute)?s?)?)|s(?:ec(?:ond)?s?)?))\b",
    re.IGNORECASE,
)
# The time that must remain for the dialogue itself.
_DIALOGUE_SECONDS = 2.0


def seconds_named(text: str) -> int | None:
    """Return the number of seconds for which a text asks the client to wait, or None.

    >>> seconds_named("4.2.0 Greylisted, try again in 5 minutes")
    300
    """
    match = _NAMED.search(text[:500])
    if match is None:
        return None
    if match.group("clock"):
        seconds = 0
        for part in match.group("clock").split(":"):
            seconds = 60 * seconds + int(part)
        return seconds
    return int(match.group("number")) * (60 if match.group("minutes") else 1)


def one_retry(investigation: Investigation) -> t.Iterator[Finding]:
    """Hold the dialogue again after the time that the server names, if that is short."""
    if not investigation.is_repeatable:
        return
    control = investigation.control
    if control.failure is None and investigation.failure.kind == "transient":
        says = "a server that defers a client which it does not know accepts it later"
        cause = likely(investigation, CAUSES) or "try-later"
        yield Finding(
            Evidence("the same dialogue, later", "passed", says), Conclusion(cause, "consistent")
        )
        return
    seconds = seconds_named(investigation.failure.text)
    if seconds is None or not investigation.reproduced:
        return
    if seconds + _DIALOGUE_SECONDS > investigation.budget.seconds_left:
        says = "longer than a diagnosis waits"
        conclusion = Conclusion("greylist", "consistent")
        fits = conclusion if is_first(investigation, ("greylist",)) else None
        yield Finding(Evidence("the wait that the reply names", f"{seconds} s", says), fits)
        return
    investigation.wait(seconds)
    record = investigation.hold(f"after {seconds} s", investigation.plan)
    if gets_further(investigation, record):
        cause = likely(investigation, CAUSES) or "greylist"
        yield Finding(
            Evidence(f"after {seconds} s", outcome_of(record), "nothing but the time has changed"),
            Conclusion(cause, "proven"),
        )
    else:
        says = "the wait that the reply names does not help"
        yield Finding(
            Evidence(f"after {seconds} s", outcome_of(record), says), excludes=("greylist",)
        )
