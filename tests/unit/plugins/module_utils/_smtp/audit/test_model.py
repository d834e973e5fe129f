# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of a check, and what its answers show."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import (
    Answer,
    Predicate,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.reply import Reply
from ansible_collections.mailops.smtp.tests.unit.audits import check_of


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (Answer("rcpt", "reply", Reply(550, ("5.7.1 no",))), "550 5.7.1 no"),
        (Answer("rcpt", "reply", Reply(250, ("",))), "250"),
        (Answer("rcpt", "error", text="no answer within 5 s"), "no answer within 5 s"),
        (Answer("rcpt", "silence"), "no answer"),
        (Answer("rcpt", "closed"), "the connection was closed"),
        (Answer("connect", "connected"), "connected"),
    ],
)
def test_an_answer_is_shown_as_a_reader_sees_it(answer: Answer, shown: str) -> None:
    assert answer.shown == shown


def test_all_replies_that_decide_have_names() -> None:
    check = check_of(
        want={"rcpt": "refused"},
        requires={"mail": "accepted"},
        predicates=[{"same": ["helo", "rcpt"]}, {"lacks": {"in": "greeting", "text": "x"}}],
    )

    assert check.names == {"rcpt", "mail", "helo", "greeting"}
    assert Predicate("offered", {"keywords": ["SIZE"]}).replies == ()


@pytest.mark.parametrize(
    ("waits", "is_slow"),
    [
        ((), False),
        ((0.0, 0.1, 1.0, 1.1, 1.0), True),
        ((2.0, 2.0, 0.1), False),
        ((1.0, 1.0, 1.0, 0.0), False),
    ],
)
def test_a_server_that_lets_a_client_wait(waits: tuple[float, ...], is_slow: bool) -> None:
    assert Answer("x", "reply", waits=waits).is_slow is is_slow


def test_a_check_that_a_server_may_not_forgive() -> None:
    assert check_of(risk=2, steps=[{"send": "X", "repeat": 2}], want={"x": "any"}).strains
    assert check_of(steps=[{"wait": 90}, "RCPT TO:<x>"]).strains
    assert not check_of().strains
