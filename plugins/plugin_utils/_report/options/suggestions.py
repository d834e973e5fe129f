# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names that were mistyped: what was meant, and in which variable it is. No I/O.

An option that names a variable that nobody has is an error, for without it the report would be of
nothing, or leave out what was asked for.
"""

from __future__ import annotations

import difflib
import keyword
import typing as t
from collections.abc import Callable, Iterable, Mapping, Sequence

from ..untrusted import mapping, one_line, sequence

_MAX_NAME = 60
_MAX_NAMES = 3


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Say which name was meant, or which there are. It is the end of a sentence."""
    known = sorted(names)
    close = difflib.get_close_matches(name[:_MAX_NAME].lower(), known, n=1)
    if close:
        return f"; did you mean {close[0]}?"
    if len(known) == 1:
        return f"; did you mean {known[0]}?"
    return f"; there are {', '.join(known)}" if known else ""


def quoted(value: t.Any) -> str:
    """Return what a user has written, not too long."""
    told = one_line(value)
    return f"'{told if len(told) <= _MAX_NAME else told[: _MAX_NAME - 3] + '...'}'"


def is_name(name: str) -> bool:
    """Tell whether a variable can be called that."""
    return name.isascii() and name.isidentifier() and not keyword.iskeyword(name)


def holds_results(value: t.Any) -> bool:
    """Tell whether a value looks like what smtp_handshake has returned, once or in a loop."""
    found = mapping(value)
    results = sequence(found.get("results"))
    one = mapping(results[0]) if results else found
    return isinstance(one.get("passed"), bool) and "replies" in one


def holds_targets(value: t.Any) -> bool:
    """Tell whether a value looks like a list of targets."""
    targets = sequence(value)
    return bool(targets) and all(
        not mapping(one).keys().isdisjoint(("host", "mx", "socket")) for one in targets
    )


def holds_receipts(value: t.Any) -> bool:
    """Tell whether a value looks like what mail_receipt has returned."""
    return isinstance(mapping(value).get("receipts"), Sequence)


def variables_that(
    looks_right: Callable[[t.Any], bool], hosts: Iterable[Mapping[str, t.Any]]
) -> list[str]:
    """Return the variables that look right of the first host that has any."""
    for known in hosts:
        found = [name for name, value in known.items() if is_name(name) and looks_right(value)]
        if found:
            return found[:_MAX_NAMES]
    return []
