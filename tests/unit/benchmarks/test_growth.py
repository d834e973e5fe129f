# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes up and down has not grown; what only goes up has."""

from __future__ import annotations

import random

import pytest
from ansible_collections.mailops.smtp.tests.benchmarks.growth import grown

MIB = 1024


def samples(name, numbers):
    return [{"steady": 6, name: number} for number in numbers]


def test_what_stays_has_not_grown():
    assert grown(samples("sockets", [3] * 100)) == []


def test_one_socket_that_is_left_open_has_grown():
    assert grown(samples("sockets", [0] * 50 + [1] * 50)) == [
        "sockets grew from at most 0 to at least 1"
    ]


def test_what_is_open_now_and_then_has_not_grown():
    assert grown(samples("sockets", [0, 1] * 50)) == []


def test_memory_that_goes_up_and_down_has_not_grown():
    drawn = random.Random(1)
    numbers = [44 * MIB + drawn.randrange(4 * MIB) for _turn in range(200)]
    assert grown(samples("rss_kib", numbers)) == []


@pytest.mark.parametrize("leak_kib", [100, 1000])
def test_memory_that_each_task_leaves_behind_has_grown(leak_kib):
    numbers = [44 * MIB + turn * leak_kib for turn in range(200)]
    (sentence,) = grown(samples("rss_kib", numbers))
    assert sentence.startswith("rss_kib grew from")


def test_a_single_sample_says_nothing():
    assert grown(samples("sockets", [7])) == []
