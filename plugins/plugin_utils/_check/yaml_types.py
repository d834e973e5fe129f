# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find values in options whose type a module cannot see. No I/O.

YAML makes a date of the text 2026-01-31, and the name `true` of the word on. Ansible hands both to
a module as texts, but not as those that the user has written.
"""

from __future__ import annotations

import datetime
import re
import typing as t
from collections.abc import Mapping

from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.module_utils._net.option_types import (
    is_text,
    type_of,
    type_problem,
)


def check_yaml_types(where: str, value: t.Any) -> None:
    """Raise BadOption for the first date in a value, or name that is no text, at any depth.

    `where` is the option with its path, or empty if the value is that of all options.
    """
    found = _first(value)
    if found is not None:
        path, problem = found
        raise BadOption(f"{where}{path}" if where else path[1:], problem)


def _first(value: t.Any) -> tuple[str, str] | None:
    """Return where in a value the first of them is, and what is wrong with it."""
    if isinstance(value, datetime.date):
        return "", type_problem({"type": "str"}, value)
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if not is_text(name):
                return "", f"has {type_of(name)} in place of a name; write the name in quotes"
            found = _first(inner)
            if found is not None:
                # YAML reads {password:secret}, without a blank after the colon, as one name.
                shown = re.split(r"[^\w-]", str(name))[0]
                return f".{shown}{found[0]}", found[1]
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            found = _first(inner)
            if found is not None:
                return f"[{index}]{found[0]}", found[1]
    return None
