# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One moment by which all must be done."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._receipt.deadline import Deadline


def test_time_is_over_when_none_is_left():
    deadline = Deadline(0)
    assert deadline.expired
    assert deadline.remaining == 0


def test_there_is_never_less_than_nothing():
    assert Deadline(-5).remaining == 0


def test_an_hour_is_not_over_at_once():
    deadline = Deadline(3600)
    assert not deadline.expired
    assert 0 < deadline.remaining <= 3600


def test_it_can_be_moved_away_but_not_nearer():
    deadline = Deadline(3600)
    end = deadline.end
    deadline.extend(60)
    assert deadline.end == end
    deadline.extend(7200)
    assert deadline.end > end


def test_nobody_sleeps_beyond_it():
    Deadline(0).sleep(3600)  # else the test would not end
