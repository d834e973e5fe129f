# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Unexpected exceptions as errors of kind `internal`. No I/O."""

from __future__ import annotations

import os
import typing as t

from .._net.text import escape
from .errors import StoreError

if t.TYPE_CHECKING:
    import types


def internal_error(error: Exception) -> StoreError:
    """Return an error of kind `internal` with the exception and where it was raised."""
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return StoreError("internal", f"an unexpected error: {escape(what)}{_where(error)}")


def _where(error: Exception) -> str:
    trace: types.TracebackType | None = error.__traceback__
    if trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    file = os.path.basename(trace.tb_frame.f_code.co_filename)
    return f" ({file}, line {trace.tb_lineno})"
