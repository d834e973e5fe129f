# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a log says which session failed, at which test, and why."""

from __future__ import annotations

import json

import pytest
from ansible_collections.mailops.smtp.tests.tools.failures import failures


@pytest.fixture
def run(tmp_path):
    """Return a function that writes what a run left, and returns the lines on it."""

    def write(results, junit=()):
        sessions = [
            {"name": name.split("-")[0], "signatures": [name], "result": result}
            for name, result in results.items()
        ]
        (tmp_path / "report.json").write_text(json.dumps({"sessions": sessions}))
        for session, cases in dict(junit).items():
            (tmp_path / session).mkdir()
            junit_file = tmp_path / session / "pytest.xml"
            junit_file.write_text(f"<testsuite>{cases}</testsuite>")
        return failures(tmp_path)

    return write


def case(name, inner=""):
    return f'<testcase classname="tests.test_a" name="{name}">{inner}</testcase>'


def test_a_failed_test_is_named_with_its_session_and_its_reason(run):
    failed = case("test_b", '<failure message="assert 1 == 2&#10;  where">the traceback</failure>')
    assert run(
        {"ruff": "success", "units-3.7": "failed"}, {"units-3.7": case("test_a") + failed}
    ) == ["Session units-3.7 failed:", "  tests.test_a::test_b: assert 1 == 2 where the traceback"]


def test_a_fixture_that_fails_is_named_too(run):
    failed = case("test_a", "<error>no room</error>")
    assert run({"interop-3.7": "failed"}, {"interop-3.7": failed})[1:] == [
        "  tests.test_a::test_a: no room"
    ]


def test_a_session_that_writes_no_such_file_is_named(run):
    assert run({"molecule": "failed"}) == ["Session molecule failed. Its own lines say why"]


def test_many_failures_do_not_push_each_other_out_of_what_is_kept(run):
    cases = "".join(case(f"test_{i}", '<failure message="no"/>') for i in range(30))
    said = run({"units-3.7": "failed"}, {"units-3.7": cases})
    assert len(said) == 12
    assert said[-1] == "  and 20 more"


def test_nothing_failed(run):
    assert run({"ruff": "success", "units-3.14": "skipped"}) == []


def test_a_run_that_was_interrupted_has_no_report(tmp_path):
    assert failures(tmp_path) == []
