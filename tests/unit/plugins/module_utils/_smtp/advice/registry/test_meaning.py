# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every enhanced code of the registry has a meaning, and every other code says that it has none."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.registry.enhanced_codes import (  # noqa: E501
    CLASSES,
    CODES,
    SUBJECTS,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.registry.meaning import (
    meaning_of,
)

# The last detail of each subject in the IANA registry. All from 0 on are there.
LAST = {0: 0, 1: 10, 2: 4, 3: 6, 4: 7, 5: 6, 6: 10, 7: 30}


def test_every_code_of_the_registry_is_there_and_no_other() -> None:
    registry = {
        f"X.{subject}.{detail}" for subject, last in LAST.items() for detail in range(last + 1)
    }
    assert set(CODES) == registry
    assert set(SUBJECTS) == {f"X.{subject}" for subject in LAST}


@pytest.mark.parametrize("digit", CLASSES)
@pytest.mark.parametrize("code", CODES)
def test_a_code_means_the_same_in_each_class(code: str, digit: str) -> None:
    meaning = meaning_of(digit + code[1:])

    assert meaning is not None
    assert (meaning.detail, meaning.source) == CODES[code]
    assert meaning.registered
    assert str(meaning) == f"{CLASSES[digit]}: {CODES[code][0]}"


def test_no_two_codes_mean_the_same() -> None:
    details = [detail for detail, _source in CODES.values()]
    assert len(set(details)) == len(details)


@pytest.mark.parametrize("code", CODES)
def test_a_meaning_is_a_few_words_without_a_full_stop(code: str) -> None:
    detail, source = CODES[code]
    assert 15 <= len(detail) <= 70
    assert not detail.endswith(".")
    assert detail[0].islower() or detail.split()[0].isupper()
    assert source.startswith(("RFC ", "https://www.iana.org/"))


def test_a_code_of_microsofts_is_told_to_be_one() -> None:
    meaning = meaning_of("5.7.606")

    assert meaning is not None
    assert not meaning.registered
    assert "Microsoft" in meaning.detail
    assert meaning.source.startswith("https://learn.microsoft.com/")


def test_a_code_in_no_registry_says_no_more_than_its_subject() -> None:
    meaning = meaning_of("4.2.99")
    assert meaning is not None
    assert str(meaning) == (
        "refused for the time being:"
        " something about the mailbox of the recipient, by a code in no registry"
    )
    unknown = meaning_of("5.9.1")
    assert unknown is not None
    assert (unknown.detail, unknown.registered) == ("a code in no registry", False)


def test_leading_zeros_count_for_nothing() -> None:
    assert meaning_of("5.01.001") == meaning_of("5.1.1")


@pytest.mark.parametrize("text", ["", "550", "5.1", "3.1.1", "5.1.1.1", "5.1.1 ", "5.1.\u0661"])
def test_what_is_no_enhanced_code_has_no_meaning(text: str) -> None:
    assert meaning_of(text) is None
