# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The groups that rules ask for are made of words that rules may use."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.rules import groups
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import KINDS, STAGES


def test_what_is_vague_is_open_and_so_is_what_is_undefined_of_each_subject():
    assert set(groups.VAGUE.split()) < set(groups.OPEN.split())
    assert {f"X.{subject}.0" for subject in range(8)} < set(groups.OPEN.split())


def test_stages_and_kinds_are_those_of_a_dialogue():
    assert set(groups.REFUSED.split()) < set(KINDS)
    assert set(STAGES) - set(groups.NOT_YET.split()) == {"connect", "proxy", "starttls", "auth"}
    assert set(groups.NOT_YET.split()) < set(STAGES)


def test_a_range_of_microsofts_codes_has_both_of_its_ends():
    codes = groups.MICROSOFT_BANNED.split()
    assert (codes[0], codes[-1], len(codes)) == ("X.7.606", "X.7.649", 44)
    codes = groups.MICROSOFT_TENANT.split()
    assert (codes[0], codes[-1], len(codes)) == ("X.7.700", "X.7.749", 49)
    assert "X.7.703" not in codes


def test_every_family_is_within_microsofts_codes():
    for family in (
        *groups.FAMILIES,
        groups.MICROSOFT_BANNED,
        groups.MICROSOFT_TENANT,
        groups.MICROSOFT_DEFERS,
    ):
        assert set(family.split()) <= set(groups.MICROSOFT.split())
