# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of tools about real servers in, tables out."""

from __future__ import annotations

import sys

import pytest

if sys.version_info < (3, 10):
    pytest.skip("benchmarks need Python 3.10", allow_module_level=True)
pytest.importorskip("trustme")

from ansible_collections.mailops.smtp.tests.benchmarks.peer_comparison import (
    Comparison,
    ask_one,
    judge_all,
    tables,
    values_of_head,
)
from ansible_collections.mailops.smtp.tests.benchmarks.peer_servers import Story
from ansible_collections.mailops.smtp.tests.benchmarks.peer_tools import (
    SMTPLIB,
    Tool,
    by_status,
    recipients,
)

pytestmark = pytest.mark.thorough  # the tools are real processes

GREETING = "S: 220 mx.example.org ESMTP"
# The same mail as other scripts send, but each answer is a success.
ALWAYS_GREEN = f"try:\n    import sys\n    exec({SMTPLIB!r})\nexcept SystemExit:\n    pass"


def tool(name, program, last="MESSAGE"):
    """A tool that runs a program of Python."""

    def call(port, story, ca):
        told = ["127.0.0.1", str(port), "client.example.com", "ann@example.com"]
        return [sys.executable, "-c", program, *told, ",".join(recipients(story)), "", ca, "2"], ""

    return Tool(name, "1", "none", call, by_status(), last=last)


TOOLS = [
    tool("honest", SMTPLIB),
    tool("green", ALWAYS_GREEN),
    tool("red", "raise SystemExit(1)"),
    tool("short", "raise SystemExit(0)", "RCPT"),
]


def compared(*stories):
    results = [
        judge_all(story, TOOLS, [ask_one(story, one, {}, "") for one in TOOLS]) for story in stories
    ]
    return Comparison(results, TOOLS, ["swaks: only root can make rooms for mail servers"])


def test_each_tool_is_judged_by_what_the_server_did():
    takes, refuses, late = compared(
        Story("takes", GREETING),
        Story("refuses", f"{GREETING}\nC: RCPT\nS: 550 no | never"),
        Story("full", f"{GREETING}\nC: DATA\nS: 452 full"),
    ).results
    assert takes.good
    assert takes.judgements == {
        "honest": "right",
        "green": "right",
        "red": "wrong red",
        "short": "wrong green",
    }
    assert not refuses.good
    assert refuses.what == "550 is no good answer at rcpt_to"
    assert refuses.judgements == {
        "honest": "right",
        "green": "wrong green",
        "red": "right",
        "short": "wrong green",
    }
    assert late.what == "452 is no good answer at data"
    assert late.judgements["green"] == "wrong green"
    assert late.judgements["short"] == "not able"


def test_the_tables_have_counts_and_a_row_for_each_wrong_answer():
    comparison = compared(
        Story("takes", GREETING), Story("a | b", f"{GREETING}\nC: MAIL\nS: 450 x")
    )
    lines = list(tables(comparison))
    assert "| honest | 2 | 0 | 0 | 0 | 0 | 0 |" in lines
    assert "| green | 1 | 1 | 0 | 0 | 0 | 0 |" in lines
    assert "| takes the mail | 1 of 1 | 1 of 1 | 0 of 1 | 0 of 1 |" in lines
    assert lines[-1] == (
        "| `a \\| b` | `450 is no good answer at mail_from` |  | wrong green |  | wrong green |"
    )


def test_the_head_says_how_it_was_measured():
    values = values_of_head(compared(Story("takes", GREETING)))
    assert (values["servers"], values["scripted"], values["good"]) == ("1", "1", "1")
    assert (values["own_right"], values["better"]) == ("1", "none")
    assert values["tools"].splitlines()[-1].startswith("| swaks | skipped | only root")
