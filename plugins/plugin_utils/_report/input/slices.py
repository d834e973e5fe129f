# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which slice of a sliced run this is, as far as the program that started it says so. No I/O.

AWX divides the inventory of a sliced job, but passes no variable with the number of the slice. So
the variables are those that the user may pass. GitLab sets CI_NODE_INDEX and CI_NODE_TOTAL for each
job of a job that runs in parallel.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ..model.plan import Slice

# The variables of a play, then those of the environment: the number and the count.
_VARIABLES = ("awx_job_slice_number", "awx_job_slice_count")
_ENVIRONMENT = ("CI_NODE_INDEX", "CI_NODE_TOTAL")

_MAX_DIGITS = 6


def slice_of_run(variables: Mapping[str, t.Any], environment: Mapping[str, str]) -> Slice | None:
    """Return the slice, or None if nothing says which one it is."""
    for known, names in ((variables, _VARIABLES), (environment, _ENVIRONMENT)):
        number, count = (_number(known.get(name)) for name in names)
        if number is not None and count is not None and 1 <= number <= count:
            return Slice(number, count)
    return None


def _number(value: t.Any) -> int | None:
    """Return a number of a variable, which may be a text."""
    written = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    known = written.isdecimal() and written.isascii() and len(written) <= _MAX_DIGITS
    return int(written) if known else None
