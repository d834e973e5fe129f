# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of a probing host controls nothing here, and says why if the module did not run."""

from __future__ import annotations

import importlib
import json
import typing as t

import pytest
import yaml
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.modules import (
    HANDSHAKE,
    RECEIPT,
    RETURNED,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.results import (
    MAX_TRANSCRIPTS,
    did_not_run,
    filtered,
    reason_not_run,
    with_few_transcripts,
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


# Characters that JSON has as they are: the end of a line, and the beginning of a sequence, each in
# one character; the reading direction turned; and a command for a CI system.
CONTROLS = "\x85\x9b2J\u202e##vso[task.complete]"
ESCAPED = r"\x85\x9b2J\u202e#\x23vso[task.complete]"


def test_whatever_ansible_prints_of_a_result_is_printable() -> None:
    deep: t.Any = CONTROLS
    for _level in range(5000):
        deep = [deep]
    result = {
        "msg": f"one\ntwo {CONTROLS}",
        "module_stdout": CONTROLS,
        "results": [{CONTROLS: (CONTROLS, 5, None)}, deep],
        "invocation": {"module_args": {"host": CONTROLS}},
        "deprecations": [{"msg": CONTROLS, "version": "3.0.0", "bogus": CONTROLS, "date": 5}],
    }
    found = filtered(result, DOCUMENTED)
    assert found["msg"] == f"one\ntwo {ESCAPED}"
    assert found["results"][0] == {ESCAPED: (ESCAPED, 5, None)}
    assert found["deprecations"] == [{"msg": ESCAPED, "version": "3.0.0"}]
    printed = json.dumps(found, ensure_ascii=False)
    assert printed.isprintable()
    assert "##vso" not in printed


def test_a_warning_that_ansible_made_of_the_output_is_printable() -> None:
    """ansible-core 2.19 makes objects of warnings, which have the texts of the host."""
    messages = pytest.importorskip("ansible.module_utils._internal._messages")
    warning = messages.WarningSummary(event=messages.Event(msg=CONTROLS, help_text=CONTROLS))
    (found,) = filtered({"warnings": [warning]}, DOCUMENTED)["warnings"]
    assert type(found) is type(warning)
    assert (found.event.msg, found.event.help_text) == (ESCAPED, ESCAPED)


def test_a_deprecation_that_ansible_cannot_print_is_removed() -> None:
    """ansible-core 2.21 expects an attribute of a deprecation, which a text does not have."""
    result = {"warnings": "all", "deprecations": ["a text", {"msg": "old", "version": "3.0.0"}]}
    assert filtered(result, DOCUMENTED) == {
        "warnings": [],
        "deprecations": [{"msg": "old", "version": "3.0.0"}],
    }


def documented(module: str) -> set[str]:
    plugin = importlib.import_module(f"ansible_collections.mailops.smtp.plugins.modules.{module}")
    return set(yaml.safe_load(plugin.RETURN))


@pytest.mark.parametrize("module", RETURNED)
def test_the_documented_values_are_kept(module: str) -> None:
    assert documented(module.rpartition(".")[2]) == set(RETURNED[module])


@pytest.mark.parametrize("module", ["smtp_check_receive", "smtp_audit_receive"])
def test_a_part_of_a_role_documents_what_it_passes_on(module: str) -> None:
    assert RETURNED[RECEIPT] <= documented(module)


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
        (
            "3.11.7",
            {
                "msg": "Module result deserialization failed: No start of json char found",
                "module_stdout": "\nThis account is currently not available.\x1b[2J\n",
                "module_stderr": "Shared connection to web1 closed.\r\nA second line.\n",
            },
            (
                "no result from Python 3.11.7: the host printed something else in its place: This"
                " account is currently not available.\\x1b[2J; Shared connection to web1 closed."
                " A login script, the user's shell, or become may have ended the module. See what"
                " `ansible HOST -m ansible.builtin.raw -a id` prints"
            ),
        ),
        (
            "",
            {"msg": "x", "module_stdout": "", "module_stderr": "sudo: a password is required"},
            "no result: the host printed something else in its place: sudo: a password is requir",
        ),
        (
            "",
            {"msg": "x", "module_stdout": "\n", "module_stderr": ""},
            (
                "no result: the host printed nothing. A login script, the user's shell, or become"
                " may have ended the module, or the module was killed. See what"
            ),
        ),
        (
            "",  # a terminal has both outputs
            {
                "msg": "MODULE FAILURE",
                "module_stdout": "Traceback (most recent call last):\n  x\nOSError: no\n",
                "module_stderr": "",
            },
            "no result: MODULE FAILURE OSError: no",
        ),
        (
            "",
            {
                "msg": "The module interpreter '/usr/bin/python9' was not found.",
                "module_stdout": "/bin/sh: 1: /usr/bin/python9: not found\n",
                "module_stderr": "",
            },
            "no result: The module interpreter '/usr/bin/python9' was not found.",
        ),
        ("", {"msg": "x", "module_stdout": "y" * 10**6, "module_stderr": "z" * 10**6}, "yyy"),
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
    assert with_few_transcripts({"results": results, "changed": False}) == {
        "results": [{"passed": True, "transcript": [], "attempts": 1}, *results[1:]],
        "changed": False,
    }
    assert with_few_transcripts({"results": "none", "msg": "x", "invocation": {}}) == {
        "results": "none",
        "msg": "x",
    }


def test_after_a_hundred_failed_dialogues_a_transcript_says_why_it_is_not_kept() -> None:
    results = [{"passed": False, "transcript": ["[0.000] S: 554 mx"]}] * 150
    kept = with_few_transcripts({"results": results})["results"]
    assert kept[:MAX_TRANSCRIPTS] == results[:MAX_TRANSCRIPTS]
    assert {one["transcript"][0][:10] for one in kept[MAX_TRANSCRIPTS:]} == {"(left out,"}
