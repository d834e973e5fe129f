# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of a dialogue, and of a cell: one word of four."""

from __future__ import annotations

import typing as t

Verdict = t.Literal["passed", "failed", "error", "not_run"]

PASSED: t.Final = "passed"
FAILED: t.Final = "failed"  # the server answered, and not as it should
ERROR: t.Final = "error"  # no answer came, or the probing host could not ask
NOT_RUN: t.Final = "not_run"  # planned, and not yet run

VERDICTS: tuple[Verdict, ...] = (PASSED, FAILED, ERROR, NOT_RUN)

# The one word for each verdict, in every format.
VERDICT_WORDS: dict[Verdict, str] = {
    PASSED: "passed",
    FAILED: "failed",
    ERROR: "error",
    NOT_RUN: "not run",
}
