# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts of a result on the controller are those of the record on the probing host."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.plan import (
    Client,
    Endpoint,
    Plan,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.facts import facts_of
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.result import result_of
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.transcript import (
    Transcript,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.proxy_header import ProxySpec
from ansible_collections.mailops.smtp.plugins.plugin_utils._advice.facts import (
    facts_of_failure,
    facts_of_result,
)
from ansible_collections.mailops.smtp.tests.unit.dialogues import (
    END,
    ENVELOPE,
    FOR_TWO,
    IMPLICIT,
    TO_MAIL,
    Hold,
    offering,
)
from ansible_collections.mailops.smtp.tests.unit.reports import LONG, NASTY

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.model import Facts
    from ansible_collections.mailops.smtp.tests.unit.authority import Authority

REFUSED = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 550 5.7.1 Relaying denied"

# What a result does not tell: which policy of TLS the dialogue had.
UNKNOWN = ("tls", "tls_limits")

STORIES: dict[str, tuple[str, dict[str, t.Any]]] = {
    "a refused recipient": (REFUSED + END, ENVELOPE),
    "a refused second recipient": (
        f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 250 ok\n"
        "C: RCPT TO:<cy@example.org>\nS: 550 5.1.1 unknown" + END,
        FOR_TWO,
    ),
    "a refused sender": (
        offering("SIZE 1000", "AUTH PLAIN")
        + "\nC: MAIL FROM:<ann@example.com>\nS: 530 5.7.0 Authentication required"
        + END,
        ENVELOPE,
    ),
    "a refusal in the greeting": ("S: 554 5.7.1 go away" + END, ENVELOPE),
    "a PROXY header that is refused": (
        "C: /PROXY TCP4 .*/\nS: 554 5.7.1 proxy not allowed" + END,
        {**ENVELOPE, "proxy": {"version": 1}},
    ),
    "a connection that is closed": ("S: 220 mx.example.org ESMTP\n*: close", ENVELOPE),
}


@pytest.mark.parametrize("story", STORIES)
def test_they_are_the_same_as_far_as_they_are_known(story: str, hold: Hold):
    script, options = STORIES[story]
    record = hold(script, **options)
    assert record.failure is not None

    expected = facts_of(record, record.failure)
    found = facts_of_result(result_of(record))

    assert found is not None
    for name in expected._fields:
        value, known = getattr(expected, name), getattr(found, name)
        if isinstance(value, float):
            value = pytest.approx(value, abs=1e-6)
        assert known is None or known == value, name


def test_all_is_known_of_a_dialogue_that_came_to_the_recipient(hold: Hold):
    script, options = STORIES["a refused recipient"]
    record = hold(script, **options)
    assert record.failure is not None

    expected = facts_of(record, record.failure)
    found = facts_of_result(result_of(record))

    assert found is not None
    missing = [
        name
        for name in expected._fields
        if getattr(found, name) is None and getattr(expected, name) is not None
    ]
    assert tuple(missing) == UNKNOWN


def test_tls_and_the_issuer_are_known(
    dialogue: t.Callable[..., Record], authority: Authority
) -> None:
    record = dialogue(
        IMPLICIT,
        authority.context("127.0.0.1"),
        tls="implicit",
        ca_path=authority.path,
        expect_capabilities=["DSN"],
    )
    found = facts_of_result(result_of(record))

    assert found is not None
    assert record.failure is not None
    expected = facts_of(record, record.failure)
    assert (found.encrypted, found.issuer) == (True, expected.issuer)


def test_a_proxy_header_that_was_sent_is_known(hold: Hold):
    script, options = STORIES["a PROXY header that is refused"]
    found = facts_of_result(result_of(hold(script, **options)))
    assert found is not None
    assert (found.proxy, found.xclient, found.login) == (True, None, None)


class TestWithoutConnection:
    """Records of dialogues that had no connection, or ended early."""

    def both(self, failure: Failure, endpoint: Endpoint, **client: t.Any) -> tuple[Facts, Facts]:
        """Return the facts of a record, and those of its result."""
        plan = Plan(endpoint, Client(**client))
        record = Record(plan, Transcript(), failure=failure, seconds={"resolve": 5.0})
        found = facts_of_result(result_of(record))
        assert found is not None
        return facts_of(record, failure), found

    def test_the_time_of_a_look_up_is_that_of_the_look_up(self):
        expected, found = self.both(Failure("connect", "resolve", "x"), Endpoint("mx.example.org"))
        assert found.seconds == expected.seconds == 5.0

    def test_what_came_after_the_end_is_not_known(self):
        refused = Failure("connect", "connect", "Connection refused", errno="ECONNREFUSED")
        proxy = ProxySpec(1)
        expected, found = self.both(refused, Endpoint("mx.example.org", 465), proxy=proxy)
        assert expected.proxy is True
        assert (found.proxy, found.xclient, found.login) == (None, None, None)
        assert (found.port, found.errno) == (expected.port, expected.errno)

    def test_the_stage_of_the_failure_took_place(self):
        refused = Failure("xclient", "unsupported", "the server does not offer XCLIENT")
        expected, found = self.both(refused, Endpoint("x"), xclient={"ADDR": "192.0.2.7"})
        assert found.xclient is expected.xclient is True
        assert found.proxy is expected.proxy is False

    def test_a_mail_exchanger_is_told_from_other_servers(self):
        refused = Failure("connect", "connect", "Connection refused")
        for endpoint in (Endpoint("x", mx_preference=10), Endpoint("x"), Endpoint(socket="/run/x")):
            expected, found = self.both(refused, endpoint)
            assert (found.mx, found.port, found.host) == (
                expected.mx,
                expected.port,
                expected.host,
            )


class TestFailureAlone:
    """A failure without the result around it."""

    def test_what_it_says_is_known_and_nothing_else(self):
        facts = facts_of_failure(
            {
                "stage": "connect",
                "kind": "timeout",
                "code": None,
                "text": "no answer",
                "tcp_info": {"unacked": 3},
            }
        )
        assert facts is not None
        assert (facts.stage, facts.kind, facts.text) == ("connect", "timeout", "no answer")
        assert facts.unacknowledged is True
        assert (facts.port, facts.login, facts.keywords) == (None, None, None)

    @pytest.mark.parametrize(
        "failure", [{}, {"stage": "rcpt_to"}, {"stage": "x", "kind": "permanent"}]
    )
    def test_without_a_stage_and_a_kind_there_are_no_facts(self, failure: dict[str, t.Any]):
        assert facts_of_failure(failure) is None


class TestHostileHost:
    """A probing host may return anything."""

    def test_a_result_that_passed_has_no_facts(self):
        assert facts_of_result({"passed": True, "failure": None}) is None

    @pytest.mark.parametrize("evil", [NASTY, LONG, 10**400, float("nan"), [[]], {"a": {}}, None])
    def test_a_value_of_another_type_counts_as_missing(self, evil: t.Any):
        result = {
            "failure": {
                **dict.fromkeys(("code", "enhanced_code", "text", "errno", "tcp_info"), evil),
                **dict.fromkeys(("seconds", "round_trip"), evil),
                "stage": "rcpt_to",
                "kind": "permanent",
            },
            **dict.fromkeys(("server", "client", "tls", "replies", "capabilities"), evil),
            "seconds": evil,
        }
        for inner in (evil, {"host": evil}, [{"stage": evil, "lines": [evil], "command": evil}]):
            facts = facts_of_result({**result, "replies": inner, "server": inner})
            assert facts is not None
            assert facts.code is None
            assert facts.enhanced_code is None
            assert facts.text.isprintable()
            assert len(facts.text) <= 4 * 4096

    @pytest.mark.parametrize("code", [0, 99, 600, -550, True, "550"])
    def test_a_code_out_of_range_is_missing(self, code: t.Any):
        failure = {"stage": "rcpt_to", "kind": "permanent", "code": code}
        facts = facts_of_failure(failure)
        assert facts is not None
        assert facts.code is None

    @pytest.mark.parametrize("code", ["5.7", "5.7.1 x", "x.7.1", "6.7.1", "5.7.1111", NASTY])
    def test_an_enhanced_code_of_another_form_is_missing(self, code: str):
        facts = facts_of_failure({"stage": "rcpt_to", "kind": "permanent", "enhanced_code": code})
        assert facts is not None
        assert facts.enhanced_code is None
