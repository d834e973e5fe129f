# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left to check when nothing more is known: the subject of a code, and the kind."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.plugins.module_utils._smtp.advice.failures import (
    advise,
    broken,
    first,
    refused,
    unexpected,
)


@pytest.mark.parametrize(
    ("enhanced_code", "matter"),
    [
        ("5.1.99", "compare-addresses"),
        ("5.3.3", "server-health"),
        ("5.4.99", "way-onwards"),
        ("5.5.99", "refused-command"),
        ("5.6.99", "content-filter"),
    ],
)
def test_a_code_that_nobody_knows_is_advised_on_by_its_subject(enhanced_code, matter):
    assert first(refused("quit", 541, enhanced_code)) == matter


def test_a_stage_that_nobody_knows_is_advised_on_by_its_kind():
    assert advise("xclient", "permanent", 550)[-1] == "log-of-server"


def test_every_4yz_ends_with_another_try_or_the_servers_log():
    assert refused("message", 432, "4.9.9")[-1] == "try-later"


def test_a_5yz_does_not_go_away_by_itself():
    assert {"greylist", "postscreen-tests", "try-later"}.isdisjoint(refused("quit", 541, None))


def test_patience_is_the_last_thing_to_try():
    assert broken("connect", "timeout")[-1] == "raise-timeout"
    assert broken("quit", "timeout")[-1] == "raise-timeout"


def test_a_reason_of_the_systems_that_nobody_knows_is_read_and_tried_by_hand():
    assert first(broken("connect", "connect", "something new")) == "reason-of-system"


def test_a_server_that_is_right_wants_another_expectation():
    assert unexpected("helo", 250, None, "mail.muffins.com")[-1] == "correct-expectation"
