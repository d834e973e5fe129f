# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small segments and a burst of commands tell a path that loses large packets from a silent server.

tests/interop/test_diagnosis_network.py has such a path.
"""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.large_packets import Burst
from ansible_collections.mailops.smtp.plugins.module_utils._net.tcp_info import TcpInfo
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    large_packets,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.model import Conclusion
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.investigations import (
    findings_of,
    investigation_of,
)

LOST = TcpInfo(3, 4, 0.02, 1448, 1500)
TAKEN = TcpInfo(0, 0, 0.02, 1448, 1500)
IN_MESSAGE = Failure("message", "timeout", "the server did not answer")
IN_RCPT = Failure("rcpt_to", "timeout", "the server did not answer")

GREETING = "S: 220 mx.example.org\nC: EHLO client.example.com\n"
PIPELINING = GREETING + "S: 250-mx.example.org\nS: 250 PIPELINING\n"
TAKE_BURST = "C: /^RSET +$/\nS: 250 OK\n" * 8
ENVELOPE = PIPELINING + "C: MAIL FROM:<ann@example.com>\nS: 250 OK\nC: RCPT TO:<bob@example.org>\n"
END = "S: 250 OK\nC: QUIT\nS: 221 Bye"


class TestTheStateAtTheTimeOut:
    @pytest.mark.parametrize(
        ("stage", "info", "cause"),
        [
            ("message", LOST, "large-packets"),
            ("starttls", LOST, "large-packets"),
            ("rcpt_to", LOST, "lost-packets"),
            ("message", TAKEN, None),
            ("message", LOST._replace(retransmits=0), None),
        ],
    )
    def test_lost_segments_speak_for_the_network(
        self, stage: str, info: TcpInfo, cause: str | None
    ) -> None:
        found = [
            one.conclusion for one in large_packets.findings_of_state(stage, info) if one.conclusion
        ]
        assert found == ([Conclusion(cause, "consistent")] if cause else [])

    def test_it_is_that_of_the_first_dialogue(self) -> None:
        (finding,) = findings_of(
            large_packets.state_at_time_out, failure=IN_MESSAGE._replace(tcp_info=TAKEN)
        )
        assert finding.evidence.value == "0 segments unacknowledged, 0 repeats"
        assert "lost-packets" in finding.excludes

    @pytest.mark.parametrize(
        "failure",
        [IN_MESSAGE, Failure("connect", "timeout", "no answer within 1.0 s", tcp_info=LOST)],
    )
    def test_without_one_that_tells_something_there_is_no_finding(self, failure: Failure) -> None:
        assert findings_of(large_packets.state_at_time_out, failure=failure) == []


class TestSmallSegments:
    def test_a_dialogue_that_gets_further_proves_it(self) -> None:
        findings = findings_of(
            large_packets.small_segments,
            ENVELOPE + "*: silence\nC: QUIT",
            ENVELOPE + END,
            failure=IN_RCPT,
        )
        assert [one.conclusion for one in findings] == [Conclusion("large-packets", "proven")]

    def test_one_that_does_not_excludes_it(self) -> None:
        silent = ENVELOPE + "*: silence\nC: QUIT"
        (finding,) = findings_of(large_packets.small_segments, silent, silent, failure=IN_RCPT)
        assert finding.excludes == ("large-packets",)

    def test_a_failure_that_has_passed_is_not_asked(self) -> None:
        assert findings_of(large_packets.small_segments, ENVELOPE + END, failure=IN_RCPT) == []

    def test_nor_is_one_to_connect_in_plain_text(self) -> None:
        failure = Failure("connect", "timeout", "no answer within 1.0 s")
        assert findings_of(large_packets.small_segments, failure=failure) == []


class TestABurst:
    def test_its_lines_are_legal_and_fill_several_packets(self) -> None:
        assert len(large_packets.BURST) > 2 * 1448
        assert all(len(line) <= 512 for line in large_packets.BURST.splitlines(keepends=True))

    def test_an_answer_excludes_it(self) -> None:
        script = PIPELINING + TAKE_BURST
        (finding,) = findings_of(large_packets.burst_of_commands, script, failure=IN_MESSAGE)
        assert finding.evidence.value == "answered"
        assert finding.excludes == ("large-packets",)

    def test_a_server_that_has_everything_is_silent_itself(self) -> None:
        investigation, network = investigation_of(PIPELINING + "*: silence", failure=IN_MESSAGE)
        network.tcp_info = TAKEN
        (finding,) = large_packets.burst_of_commands(investigation)
        assert finding.excludes == ("large-packets",)
        assert "has them all" in finding.evidence.says

    def test_small_packets_that_are_answered_prove_it(self) -> None:
        investigation, network = investigation_of(
            PIPELINING + "*: silence", PIPELINING + TAKE_BURST, failure=IN_MESSAGE
        )
        network.tcp_info = LOST
        lost, proof = large_packets.burst_of_commands(investigation)
        assert lost.conclusion == Conclusion("large-packets", "consistent")
        assert proof.conclusion == Conclusion("large-packets", "proven")
        assert investigation.budget.connections == 2

    def test_silence_of_which_the_system_tells_nothing_proves_nothing(self) -> None:
        silent = PIPELINING + "*: silence"
        investigation, _network = investigation_of(silent, silent, failure=IN_MESSAGE)
        found = [one.conclusion for one in large_packets.burst_of_commands(investigation)]
        assert found == [None, None]

    def test_small_packets_that_get_lost_too_prove_nothing(self) -> None:
        silent = PIPELINING + "*: silence"
        investigation, network = investigation_of(silent, silent, failure=IN_MESSAGE)
        network.tcp_info = LOST
        found = [one.conclusion for one in large_packets.burst_of_commands(investigation)]
        assert found == [Conclusion("large-packets", "consistent"), None]

    @pytest.mark.parametrize(
        "script",
        [
            GREETING + "S: 250 mx.example.org",
            "S: 554 no",
            PIPELINING + "C: /^RSET/\n*: close",
            "*: close",
        ],
    )
    def test_a_server_that_cannot_take_it_is_not_asked(self, script: str) -> None:
        investigation, _network = investigation_of(script, failure=IN_MESSAGE)
        (finding,) = large_packets.burst_of_commands(investigation)
        assert finding.evidence.value == "not asked"


@pytest.mark.parametrize(
    ("burst", "value"),
    [
        (Burst(True), "answered"),
        (Burst(False), "no answer"),
        (Burst(False, LOST), "no answer; 3 segments unacknowledged, 4 repeats, 1448 bytes each"),
    ],
)
def test_a_burst_is_shown_with_the_state_of_its_connection(burst: Burst, value: str) -> None:
    assert large_packets.value_of(burst) == value
