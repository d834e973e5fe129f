# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The published schema of the json report, and what is not as it says."""

from __future__ import annotations

import json
import pathlib
import typing as t

from jsonschema import Draft202012Validator

_ROOT = pathlib.Path(__file__).resolve().parents[2]

SCHEMA: dict[str, t.Any] = json.loads(
    (_ROOT / "docs" / "smtp_report.schema.json").read_text(encoding="utf-8")
)


def problems(document: t.Any, schema: dict[str, t.Any] = SCHEMA) -> list[str]:
    """Say what of a report is not as the schema has it."""
    found = Draft202012Validator(schema).iter_errors(document)
    return [f"{error.json_path}: {error.message}" for error in found]
