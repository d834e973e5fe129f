# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stopwatch measures the duration of a block, by a given clock."""

from __future__ import annotations

import contextlib

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.stopwatch import Stopwatch


def test_the_durations_under_one_name_add_up() -> None:
    clock = iter([1.0, 1.5, 10.0, 12.0])
    seconds: dict[str, float] = {}
    for _block in range(2):
        with Stopwatch(seconds, "helo", clock.__next__):
            pass
    assert seconds == {"helo": 2.5}


def test_a_block_that_raises_an_exception_is_measured_too() -> None:
    clock = iter([1.0, 4.0])
    seconds = {"connect": 1.0}
    with contextlib.suppress(ZeroDivisionError), Stopwatch(seconds, "greeting", clock.__next__):
        raise ZeroDivisionError
    assert seconds == {"connect": 1.0, "greeting": 3.0}
