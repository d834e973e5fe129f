# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plugin says in RETURN that it returns, and what of a result, or of a sample, is otherwise.

Ansible checks none of it: a result may lack a documented key, or have another type.
"""

from __future__ import annotations

import typing as t

Documented = t.Mapping[str, t.Mapping[str, t.Any]]

# What Ansible itself puts into the result of any task.
OF_ANSIBLE = frozenset(
    [
        "ansible_facts",
        "changed",
        "failed",
        "failed_when_result",
        "failed_when_suppressed_exception",
        "invocation",
        "msg",
        "warnings",
    ]
)

_TYPES: dict[str, tuple[type, ...]] = {
    "bool": (bool,),
    "int": (int,),
    "float": (float, int),
    "str": (str,),
    "dict": (dict,),
    "list": (list,),
}


def problems(result: t.Mapping[str, t.Any], documented: Documented) -> list[str]:
    """Say what of a result is not as documented, apart from what Ansible puts into it."""
    ansible = OF_ANSIBLE - documented.keys()
    own = {name: value for name, value in result.items() if name not in ansible}
    return list(_of_keys(own, documented, ""))


def _of_keys(got: t.Mapping[str, t.Any], documented: Documented, path: str) -> t.Iterator[str]:
    for key in documented.keys() - got.keys():
        yield f"{path}{key} is documented, and not returned"
    for key in got.keys() - documented.keys():
        yield f"{path}{key} is returned, and not documented"
    for key in documented.keys() & got.keys():
        yield from _of_value(got[key], documented[key], f"{path}{key}")


def _of_value(value: t.Any, entry: t.Mapping[str, t.Any], path: str) -> t.Iterator[str]:
    if value is None:
        if "null" not in f"{entry['description']} {entry.get('returned')}".lower():
            yield f"{path} is null, and its description does not say when"
    elif not _is(value, entry["type"]):
        yield f"{path} is {value!r}, and not of type {entry['type']}"
    elif entry["type"] == "list":
        for number, one in enumerate(value):
            yield from _of_item(one, entry, f"{path}[{number}]")
    elif "contains" in entry:
        yield from _of_keys(value, entry["contains"], f"{path}.")


def _of_item(value: t.Any, entry: t.Mapping[str, t.Any], path: str) -> t.Iterator[str]:
    if not _is(value, entry["elements"]):
        yield f"{path} is {value!r}, and not of type {entry['elements']}"
    elif "contains" in entry:
        yield from _of_keys(value, entry["contains"], f"{path}.")


def _is(value: t.Any, name: str) -> bool:
    """Whether a value is of a type of RETURN. Python's bool is an int, and there it is none."""
    return isinstance(value, _TYPES[name]) and (name == "bool" or not isinstance(value, bool))


def of_samples(documented: Documented, path: str = "") -> t.Iterator[str]:
    """Say which samples are not of the type that is documented beside them."""
    for key, entry in documented.items():
        if "sample" in entry:
            yield from _of_value(entry["sample"], entry, f"{path}{key}")
        yield from of_samples(entry.get("contains", {}), f"{path}{key}.")


def keys(value: t.Any) -> t.Any:
    """Return the keys of a value at any depth, of a list those of its first item.

    They are to be compared with those of a sample, where RETURN has no `contains`.
    """
    if isinstance(value, dict):
        return {key: keys(one) for key, one in value.items()}
    return keys(value[0]) if isinstance(value, list) and value else None
