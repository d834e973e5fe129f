# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a process that goes on holds ever more. Numbers in, a verdict out; no I/O."""

from __future__ import annotations

import typing as t

# Memory goes up and down by so much by itself: the allocator keeps and returns pages as it likes.
MARGIN = 1.10
MARGIN_KIB = 4 * 1024


def grown(samples: t.Sequence[t.Mapping[str, int]]) -> list[str]:
    """Return a sentence for each number that has grown over the samples, which are in order.

    A number of things, such as sockets, has grown if even the lowest of the last fifth of the
    samples is above the highest of the first fifth. Memory (`rss_kib`) has grown if it is so by
    more than a margin.
    """
    part = max(len(samples) // 5, 1)
    found = []
    for name in samples[0]:
        before = max(sample[name] for sample in samples[:part])
        after = min(sample[name] for sample in samples[-part:])
        limit = before * MARGIN + MARGIN_KIB if name == "rss_kib" else before
        if after > limit:
            found.append(f"{name} grew from at most {before} to at least {after}")
    return found
