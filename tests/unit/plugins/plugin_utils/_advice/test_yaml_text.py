# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML of users is read as they mean it, or not at all."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.mailops.smtp.plugins.plugin_utils._advice.yaml_text import load_yaml


def test_plain_data_is_read_with_anchors_and_merges() -> None:
    text = "- &a {id: x, want: {rcpt: refused}}\n- {<<: *a, id: y}\n"
    assert load_yaml(text) == [
        {"id": "x", "want": {"rcpt": "refused"}},
        {"id": "y", "want": {"rcpt": "refused"}},
    ]


@pytest.mark.parametrize(
    "text", ["id: x\nid: y\n", "- a: 1\n  b: {c: 1, d: 2, c: 3}\n", "{a: 1, 'a': 2}"]
)
def test_a_key_that_is_there_twice_is_an_error_with_its_line(text: str) -> None:
    with pytest.raises(yaml.YAMLError, match=r"the key \w+ is there twice(.|\n)*line [12]"):
        load_yaml(text)


def test_no_object_of_python_is_made() -> None:
    with pytest.raises(yaml.YAMLError):
        load_yaml("!!python/object/apply:os.getcwd []")
