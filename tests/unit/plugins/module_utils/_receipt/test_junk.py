# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which mailboxes are looked through for junk, where the server does not say it."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.junk import NAMES, is_junk_name


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("above", ["", "INBOX.", "INBOX/", "[Gmail]/", "[Google Mail]/"])
def test_a_usual_name_is_junk_wherever_it_lies(name, above):
    assert is_junk_name(above + name)
    assert is_junk_name((above + name).lower())


@pytest.mark.parametrize("name", ["INBOX", "Junkyard", "My Spam", "Lists/Spam", "Spam/2026", ""])
def test_any_other_name_is_not(name):
    assert not is_junk_name(name)
