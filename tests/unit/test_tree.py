# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each source file has its test file: tests/unit/plugins/x/test_y.py for plugins/x/y.py.

A file of data alone, where no function has a line to run, needs none.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 8), reason="Python 3.7 parses constants otherwise, and the tree is one"
)

ROOT = Path(__file__).parents[2]
TESTS = Path("tests", "unit", "plugins")

# Source files whose stories are told in another test file, with the reason.
ELSEWHERE = {
    # One run of the role goes through all of them.
    "action/smtp_check_diagnose.py": "action/test_smtp_check_diagnosis.py",
    "action/smtp_check_merge_start.py": "action/test_smtp_check_merge.py",
    "action/smtp_check_probe.py": "action/test_smtp_check.py",
    "action/smtp_check_receive.py": "action/test_smtp_check.py",
    "action/smtp_check_server_log.py": "action/test_smtp_check_diagnosis.py",
    "action/smtp_check_start.py": "action/test_smtp_check.py",
    "plugin_utils/_check/receive.py": "action/test_smtp_check.py",
    # It tells the reports of two uses of the role apart.
    "plugin_utils/_check/role_use.py": "action/test_smtp_report.py",
    # What a host is for Ansible is seen in a run of the role alone.
    "plugin_utils/_check/delegation.py": "action/test_smtp_check_diagnosis.py",
    # Their few lines call the module, which is what its users see.
    "action/smtp_audit.py": "modules/test_smtp_audit.py",
    "action/smtp_audit_probe.py": "action/test_smtp_audit_role.py",
    "action/smtp_audit_receive.py": "action/test_smtp_audit_role.py",
    "action/smtp_audit_report.py": "action/test_smtp_audit_role.py",
    "action/smtp_audit_start.py": "action/test_smtp_audit_role.py",
    "plugin_utils/_check/filtered_action.py": "modules/test_smtp_handshake.py",
    # A diagnosis is what its findings come to.
    "module_utils/_smtp/diagnosis/model.py": "module_utils/_smtp/diagnosis/test_diagnose.py",
    # It is the part of the module that its users see in every message.
    "module_utils/_smtp/dialogue_module.py": "modules/test_smtp_handshake.py",
    # The clients hold the dialogues that their stores need, and have no user but them.
    "module_utils/_receipt/account.py": "module_utils/_receipt/test_imap.py",
    "module_utils/_receipt/buffered_stream.py": "module_utils/_receipt/test_imap.py",
    "module_utils/_receipt/idle.py": "module_utils/_receipt/test_imap.py",
    "module_utils/_receipt/imap_client.py": "module_utils/_receipt/test_imap.py",
    "module_utils/_receipt/pop3_client.py": "module_utils/_receipt/test_pop3.py",
    # What is at a path is told of the stores that are there.
    "module_utils/_receipt/local_store.py": "module_utils/_receipt/test_mbox.py",
    "module_utils/_receipt/store.py": "module_utils/_receipt/test_sweep.py",
    # A sentence and its evidence are told of the run that they explain.
    "plugin_utils/_report/causes/evidence.py": "plugin_utils/_report/causes/test_causes.py",
    "plugin_utils/_report/causes/wording.py": "plugin_utils/_report/causes/test_causes.py",
    # A merge goes through all of them.
    "plugin_utils/_report/shards/merged_cells.py": "plugin_utils/_report/shards/test_merge.py",
    "plugin_utils/_report/shards/read.py": "plugin_utils/_report/shards/test_merge.py",
    "plugin_utils/_report/shards/segment.py": "plugin_utils/_report/shards/test_merge.py",
    "plugin_utils/_report/shards/tables.py": "plugin_utils/_report/shards/test_merge.py",
}


def sources() -> list[str]:
    """Return the source files in which a function, a method or a lambda has a line to run."""
    return [
        str(path.relative_to(ROOT / "plugins"))
        for path in sorted((ROOT / "plugins").rglob("*.py"))
        if any(map(runs, ast.walk(ast.parse(path.read_text(encoding="utf-8")))))
    ]


def runs(node: ast.AST) -> bool:
    """Whether a node is a function with more in it than a docstring or an ellipsis."""
    if isinstance(node, ast.FunctionDef):
        return not all(
            isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)
            for line in node.body
        )
    return isinstance(node, ast.Lambda)


def mirror_of(source: str) -> Path:
    """Return the path of the test file of a source file."""
    path = Path(source)
    return TESTS / path.with_name(f"test_{path.name.lstrip('_')}")


SOURCES = sources()


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_file_has_its_test_file(source: str) -> None:
    test = TESTS / ELSEWHERE[source] if source in ELSEWHERE else mirror_of(source)
    assert (ROOT / test).is_file(), f"{test} is missing"


@pytest.mark.parametrize("source", ELSEWHERE)
def test_each_exception_is_one(source: str) -> None:
    assert source in SOURCES, "there is no such file, or it needs no test"
    assert not (ROOT / mirror_of(source)).exists(), "it has a test file of its own"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('def f():\n    "Nothing."\n', False),
        ("def f():\n    ...\n", False),
        ("X = 1\nclass Y:\n    x: int\n", False),
        ("def f():\n    return 1\n", True),
        ("class Y:\n    def f(self):\n        pass\n", True),
        ("X = lambda: 1\n", True),
    ],
)
def test_what_runs_is_told_from_data(source: str, expected: bool) -> None:
    assert any(map(runs, ast.walk(ast.parse(source)))) is expected
