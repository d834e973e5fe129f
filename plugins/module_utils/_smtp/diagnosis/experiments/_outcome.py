# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What experiments share: how to say the outcome of a dialogue."""

from __future__ import annotations

import typing as t

from ...._net.text import escape

if t.TYPE_CHECKING:
    from ...session.record import Record

# Limit on the text of a reply within a value.
MAX_CHARACTERS = 200


def outcome_of(record: Record) -> str:
    """Return the outcome of a dialogue: "passed", or its stage with the reply or the error."""
    failure = record.failure
    if failure is None:
        return "passed"
    codes = " ".join(filter(None, [str(failure.code or ""), failure.enhanced_code]))
    text = escape(failure.text)[:MAX_CHARACTERS]
    if failure.enhanced_code and text.startswith(failure.enhanced_code):
        codes = str(failure.code)
    return f"{failure.stage}: {' '.join(filter(None, [codes, text]))}"
