# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where to look for a message that did not arrive."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt import advice
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.model import WantedMessage

ALL = advice.SearchScope(junk=True, can_have_junk=True)


@pytest.fixture
def wanted():
    """A message that its server has named."""
    return WantedMessage("token", queue_id="4XyZ")


def test_the_log_comes_first_and_has_the_queue_id(wanted):
    assert advice.advise(wanted, ALL, 60) == [
        advice.IN_THE_LOG,
        advice.LATER,
        advice.BOUNCED,
        advice.ELSEWHERE,
    ]


def test_without_a_queue_id_there_is_the_recipient(wanted):
    found = advice.advise(wanted._replace(queue_id=None), ALL, 60)
    assert found[0] == advice.SOMEWHERE_IN_THE_LOG


def test_after_half_an_hour_greylisting_is_no_reason(wanted):
    assert advice.LATER in advice.advise(wanted, ALL, advice.PATIENCE_SECONDS - 1)
    assert advice.LATER not in advice.advise(wanted, ALL, advice.PATIENCE_SECONDS)


@pytest.mark.parametrize(
    ("can_have_junk", "why"),
    [(True, "there is none by its special use"), (False, "it is not in what was looked at")],
)
def test_junk_that_was_not_looked_through_comes_second(wanted, can_have_junk, why):
    second = advice.advise(wanted, advice.SearchScope(False, can_have_junk), 60)[1]
    assert f"junk folder, which was not looked through: {why}" in second


@pytest.mark.parametrize("hint", advice.HINTS.values(), ids=advice.HINTS)
def test_each_kind_has_a_hint_that_goes_on_in_a_sentence(hint):
    assert hint[0].islower()
    assert not hint.endswith(".")
