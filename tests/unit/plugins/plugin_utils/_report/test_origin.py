# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report says when and by what it was made."""

from __future__ import annotations

import datetime

from ansible.release import __version__ as ansible_version
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.origin import made_by, now


def test_the_time_is_in_utc() -> None:
    made = datetime.datetime.fromisoformat(now().replace("Z", "+00:00"))

    age = datetime.datetime.now(datetime.timezone.utc) - made
    assert datetime.timedelta(0) <= age < datetime.timedelta(minutes=5)


def test_the_collection_and_ansible_are_named_with_their_versions() -> None:
    collection, ansible = made_by().split(", ")

    assert collection.startswith("mailops.smtp ")
    assert collection.split()[1][0].isdigit()
    assert ansible == f"ansible-core {ansible_version}"
