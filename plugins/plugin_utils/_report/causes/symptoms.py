# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a red cell shows: the part of its failure that other cells of the same cause show, too."""

from __future__ import annotations

import re
import typing as t

from ..model.cells import Cell

# A text is compared without what differs from host to host, and from dialogue to dialogue: each
# word with a digit, an @, or a dot or a colon within it, such as an address, a name or a queue id.
_PARTICULAR = re.compile(r"\S*(?:[0-9@]|[.:]\S)\S*")

_MAX_TEXT = 2_000
_MAX_COMPARED = 120


class Symptom(t.NamedTuple):
    """Stage, kind and codes of a failure, and what its text has in common with others.

    Where the module did not run, `stage` is empty and `kind` is the word of the matrix, such as
    `unreachable`.
    """

    stage: str
    kind: str
    code: int | None = None
    enhanced_code: str | None = None
    text: str = ""


def symptom_of(cell: Cell) -> Symptom | None:
    """Return the symptom of a cell; None where it passed."""
    if cell.passed:
        return None
    if cell.missing is not None:
        return Symptom("", cell.missing.short, text=common_text(cell.missing.reason))
    failure = cell.failure
    if failure is None:
        return Symptom("", cell.short)
    return Symptom(
        failure.stage,
        failure.kind,
        failure.code,
        failure.enhanced_code,
        common_text(failure.text),
    )


def common_text(text: str) -> str:
    """Return what a text has in common with the texts of other hosts and servers.

    >>> common_text("5.7.1 Client host [192.0.2.7] blocked using zen.example.org")
    '~ Client host ~ blocked using ~'
    """
    words = _PARTICULAR.sub("~", text[:_MAX_TEXT]).split()
    kept = [word for at, word in enumerate(words) if word != "~" or words[at - 1 : at] != ["~"]]
    return " ".join(kept)[:_MAX_COMPARED]
