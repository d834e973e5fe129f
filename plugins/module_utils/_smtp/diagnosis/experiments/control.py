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
        says = "the failure was a passing one: nothing but the time has changed"
        yield Finding(Evidence(FACT, value, says), Conclusion("run-once-more", "open"))
    else:
        yield Finding(Evidence(FACT, value, "it failed in another way than before"))
