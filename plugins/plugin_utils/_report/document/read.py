# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what a baseline and a shard have in common: both are json reports of an earlier run. No I/O.

A document may be anything.
"""

from __future__ import annotations

import itertools
import sys
import typing as t
from collections.abc import Iterator, Mapping

from ..untrusted import mapping, number, one_line, sequence
from .cells import FORMAT

# Limit on the characters of a format that is not known.
_MAX_FORMAT = 1_000


def format_problem(document: Mapping[str, t.Any]) -> str | None:
    """Return why a document is not a json report that this version reads, or None if it is."""
    if not isinstance(document.get("cells"), list) or "format" not in document:
        return "it is not a json report of mailops.smtp.smtp_report"
    if document["format"] != FORMAT:
        written = one_line(document["format"])[:_MAX_FORMAT]
        return f"its format is {written}, and this version reads format {FORMAT}"
    return None


def name_and_place(title: str) -> tuple[str, str]:
    """Return the name of a server, and its place. Earlier versions wrote only its title.

    >>> name_and_place("mx1.example.com:25 (inbound)"), name_and_place("mx1.example.com:25")
    (('inbound', 'mx1.example.com:25'), ('', 'mx1.example.com:25'))
    """
    place, bracket, name = title.partition(" (")
    return (name[:-1], place) if bracket and name.endswith(")") else ("", title)


def ranges_of(dialogue: Mapping[str, t.Any]) -> Iterator[tuple[str, tuple[float, float]]]:
    """Yield the shortest and the longest time of each stage of a dialogue."""
    for stage, ends in mapping(dialogue.get("seconds_range")).items():
        pair = [number(one) for one in itertools.islice(sequence(ends), 3)]
        if len(pair) == 2 and pair[0] is not None and pair[1] is not None:
            # Many dialogues share the name of a stage, so it is kept in memory once.
            yield sys.intern(one_line(stage)), (pair[0], pair[1])
