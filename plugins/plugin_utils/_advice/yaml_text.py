# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read YAML that people have written. No I/O.

A key that is in a mapping twice is an error, as in YAML itself. PyYAML would take the last value,
so that a part of a check or of a row of advice would be lost without a word.
"""

from __future__ import annotations

import typing as t

import yaml
from ansible.module_utils.common.yaml import SafeLoader

_MERGE = "tag:yaml.org,2002:merge"


class _Loader(SafeLoader):  # type: ignore[misc] # the one of libyaml, if it is there
    """Reads plain data, and no mapping with the same key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> t.Any:
        """Return a mapping. Raise yaml.YAMLError."""
        seen = set()
        for key, _value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != _MERGE:
                if (key.tag, key.value) in seen:
                    problem = f"the key {key.value} is there twice"
                    raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
                seen.add((key.tag, key.value))
        return super().construct_mapping(node, deep)


def load_yaml(text: str) -> t.Any:
    """Return what a text of YAML says. Raise yaml.YAMLError."""
    return yaml.load(text, _Loader)  # noqa: S506 - it is a safe loader
