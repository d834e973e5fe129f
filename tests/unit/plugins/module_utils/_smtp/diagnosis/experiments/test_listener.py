# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes of several openings says what kind of listener it is."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.listener import Answer
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    listener,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.model import Conclusion
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.investigations import investigation_of

SILENT, CLOSED = Answer("silent", seconds=5.0), Answer("closed", seconds=0.1)
GONE = Answer("not connected", text="no answer within 5.0 s")
GREETING = Answer("answered", "SMTP", "220 mx.example.org", 0.1)
LATE = GREETING._replace(seconds=2.5)
HTTP = Answer("answered", "HTTP", "HTTP/1.1 400 Bad Request", 0.1)
SSH = Answer("answered", "SSH", "SSH-2.0-OpenSSH_9.2", 0.1)
TLS = Answer("answered", "TLS", "a handshake", 0.1)
REFUSED = Answer("answered", "SMTP", "421 no PROXY header", 0.1)
NOISE = Answer("answered", "", "hello", 0.1)

TIMEOUT = 1.5


def conclusions(
    patient: Answer,
    one: Answer = SILENT,
    two: Answer = SILENT,
    tls: Answer | None = SILENT,
    kind: str = "timeout",
) -> list[Conclusion]:
    """Return what follows if the listener answers the openings like this."""
    answers = {"wait": patient, "PROXY 1": one, "PROXY 2": two}
    if tls is not None:
        answers["TLS"] = tls
    findings = list(listener.findings_from(answers, kind, TIMEOUT, 5.0))
    excluded = {cause for finding in findings for cause in finding.excludes}
    found = [finding.conclusion for finding in findings if finding.conclusion]
    assert not excluded & {conclusion.cause for conclusion in found}
    return found


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param({"patient": SILENT, "one": GREETING}, ["proxy-header-wanted"], id="PROXY 1"),
        pytest.param({"patient": CLOSED, "two": GREETING}, ["proxy-header-wanted"], id="PROXY 2"),
        pytest.param({"patient": SILENT, "tls": TLS}, ["tls-port"], id="TLS"),
        pytest.param({"patient": SILENT, "one": TLS, "tls": TLS}, ["tls-port"], id="TLS alert"),
        pytest.param({"patient": SILENT, "one": HTTP}, ["other-protocol"], id="HTTP"),
        pytest.param({"patient": LATE}, ["slow-greeting"], id="tarpit"),
        pytest.param(
            {"patient": LATE, "one": LATE}, ["slow-greeting"], id="tarpit with an open ear"
        ),
        pytest.param({"patient": LATE, "one": GREETING}, ["proxy-header-wanted"], id="Exim"),
    ],
)
def test_an_opening_that_is_answered_proves_the_listener(
    answers: dict[str, t.Any], expected: list[str]
) -> None:
    assert conclusions(**answers) == [Conclusion(cause, "proven") for cause in expected]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param(
            {"patient": LATE, "kind": "disconnect"},
            [("slow-greeting", "consistent")],
            id="a slow greeting is not why the server hung up",
        ),
        pytest.param(
            {"patient": LATE._replace(whole=False)},
            [("slow-greeting", "consistent")],
            id="postscreen has begun its greeting",
        ),
        pytest.param({"patient": GREETING}, [("log-of-hang-up", "open")], id="it greets now"),
        pytest.param({"patient": SSH}, [("other-protocol", "consistent")], id="it is SSH"),
        pytest.param({"patient": NOISE}, [], id="nobody knows what it is"),
        pytest.param({"patient": REFUSED}, [], id="it refuses now"),
        pytest.param(
            {"patient": SILENT, "tls": None},
            [("accept-queue-full", "consistent"), ("slow-greeting", "open")],
            id="silent, on a host without ssl",
        ),
        pytest.param(
            {"patient": SILENT, "one": GONE, "two": GONE, "tls": GONE},
            [("accept-queue-full", "consistent"), ("slow-greeting", "open")],
            id="the queue is full now",
        ),
        pytest.param(
            {"patient": CLOSED, "one": CLOSED, "two": CLOSED, "tls": CLOSED},
            [("what-listens", "consistent")],
            id="it hangs up on everybody",
        ),
        pytest.param(
            {"patient": SILENT, "one": CLOSED, "two": CLOSED, "tls": CLOSED},
            [],
            id="it hangs up on those who speak",
        ),
    ],
)
def test_other_answers_prove_nothing(answers: dict[str, t.Any], expected: list[t.Any]) -> None:
    assert conclusions(**answers) == [Conclusion(*one) for one in expected]


FAILURE = Failure("greeting", "timeout", "the server did not answer")


class TestTheExperiment:
    def test_each_opening_is_a_connection(self) -> None:
        investigation, _network = investigation_of(*["*: silence"] * 4, failure=FAILURE)
        findings = list(listener.kind_of_listener(investigation))
        assert findings[-1].conclusion == Conclusion("slow-greeting", "open")
        assert investigation.budget.connections == 4
        lines = "\n".join(investigation.transcript.lines)
        assert "a connection with a TLS handshake: silent after" in lines

    def test_a_proxy_listener_is_found(self) -> None:
        # Which of the connections is the first is open, so each script takes any opening.
        investigation, _network = investigation_of(
            *["*: close"] * 3, "S: 220 mx.example.org", failure=FAILURE
        )
        assert list(listener.kind_of_listener(investigation))

    @pytest.mark.parametrize(
        "options", [{"proxy": {"version": 1}}, {"tls": "implicit", "port": 465}]
    )
    def test_a_dialogue_that_began_otherwise_is_not_asked(self, options: t.Any) -> None:
        investigation, _network = investigation_of(failure=FAILURE, **options)
        assert list(listener.kind_of_listener(investigation)) == []
