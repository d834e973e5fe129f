# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that cannot be meant as they are: told with what was meant. No I/O.

Nothing is silently done without: a name that is wrong would make a report of nothing.
"""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping
from pathlib import Path

from ..renderers.formats import FORMATS, TRANSCRIPTS, file_of
from ..renderers.verdicts import FAIL_ON, FAIL_ON_BROKEN
from ..untrusted import one_line
from . import suggestions

if t.TYPE_CHECKING:
    from ..input.play import Play

SPEC: dict[str, dict[str, t.Any]] = {
    "variable": {"type": "str", "required": True},
    "planned": {"type": "str"},
    "use": {"type": "str"},
    "hosts": {"type": "list", "elements": "str"},
    "dest": {"type": "path"},
    "formats": {"type": "list", "elements": "str", "choices": list(FORMATS), "default": []},
    "receipts": {"type": "str"},
    "baseline": {"type": "path"},
    "fail_on": {"type": "str", "choices": list(FAIL_ON), "default": FAIL_ON_BROKEN},
}

_Predicate = Callable[[t.Any], bool]

# The options that are names of variables, and what is in such a variable.
_VARIABLES: dict[str, _Predicate] = {
    "variable": suggestions.holds_results,
    "planned": suggestions.holds_targets,
    "receipts": suggestions.holds_receipts,
}


class BadOption(Exception):
    """An option cannot be used as it is. Its text says which, and why."""


def check_names(arguments: Mapping[str, t.Any]) -> None:
    """See whether there are such options and choices. Raise BadOption."""
    for name in arguments:
        if name not in SPEC:
            hint = suggestions.did_you_mean(name, SPEC)
            raise BadOption(f"{suggestions.quoted(name)}: there is no such option{hint}")
    for one in _items(arguments.get("formats")):
        if not isinstance(one, str) or one.strip() not in FORMATS:
            hint = suggestions.did_you_mean(_format_meant(one), FORMATS)
            raise BadOption(f"formats: there is no format {suggestions.quoted(one)}{hint}")
    fail_on = arguments.get("fail_on")
    if fail_on is not None and fail_on not in FAIL_ON:
        hint = suggestions.did_you_mean(one_line(fail_on), FAIL_ON)
        raise BadOption(f"fail_on: it cannot be {suggestions.quoted(fail_on)}{hint}")


def check_variables(arguments: Mapping[str, t.Any], play: Play, use: str) -> None:
    """See whether the options that name variables do. Raise BadOption.

    That no host has a variable is an error only where some host has another one that looks right:
    hosts that left the play before have none, and are rows of the report.
    """
    for option, looks_right in _VARIABLES.items():
        _check_name(option, arguments.get(option), looks_right, play)
    _check_name("use", arguments.get("use"), lambda value: bool(value == use), play)
    name_of_use = arguments.get("use")
    if arguments.get("hosts") == [] or (
        name_of_use and not any(known.get(name_of_use) == use for known in play)
    ):
        return  # nobody has anything yet
    for option, looks_right in _VARIABLES.items():
        name = arguments.get(option)
        if name is not None and not any(name in known for known in play):
            hint = _hint(name, looks_right, play)
            if hint:
                raise BadOption(f"{option}: no host has a variable {name}{hint}")


def check_hosts(wanted: list[str], play: Play) -> None:
    """See whether there are such hosts. Raise BadOption."""
    for name in wanted:
        if name not in play:
            hint = suggestions.did_you_mean(name, play.inventory)
            raise BadOption(f"hosts: there is no host {suggestions.quoted(name)}{hint}")


def _check_name(option: str, given: t.Any, looks_right: _Predicate, play: Play) -> None:
    """See whether an option is the name of a variable. Raise BadOption."""
    if given is None or (isinstance(given, str) and suggestions.is_name(given)):
        return
    if isinstance(given, str):
        problem = f"{suggestions.quoted(given)} is not the name of a variable"
        raise BadOption(f"{option}: {problem}{_hint(given, looks_right, play)}")
    problem = "give the name of a variable, and not what is in it"
    hint = _hint("", lambda value: bool(value == given), play) or _hint("", looks_right, play)
    raise BadOption(f"{option}: {problem}{hint}")


def _hint(given: str, looks_right: _Predicate, play: Play) -> str:
    """Say which variable was meant, where some host has one that looks right."""
    return suggestions.did_you_mean(given, suggestions.variables_that(looks_right, play))


def _items(formats: t.Any) -> list[t.Any]:
    """Return the items of a list as Ansible takes it: also as a text with commas, or one alone."""
    if formats is None or formats == "":
        return []
    if isinstance(formats, str):
        return formats.split(",")
    return list(formats) if isinstance(formats, (list, tuple)) else [formats]


def _format_meant(written: t.Any) -> str:
    """Return the format whose file a path names, and anything else as it is."""
    path = Path(one_line(written).strip())
    by_file = {file_of(one): one for one in FORMATS}
    by_suffix = {Path(file).suffix: one for file, one in by_file.items() if one != TRANSCRIPTS}
    return by_file.get(path.name) or by_suffix.get(path.suffix) or str(path)
