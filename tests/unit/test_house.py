# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule of the house: imports point down, from the module to the network, and never in a circle.

docs/architecture.md says what each room is for. The rule holds for imports within functions and for
typing, too.
"""

from __future__ import annotations

import ast
import typing as t
from pathlib import Path

import pytest

MODULE_UTILS = Path(__file__).parents[2] / "plugins" / "module_utils"
PACKAGE = "ansible_collections.mailops.smtp.plugins.module_utils."

# What each room may import beside itself. A file that stands in no room is a room of its own.
ROOMS: dict[str, set[str]] = {
    "_net": set(),
    "_smtp.model": {"_net"},
    "_smtp.wire": {"_smtp.model", "_net"},
    "_smtp.options": {"_smtp.wire", "_smtp.model", "_net"},
    "_smtp.advice": {"_smtp.wire", "_smtp.model", "_net"},
    "_smtp.session": {"_smtp.advice", "_smtp.options", "_smtp.wire", "_smtp.model", "_net"},
    "_smtp.dialogue": {"_smtp.session", "_smtp.options", "_smtp.wire", "_smtp.model", "_net"},
    "_smtp.run": {
        "_smtp.dialogue",
        "_smtp.session",
        "_smtp.options",
        "_smtp.wire",
        "_smtp.model",
        "_net",
    },
    "_receipt": {"_net"},
}

# The name of the header that a receipt is found by: all that _receipt has of SMTP.
ALLOWED = {("_receipt.head", "_smtp.wire.message"), ("_receipt.imap", "_smtp.wire.message")}

FILES = {
    ".".join(path.relative_to(MODULE_UTILS).with_suffix("").parts): path
    for path in sorted(MODULE_UTILS.rglob("*.py"))
}


def imports_of(name: str) -> t.Iterator[str]:
    """Return the files of the house that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(FILES[name].read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        module = node.module or ""
        if node.level:
            above = name.split(".")[: -node.level]
            module = ".".join([*above, *filter(None, [module])])
        elif module.startswith(PACKAGE):
            module = module[len(PACKAGE) :]
        else:
            continue
        for alias in node.names:
            whole = f"{module}.{alias.name}"
            yield whole if whole in FILES else module


def room_of(name: str) -> str:
    """Return the room that a file stands in."""
    return next(room for room in ROOMS if name == room or name.startswith(f"{room}."))


@pytest.mark.parametrize("name", FILES)
def test_a_file_imports_only_what_its_room_may(name: str) -> None:
    room = room_of(name)
    for imported in imports_of(name):
        allowed = room_of(imported) in {room, *ROOMS[room]} or (name, imported) in ALLOWED
        assert allowed, f"{name} imports {imported}"


def test_no_file_imports_itself_by_way_of_others() -> None:
    graph = {name: set(imports_of(name)) for name in FILES}
    while True:
        done = {name for name, imported in graph.items() if not imported & set(graph)}
        if not done:
            break
        for name in done:
            del graph[name]
    assert not graph, f"a circle among {sorted(graph)}"


def test_every_room_has_files_and_every_exception_is_used() -> None:
    assert {room_of(name) for name in FILES} == set(ROOMS)
    assert {(name, one) for name, one in ALLOWED if one in set(imports_of(name))} == ALLOWED
