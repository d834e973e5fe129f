# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts have found out is in the report, in the order of the cells."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.model import Diagnosis
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.document.diagnoses import (
    diagnoses_documents,
)


def test_each_diagnosis_has_its_cell() -> None:
    asked = {("b", "s"): [Diagnosis("b", "s")], ("a", "t"): [Diagnosis("log", "t", of_log=True)]}
    found = list(diagnoses_documents(asked, ["a", "b"], ["s", "t"]))
    assert [one["cell"] for one in found] == [
        {"host": "a", "server": "t"},
        {"host": "b", "server": "s"},
    ]
    assert [one["host"] for one in found] == ["log", "b"]
