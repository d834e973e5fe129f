# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each format has a file of its own, and the module's documentation names them all."""

from __future__ import annotations

import yaml
from ansible_collections.mailops.smtp.plugins.modules import smtp_report
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.formats import (
    FORMATS,
    PUBLIC,
    RENDERERS,
    file_of,
)


def test_no_two_formats_have_the_same_file() -> None:
    assert len({file_of(name) for name in FORMATS}) == len(FORMATS)


def test_the_documented_choices_are_the_formats() -> None:
    options = yaml.safe_load(smtp_report.DOCUMENTATION)["options"]
    assert sorted(options["formats"]["choices"]) == sorted(FORMATS)


def test_what_others_may_read_is_a_format_with_a_file() -> None:
    assert set(RENDERERS) >= PUBLIC
