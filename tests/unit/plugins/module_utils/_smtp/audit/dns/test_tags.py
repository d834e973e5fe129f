# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records of tags."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.dns.tags import (
    tags_of,
    versions,
)


def test_the_first_value_of_a_tag_counts() -> None:
    assert tags_of(" P = reject ; p=none;; sp ; rua=mailto:a=b") == {
        "p": "reject",
        "rua": "mailto:a=b",
    }


def test_only_records_that_begin_with_the_version_count() -> None:
    texts = ["v=STSv1; id=1", "v=STSv12; id=1", "id=1; v=STSv1", "v = STSv1 ;id=2", ""]

    assert versions(texts, "STSv1") == ["v=STSv1; id=1", "v = STSv1 ;id=2"]
