# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check the options of smtp_report, and suggest what was meant. No I/O.

A mistyped name is never ignored: it would make a report without results, or without the part that
was asked for.
"""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping
from pathlib import Path

from ansible_collections.mailops.smtp.plugins.module_utils._net.argument_spec import check_options
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption

from ..renderers.formats import FORMATS, TRANSCRIPTS, file_of
from ..renderers.verdicts import FAIL_ON, FAIL_ON_BROKEN
from ..untrusted import one_line
from . import suggestions

if t.TYPE_CHECKING:
    from ..input.play import Play

SPEC: dict[str, dict[str, t.Any]] = {
    "variable": {"type": "str"},
    "planned": {"type": "str"},
    "use": {"type": "str"},
    "hosts": {"type": "list", "elements": "str"},
    "dest": {"type": "path"},
    "formats": {"type": "list", "elements": "str", "choices": list(FORMATS), "default": []},
    "receipts": {"type": "str"},
    "diagnoses": {"type": "list", "elements": "str", "default": []},
    "server_logs": {"type": "dict", "default": {}},
    "earlier": {"type": "str"},
    "advice": {"type": "path"},
    "baseline": {"type": "path"},
    "fail_on": {"type": "str", "choices": list(FAIL_ON), "default": FAIL_ON_BROKEN},
    "shards": {"type": "list", "elements": "path"},
    "expected_hosts": {"type": "list", "elements": "str", "default": []},
}

# The options about what the hosts of a play have registered, which a merge knows nothing of.
_OF_A_PLAY = (
    "variable",
    "planned",
    "use",
    "hosts",
    "receipts",
    "diagnoses",
    "server_logs",
    "earlier",
)

_Predicate = Callable[[t.Any], bool]

# The options that name a variable, and whether a value may be meant by it.
_VARIABLES: dict[str, _Predicate] = {
    "variable": suggestions.holds_results,
    "planned": suggestions.holds_targets,
    "receipts": suggestions.holds_receipts,
}


def check_names(arguments: Mapping[str, t.Any]) -> None:
    """Check the names of options and formats. Raise BadOption."""
    for name in arguments:
        if name not in SPEC:
            hint = suggestions.did_you_mean(name, SPEC)
            raise BadOption(suggestions.quoted(name), f"is not an option{hint}")
    for one in _items(arguments.get("formats")):
        if not isinstance(one, str) or one.strip() not in FORMATS:
            hint = suggestions.did_you_mean(_format_meant(one), FORMATS)
            raise BadOption("formats", f"{suggestions.quoted(one)} is not a format{hint}")
    fail_on = arguments.get("fail_on")
    if fail_on is not None and fail_on not in FAIL_ON:
        hint = suggestions.did_you_mean(one_line(fail_on), FAIL_ON)
        raise BadOption("fail_on", f"cannot be {suggestions.quoted(fail_on)}{hint}")


def check_sources(arguments: Mapping[str, t.Any]) -> None:
    """Check that a report is of the hosts of a play, or of shards. Raise BadOption."""
    if arguments.get("shards") is None:
        if arguments.get("expected_hosts"):
            raise BadOption("expected_hosts", "needs shards, the reports to merge")
        if arguments.get("variable") is None:
            raise BadOption("", "one of variable and shards is required")
        return
    for name in _OF_A_PLAY:
        if arguments.get(name) is not None:
            raise BadOption(name, "cannot be used with shards, which have their own results")


def check_variables(arguments: Mapping[str, t.Any], play: Play, use: str) -> None:
    """Check the options that name variables. Raise BadOption.

    A variable that no host has is an error only if some host has another one that may be meant.
    Hosts that left the play earlier have no variable, and are rows of the report.
    """
    for option, looks_right in _VARIABLES.items():
        _check_variable_name(option, arguments.get(option), looks_right, play)
    for option in ("diagnoses", "earlier"):
        for one in _items(arguments.get(option)):
            _check_variable_name(option, one, lambda _value: False, play)
    _check_variable_name("use", arguments.get("use"), lambda value: bool(value == use), play)
    name_of_use = arguments.get("use")
    if arguments.get("hosts") == [] or (
        name_of_use and not any(known.get(name_of_use) == use for known in play)
    ):
        return  # no host has results yet
    for option, looks_right in _VARIABLES.items():
        name = arguments.get(option)
        if name is not None and not any(name in known for known in play):
            hint = _hint(name, looks_right, play)
            if hint:
                raise BadOption(option, f"no host has a variable {name}{hint}")


def check_types(arguments: Mapping[str, t.Any]) -> None:
    """Check that each option is of its type. Raise BadOption."""
    check_options("", arguments, SPEC)


def check_hosts(wanted: list[str], play: Play) -> None:
    """Check that the inventory has the hosts. Raise BadOption."""
    for name in wanted:
        if name not in play:
            hint = suggestions.did_you_mean(name, play.inventory)
            raise BadOption("hosts", f"{suggestions.quoted(name)} is not in the inventory{hint}")


def _check_variable_name(option: str, given: t.Any, looks_right: _Predicate, play: Play) -> None:
    """Check that an option is the name of a variable. Raise BadOption."""
    if given is None or (isinstance(given, str) and suggestions.is_name(given)):
        return
    problem = "must be the name of a variable, not"
    if isinstance(given, str):
        hint = _hint(given, looks_right, play)
        raise BadOption(option, f"{problem} {suggestions.quoted(given)}{hint}")
    hint = _hint("", lambda value: bool(value == given), play) or _hint("", looks_right, play)
    raise BadOption(option, f"{problem} its value{hint}")


def _hint(given: str, looks_right: _Predicate, play: Play) -> str:
    """Suggest the variable that was meant, if some host has a matching one."""
    return suggestions.did_you_mean(given, suggestions.variables_that(looks_right, play))


def _items(formats: t.Any) -> list[t.Any]:
    """Return the items of a list that may be a text with commas, or a single item."""
    if formats is None or formats == "":
        return []
    if isinstance(formats, str):
        return formats.split(",")
    return list(formats) if isinstance(formats, (list, tuple)) else [formats]


def _format_meant(written: t.Any) -> str:
    """Return the format of a file whose path was given, or the text as it is."""
    path = Path(one_line(written).strip())
    by_file = {file_of(one): one for one in FORMATS}
    by_suffix = {Path(file).suffix: one for file, one in by_file.items() if one != TRANSCRIPTS}
    return by_file.get(path.name) or by_suffix.get(path.suffix) or str(path)
