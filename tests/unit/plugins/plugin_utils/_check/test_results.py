# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of a probing host controls nothing here, and says why if the module did not run."""

from __future__ import annotations

import typing as t

import pytest
import yaml
from ansible_collections.mailops.smtp.plugins.modules import mail_receipt, smtp_handshake
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.modules import (
    HANDSHAKE,
    RECEIPT,
    RETURNED,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.results import (
    did_not_run,
    filtered,
    reason_not_run,
    without_passed_transcripts,
)

DOCUMENTED = frozenset(["passed", "results"])


def test_values_that_control_ansible_are_removed() -> None:
    result = {
        "passed": True,
        "changed": False,
        "_ansible_parsed": True,
        "ansible_facts": {"smtp_check_report_dir": "/etc"},
        "add_host": {"host_name": "x"},
        "add_group": "x",
        "ansible_stats": {},
        "diff": {},
        "skipped": True,
        "unreachable": True,
        "anything": 1,
    }
    assert filtered(result, DOCUMENTED) == {
        "passed": True,
        "changed": False,
        "_ansible_parsed": True,
    }


def test_warnings_are_limited_and_printable() -> None:
    (first, *rest) = filtered({"warnings": ["\x1b[2J" + "x" * 5000] * 100}, DOCUMENTED)["warnings"]
    assert first.startswith(r"\x1b[2J")
    assert len(first) == 1000
    assert len(rest) == 19


def test_a_deprecation_that_ansible_cannot_print_is_removed() -> None:
    """ansible-core 2.21 expects an attribute of a deprecation, which a text does not have."""
    result = {"warnings": "all", "deprecations": ["a text", {"msg": "old", "version": "3.0.0"}]}
    assert filtered(result, DOCUMENTED) == {
        "warnings": [],
        "deprecations": [{"msg": "old", "version": "3.0.0"}],
    }


def test_the_documented_values_are_kept() -> None:
    for module, name in ((smtp_handshake, HANDSHAKE), (mail_receipt, RECEIPT)):
        assert set(yaml.safe_load(module.RETURN)) == set(RETURNED[name])


@pytest.mark.parametrize(
    ("result", "ended"),
    [
        ({"passed": False, "failed": True}, False),
        ({"results": []}, False),
        (
            {"failed": True, "msg": "Failed to import the required Python library (dnspython)"},
            False,
        ),
        ({"failed": True, "msg": "targets[0].port: 0 is not between 1 and 65535"}, False),
        ({"failed": True, "module_stderr": "SyntaxError"}, True),
        ({"failed": True, "msg": "ansible-core requires a minimum of Python version 3.9"}, True),
    ],
)
def test_a_module_that_did_not_run_is_recognized_by_its_result(
    result: dict[str, t.Any], ended: bool
) -> None:
    assert did_not_run(result) is ended


@pytest.mark.parametrize(
    ("python", "result", "words"),
    [
        (
            "3.6.8\n",
            {"msg": "MODULE FAILURE"},
            "Python 3.6.8, and mailops.smtp.smtp_handshake needs",
        ),
        ("2.7.18", {}, "Set ansible_python_interpreter to a newer one."),
        (
            "3.11.7\r\n",
            {"msg": "MODULE FAILURE", "module_stderr": "Traceback:\n  x\nOSError: no\n"},
            "no result from Python 3.11.7: MODULE FAILURE OSError: no",
        ),
        ("", {"msg": None}, "no result: the module ended without saying why"),
        ("x" * 10**6, {"msg": "requires " * 10**5}, "no result: requires requires"),
    ],
)
def test_the_reason_says_why_it_did_not_run(
    python: str, result: dict[str, t.Any], words: str
) -> None:
    told = reason_not_run(result, python, HANDSHAKE)
    assert words in told
    assert len(told) < 2500
    assert told.isprintable()


def test_only_a_dialogue_that_did_not_pass_keeps_its_transcript() -> None:
    results = [
        {"passed": True, "transcript": ["[0.000] S: 220 mx"], "attempts": 1},
        {"passed": False, "transcript": ["[0.000] S: 554 mx"]},
        {"passed": True},
        "no result",
    ]
    assert without_passed_transcripts({"results": results, "changed": False}) == {
        "results": [{"passed": True, "transcript": [], "attempts": 1}, *results[1:]],
        "changed": False,
    }
    assert without_passed_transcripts({"results": "none", "msg": "x"}) == {
        "results": "none",
        "msg": "x",
    }
