# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does the same dialogue still fail? Without this control, no change proves anything."""

from __future__ import annotations

import typing as t

from ..model import Conclusion, Evidence, Finding
from ._outcome import outcome_of

if t.TYPE_CHECKING:
    from ..investigation import Investigation

FACT = "the same dialogue again"

# The kinds of failure that do not pass by themselves. They may be of the message, or of what was
# expected, and a follow-up has neither.
_LASTING = ("unsupported", "expectation")


def passes_now(investigation: Investigation) -> bool:
    """Return whether the control has been held, and has passed."""
    return investigation.has_control and investigation.control.failure is None


def same_dialogue(investigation: Investigation) -> t.Iterator[Finding]:
    """Hold the dialogue again without any change."""
    if not investigation.is_repeatable:
        return
    control = investigation.control
    value = outcome_of(control)
    if investigation.reproduced:
        yield Finding(Evidence(FACT, value, "the failure is not a passing one"))
    elif control.failure is None:
        yield _finding_of_passing(investigation, value)
    else:
        yield Finding(Evidence(FACT, value, "it failed in another way than before"))


def _finding_of_passing(investigation: Investigation, value: str) -> Finding:
    if investigation.failure.kind in _LASTING:
        return Finding(Evidence(FACT, value, "nothing fails without a message and expectations"))
    says = "the failure was a passing one: nothing but the time has changed"
    return Finding(Evidence(FACT, value, says), Conclusion("run-once-more", "open"))
