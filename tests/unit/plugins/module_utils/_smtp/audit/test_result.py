# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The return values of the module."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.result import result_of
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.tests.unit.audits import (
    HELLO,
    LOCAL,
    QUIT,
    REFUSES,
    RELAY,
    RESET,
    TO_OWN,
    audit,
    plan_options,
)

PLAN = plan_from(plan_options())


def test_a_sound_audit() -> None:
    accepts = f"{HELLO}{TO_OWN}\nS: 250 2.1.5 Ok{QUIT}"
    report = audit(accepts, f"{HELLO}{REFUSES}{RESET}{QUIT}", checks=[LOCAL, RELAY])

    result = result_of(report, PLAN)

    assert result["summary"] == {"finding": 0, "undecided": 0, "sound": 2, "not_applicable": 0}
    assert result["vantage"] == {
        "claimed": "untrusted",
        "measured": "unknown",
        "controls_passed": ["ctl-local"],
        "controls_failed": [],
    }
    assert result["server"] == {"host": "127.0.0.1", "port": 25}
    assert (result["connections"], result["ended_early"]) == (2, None)
    relay = result["checks"][1]
    assert relay["reply"] == {
        "command": "RCPT TO:<bob@example.net>",
        "code": 554,
        "enhanced_code": "5.7.1",
        "text": "5.7.1 Relay access denied",
    }
    assert relay["transcript"][-1].endswith("S: 554 5.7.1 Relay access denied")


def test_a_server_that_is_down_has_no_reply() -> None:
    result = result_of(audit(), PLAN)

    assert result["checks"][0]["reply"] is None
    assert result["checks"][0]["evidence"].startswith("connect: ")


def test_what_a_hostile_server_says_is_printable_and_bounded() -> None:
    lines = "\n".join(["S: 250-\\x1b[2J" + "x" * 10000] * 5 + ["S: 550 no"])
    script = f"{HELLO}\nC: MAIL FROM:<eve@example.net>\n{lines}\nC: QUIT"

    (check,) = result_of(audit(script), PLAN)["checks"]

    assert "\x1b" not in repr(check["transcript"])
    assert len(check["evidence"]) <= 1000
    assert sum(map(len, check["transcript"])) < 20000


def test_a_long_transcript_is_cut() -> None:
    chatty = "\n".join(["S: 220-hello"] * 300 + ["S: 220 mx.example.com"])
    script = HELLO.replace("S: 220 mx.example.com ESMTP", chatty)

    (check,) = result_of(audit(f"{script}{REFUSES}{RESET}{QUIT}"), PLAN)["checks"]

    assert len(check["transcript"]) == 201
    assert check["transcript"][100].endswith("more lines)")
    assert check["transcript"][-1].endswith("S: 554 5.7.1 Relay access denied")
