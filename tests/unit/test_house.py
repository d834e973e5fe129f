# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule of the house: imports point down, from what Ansible runs to the network, in no circle.

docs/architecture.md says what each room is for. The rule holds for imports within functions and for
typing, too.
"""

from __future__ import annotations

import ast
import functools
import sys
import typing as t
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 10), reason="older Pythons cannot parse the controller's files"
)

PLUGINS = Path(__file__).parents[2] / "plugins"
PACKAGE = "ansible_collections.mailops.smtp.plugins"

# Ansible puts shared code into one of these two folders, by where it runs. Their names are left out
# below.
SHARED = ("module_utils", "plugin_utils")

# What each room may import beside itself: rooms, or single files of them. A file that stands in no
# room is a room of its own.
ROOMS: dict[str, set[str]] = {
    # On the probing hosts.
    "_net": set(),
    "_smtp.model": {"_net"},
    "_smtp.wire": {"_smtp.model", "_net"},
    "_smtp.options": {"_smtp.wire", "_smtp.model", "_net"},
    "_smtp.advice": {"_smtp.wire", "_smtp.model", "_net"},
    "_smtp.session": {"_smtp.options", "_smtp.wire", "_smtp.model", "_net"},
    "_smtp.steps": {"_smtp.session", "_smtp.options", "_smtp.wire", "_smtp.model", "_net"},
    "_smtp.dialogue": {
        "_smtp.steps",
        "_smtp.session",
        "_smtp.options",
        "_smtp.wire",
        "_smtp.model",
        "_net",
    },
    "_smtp.run": {
        "_smtp.advice",
        "_smtp.dialogue",
        "_smtp.session",
        "_smtp.options",
        "_smtp.wire",
        "_smtp.model",
        "_net",
    },
    "_smtp.diagnosis": {
        "_smtp.run",
        "_smtp.steps",
        "_smtp.advice",
        "_smtp.dialogue",
        "_smtp.session",
        "_smtp.options",
        "_smtp.wire",
        "_smtp.model",
        "_net",
    },
    # An audit holds its own dialogues, out of steps and raw commands.
    "_smtp.audit": {
        "_smtp.run.lookup",
        "_smtp.steps",
        "_smtp.session",
        "_smtp.options",
        "_smtp.wire",
        "_smtp.model",
        "_net",
    },
    # All that _receipt has of SMTP is the name of the header that it finds messages by.
    "_receipt": {"_net", "_smtp.wire.message"},
    "_server_log": {"_net"},
    "doc_fragments": set(),
    "_smtp.dialogue_module": {"_smtp.options", "_net.checked_module", "_net.errors"},
    "modules": {
        "_smtp.audit",
        "_smtp.diagnosis",
        "_smtp.dialogue_module",
        "_smtp.run",
        "_smtp.options",
        "_receipt",
        "_server_log",
        "_net",
    },
    # On the controller. What a probing host sends is read by `untrusted` before anything else.
    "_report.untrusted": {"_net.text"},
    "_report.files": set(),
    "_report.model": {"_report.untrusted", "_smtp.model", "_smtp.options.server_text"},
    "_report.input": {"_report.model", "_report.untrusted"},
    "_report.document": {"_report.causes", "_report.model", "_report.untrusted"},
    "_report.causes": {"_report.model", "_report.untrusted", "_net.text"},
    "_report.compare": {
        "_report.causes",
        "_report.document",
        "_report.model",
        "_report.untrusted",
    },
    "_report.diagnosis": {
        "_advice",
        "_report.causes",
        "_report.model",
        "_report.untrusted",
        "_smtp.model",
    },
    "_report.side_process": set(),
    # Reports of other runs, which are as untrusted as what hosts have registered.
    "_report.shards": {
        "_report.causes",
        "_report.diagnosis",
        "_report.document",
        "_report.input",
        "_report.model",
        "_report.side_process",
        "_report.untrusted",
    },
    "_report.report": {
        "_advice.own_rows",
        "_report.causes",
        "_report.compare",
        "_report.diagnosis",
        "_report.model",
    },
    "_report.renderers": {
        "_advice.remedy",
        "_net.text",
        "_report.report",
        "_report.causes",
        "_report.compare",
        "_report.document",
        "_report.model",
        "_report.untrusted",
        "_smtp.model",
    },
    "_report.origin": {"_report.untrusted"},
    "_report.screen": {"_report.renderers"},
    "_report.isolation": {
        "_report.report",
        "_report.causes",
        "_report.compare",
        "_report.input",
        "_report.model",
        "_report.files",
    },
    "_report.options": {
        "_report.renderers",
        "_report.input",
        "_report.untrusted",
        "_net.argument_spec",
        "_net.errors",
        "_net.nearest",
        "_net.text",
    },
    "_report.output": {
        "_advice.own_rows",
        "_report.isolation",
        "_report.origin",
        "_report.screen",
        "_report.renderers",
        "_report.report",
        "_report.causes",
        "_report.compare",
        "_report.diagnosis",
        "_report.document",
        "_report.input",
        "_report.model",
        "_report.shards",
        "_report.side_process",
        "_report.files",
        "_report.untrusted",
    },
    # Advice for a reader: what the catalogue leaves out, and a user's own rows.
    "_advice": {
        "_net.errors",
        "_net.nearest",
        "_net.option_types",
        "_net.regular_file",
        "_net.text",
        "_report.untrusted",
        "_smtp.advice",
        "_smtp.model",
        "_smtp.wire",
    },
    # What hosts have found, as a report.
    "_audit.facts": {"_report.untrusted"},
    "_audit.report": {
        "_audit.arrival",
        "_audit.facts",
        "_audit.load",
        "_report.files",
        "_report.input.receipts",
        "_report.model",
        "_report.renderers",
        "_report.screen",
        "_report.untrusted",
        "_net.regular_file",
        "_net.text",
        "_smtp.advice",
        "_smtp.audit.model",
    },
    # The checks of an audit as files, and what hosts have returned of them.
    "_audit": {
        "_audit.facts",
        "_check",
        "_advice.pattern",
        "_advice.yaml_text",
        "_net.argument_spec",
        "_net.errors",
        "_net.nearest",
        "_net.option_types",
        "_net.regular_file",
        "_net.text",
        "_report.untrusted",
        "_smtp.audit.form",
        "_smtp.audit.model",
        "_smtp.audit.request",
        "_smtp.wire.message",
    },
    "filter": {"_advice", "_net.errors", "_net.nearest", "_net.text", "_smtp.model"},
    "_check": {
        "_server_log.servers.by_name",
        "_smtp.advice.catalogue.index",
        "_smtp.diagnosis.request",
        "_smtp.model",
        "_net.argument_spec",
        "_net.option_types",
        "_net.text",
        "_net.errors",
        "_net.nearest",
        "_net.redaction",
        "_smtp.options.secret_options",
        "_smtp.options.server_text",
        "_smtp.options.spec",
    },
    "callback": {"_audit.last_screen", "_check"},
    "action": {
        "_audit",
        "_audit.report",
        "_check",
        "_advice.own_rows",
        "_report.diagnosis",
        "_report.origin",
        "_report.shards",
        "_report.options",
        "_report.output",
        "_report.renderers",
        "_report.compare",
        "_report.input",
        "_report.files",
        "_report.untrusted",
        "_net.errors",
        "_net.regular_file",
        "_smtp.options.spec",
    },
}


def name_of(parts: t.Sequence[str]) -> str:
    """Return the name of a file in the house, such as `_net.text` or `action.smtp_report`."""
    return ".".join(parts[1:] if parts[0] in SHARED else parts)


FILES = {
    name_of(path.relative_to(PLUGINS).with_suffix("").parts): path
    for path in sorted(PLUGINS.rglob("*.py"))
}


@functools.lru_cache(maxsize=None)
def imports_of(name: str) -> tuple[str, ...]:
    """Return the files of the house that a file imports, anywhere in it."""
    return tuple(_imports(name))


def _imports(name: str) -> t.Iterator[str]:
    for node in ast.walk(ast.parse(FILES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert not any(alias.name.startswith(PACKAGE) for alias in node.names), name
        if not isinstance(node, ast.ImportFrom):
            continue
        module = node.module or ""
        if node.level:
            above = name.split(".")[: -node.level]
            module = ".".join([*above, *filter(None, [module])])
        elif module.startswith(f"{PACKAGE}."):
            module = name_of(module[len(PACKAGE) + 1 :].split("."))
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
        assert {room_of(imported), imported} & {room, *ROOMS[room]}, f"{name} imports {imported}"


def test_no_file_imports_itself_by_way_of_others() -> None:
    graph = {name: set(imports_of(name)) for name in FILES}
    while True:
        done = {name for name, imported in graph.items() if not imported & set(graph)}
        if not done:
            break
        for name in done:
            del graph[name]
    assert not graph, f"a circle among {sorted(graph)}"


def test_no_room_may_import_another_that_may_import_it() -> None:
    for room, others in ROOMS.items():
        below: set[str] = set(others)
        found: set[str] = set()
        while below - found:
            found |= below
            below = {one for name in found for one in ROOMS.get(name, ())}
        assert room not in found


def test_every_room_has_files_and_every_single_file_is_used() -> None:
    assert {room_of(name) for name in FILES} == set(ROOMS)
    for room, others in ROOMS.items():
        files = {one for one in others if one not in ROOMS}
        imported = {one for name in FILES if room_of(name) == room for one in imports_of(name)}
        assert files <= imported, f"{room} imports no {files - imported}"
