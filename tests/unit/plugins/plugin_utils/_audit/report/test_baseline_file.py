# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A baseline that cannot be read is named with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.as_json import render
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.baseline_file import (
    read_baseline_file,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.compare import BadBaseline
from ansible_collections.mailops.smtp.tests.unit.audit_reports import CREATED, audit, report_of


def test_the_json_report_is_a_baseline(tmp_path: Path) -> None:
    path = tmp_path / "audit.json"
    path.write_text("".join(render(report_of(audit()))))

    assert read_baseline_file(str(path)).created == CREATED


def test_a_folder_is_refused_with_the_file_that_may_be_meant(tmp_path: Path) -> None:
    with pytest.raises(BadBaseline, match=r"is a folder; name .*audit\.json"):
        read_baseline_file(str(tmp_path))


def test_a_file_without_an_end_is_not_read() -> None:
    with pytest.raises(BadBaseline, match="/dev/zero cannot be read: it is not a regular file"):
        read_baseline_file("/dev/zero")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"\xff", "cannot be used: it is not UTF-8"),
        (b"{}", "cannot be used: it is no json report of smtp_audit"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    tmp_path: Path, content: bytes | None, problem: str
) -> None:
    path = tmp_path / "old.json"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(BadBaseline) as error:
        read_baseline_file(str(path))

    assert str(error.value) == f"{path} {problem}"
