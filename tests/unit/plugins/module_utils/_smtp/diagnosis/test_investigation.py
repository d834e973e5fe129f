# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow-ups are the failed dialogue, without what could do harm."""

from __future__ import annotations

import socket
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.budget import (
    CONNECTIONS,
    OutOfBudget,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.investigation import (
    follow_up,
    is_same_failure,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_HELO, TO_MAIL, TO_RCPT
from ansible_collections.mailops.smtp.tests.unit.investigations import (
    DIALOGUE,
    REFUSED,
    investigation_of,
)

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Stage

REFUSES = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 550 5.7.1 Relaying denied{END}"


class TestFollowUp:
    def test_no_message_is_sent(self) -> None:
        message = dict.fromkeys(("subject", "body", "headers", "src", "size"))
        investigation, network = investigation_of(TO_RCPT + END, message=message)

        assert investigation.control.failure is None
        network.join()

    def test_no_password_is_tried_again(self) -> None:
        login = {"login_user": "ann", "login_password": "secret", "allow_plaintext_auth": True}

        plan = follow_up(plan_from({**DIALOGUE, **login}), logs_in=True)

        assert plan.login is None
        assert plan.envelope.mail_from is None

    def test_expectations_are_left_out(self) -> None:
        expect = {"rcpt_to": ["550"]}

        plan = follow_up(plan_from({**DIALOGUE, "expect": expect, "max_seconds": 1.0}))

        assert plan.expectations.expect == {}
        assert plan.expectations.max_seconds is None


class TestControl:
    def test_the_same_failure_is_reproduced(self) -> None:
        investigation, network = investigation_of(REFUSES)

        assert investigation.reproduced
        assert investigation.budget.connections == 1
        network.join()

    def test_it_is_held_once(self) -> None:
        investigation, network = investigation_of(REFUSES)

        assert investigation.control is investigation.control
        network.join()

    def test_another_code_is_another_failure(self) -> None:
        assert not is_same_failure(REFUSED, REFUSED._replace(code=450, kind="transient"))
        assert is_same_failure(REFUSED, REFUSED._replace(text="5.7.1 queue 4Xyz: denied"))

    @pytest.mark.parametrize(
        ("stage", "logs_in", "repeatable"),
        [
            ("rcpt_to", False, True),
            ("message", False, False),
            ("rcpt_to", True, False),
            ("starttls", True, True),
        ],
    )
    def test_what_comes_after_auth_or_rcpt_cannot_be_repeated(
        self, stage: Stage, logs_in: bool, repeatable: bool
    ) -> None:
        failure = Failure(stage, "permanent", "no", 550)
        investigation, _network = investigation_of(failure=failure, logs_in=logs_in)

        assert investigation.is_repeatable is repeatable


class TestLimits:
    def test_a_server_that_sent_421_is_not_asked(self) -> None:
        failure = Failure("greeting", "transient", "4.7.0 too many connections", 421, "4.7.0")
        investigation, network = investigation_of(failure=failure)

        with pytest.raises(OutOfBudget, match="421"):
            _record = investigation.control
        network.join()

    def test_a_421_to_a_follow_up_ends_the_questions(self) -> None:
        go_away = f"S: 421 4.7.0 too many connections{END}"
        investigation, network = investigation_of(go_away)

        assert not investigation.reproduced
        with pytest.raises(OutOfBudget, match="421"):
            investigation.hold("again", investigation.plan)
        network.join()

    def test_a_421_counts_too_if_the_dialogue_failed_with_a_reply_before_it(self) -> None:
        then_421 = "S: 550 5.1.1 unknown\nC: RCPT TO:<bert@example.org>\nS: 421 4.7.0 too many"
        script = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\n{then_421}{END}"
        investigation, network = investigation_of(
            script, rcpt_to=["bob@example.org", "bert@example.org"]
        )

        failure = investigation.control.failure

        assert failure is not None
        assert failure.code == 550
        with pytest.raises(OutOfBudget, match="421"):
            investigation.check_may_connect()
        network.join()

    def test_no_more_than_six_connections_are_made(self) -> None:
        scripts = [TO_HELO + END] * CONNECTIONS
        investigation, network = investigation_of(*scripts, mail_from=None, rcpt_to=None)

        for number in range(CONNECTIONS):
            investigation.hold(f"number {number}", investigation.plan)

        with pytest.raises(OutOfBudget, match="6 connections"):
            investigation.hold("one too many", investigation.plan)
        network.join()

    def test_addresses_that_do_not_answer_count_as_connections(self) -> None:
        investigation, _network = investigation_of()
        dead = tuple(Address(socket.AF_INET, (f"127.0.0.{last}", 25)) for last in range(2, 20))
        investigation.lookup = investigation.lookup._replace(addresses=dead)

        assert investigation.control.failure is not None

        assert len(investigation.control.addresses) == CONNECTIONS
        assert investigation.budget.connections == CONNECTIONS

    def test_follow_ups_ask_the_address_that_has_answered(self) -> None:
        investigation, network = investigation_of(REFUSES, REFUSES)
        two = (*investigation.addresses, Address(socket.AF_INET, ("127.0.0.2", 25)))
        investigation.lookup = investigation.lookup._replace(addresses=two)

        assert investigation.reproduced
        assert investigation.hold("again", investigation.plan).addresses == [two[0]]
        network.join()

    def test_a_silent_server_leaves_time_for_other_questions(self) -> None:
        investigation, network = investigation_of("*: silence")

        assert investigation.control.failure is not None
        assert investigation.control.failure.kind == "timeout"
        assert investigation.budget.seconds_left > 0
        network.join()

    def test_each_follow_up_is_told_in_the_transcript(self) -> None:
        investigation, network = investigation_of(REFUSES, TO_RCPT + END)

        assert investigation.reproduced
        investigation.hold("with another name", investigation.plan)

        told = [line for line in investigation.transcript.lines if "follow-up" in line]
        assert [line.split("*: ")[1] for line in told] == [
            "follow-up 1: the same dialogue again",
            "follow-up 2: with another name",
        ]
        network.join()
