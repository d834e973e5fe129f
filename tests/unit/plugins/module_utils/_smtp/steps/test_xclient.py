# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""XCLIENT presents another client to the server."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.dialogues import (
    END,
    Hold,
    failed,
    offering,
    stages,
)


class TestXclient:
    def test_a_server_that_trusts_this_host_sends_a_new_greeting(self, hold: Hold) -> None:
        record = hold(
            f"""{offering("XCLIENT NAME ADDR PROTO")}
C: XCLIENT NAME=spike.example.org ADDR=192.0.2.66
S: 220 mx.example.org ESMTP
C: EHLO client.example.com
S: 250 mx.example.org{END}""",
            xclient={"NAME": "spike.example.org", "ADDR": "192.0.2.66"},
        )

        assert record.failure is None
        assert [stage for stage, _code in stages(record)] == [
            "greeting",
            "helo",
            "xclient",
            "helo",
            "quit",
        ]
        assert record.capabilities == {}

    def test_values_are_written_as_xtext(self, hold: Hold) -> None:
        record = hold(
            f"{offering('XCLIENT HELO')}\nC: XCLIENT HELO=a+20b+3D+2B\nS: 550 no{END}",
            xclient={"HELO": "a b=+"},
        )

        assert failed(record) == ("xclient", "permanent", 550)

    @pytest.mark.parametrize(
        ("expected", "forbidden"), [(["DSN"], []), ([], ["VRFY"]), (["SIZE"], [])]
    )
    def test_what_is_offered_to_the_other_client_is_judged(
        self, hold: Hold, expected: list[str], forbidden: list[str]
    ) -> None:
        record = hold(
            f"""{offering("XCLIENT ADDR", "SIZE")}
C: XCLIENT ADDR=192.0.2.66
S: 220 mx.example.org ESMTP
C: EHLO client.example.com
S: 250-mx.example.org
S: 250-STARTTLS
S: 250 VRFY{END}""",
            xclient={"ADDR": "192.0.2.66"},
            expect_capabilities=expected,
            forbid_capabilities=forbidden,
        )

        assert failed(record) == ("helo", "expectation", None)

    def test_what_is_offered_to_this_host_alone_is_not_forbidden(self, hold: Hold) -> None:
        record = hold(
            f"""{offering("XCLIENT ADDR", "AUTH PLAIN")}
C: XCLIENT ADDR=192.0.2.66
S: 220 mx.example.org ESMTP
C: EHLO client.example.com
S: 250 mx.example.org{END}""",
            xclient={"ADDR": "192.0.2.66"},
            forbid_capabilities=["AUTH"],
        )

        assert record.failure is None

    @pytest.mark.parametrize("offered", [(), ("XCLIENT ADDR",)])
    def test_it_is_not_sent_to_a_server_that_does_not_offer_it(
        self, hold: Hold, offered: tuple[str, ...]
    ) -> None:
        record = hold(offering(*offered) + END, xclient={"NAME": "spike.example.org"})

        assert failed(record) == ("xclient", "unsupported", None)
