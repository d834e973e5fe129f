# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a record says of its failure, for the rules of advice."""

from __future__ import annotations

import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._net.tcp_info import TcpInfo
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.plan import (
    Client,
    Endpoint,
    Plan,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.facts import facts_of
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.transcript import (
    Transcript,
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

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.model import Facts
    from ansible_collections.mailops.smtp.tests.unit.authority import Authority

REFUSED = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 550 5.7.1 Relaying denied"


def facts(record: Record) -> Facts:
    """Return the facts of a dialogue that failed."""
    assert record.failure is not None
    return facts_of(record, record.failure)


class TestRefusedRecipient:
    def test_the_plan_and_the_reply_are_facts(self, hold: Hold) -> None:
        known = facts(hold(REFUSED + END, **ENVELOPE))

        assert known[:4] == ("rcpt_to", "permanent", 550, "5.7.1")
        assert (known.sender, known.recipient) == ("ann@example.com", "bob@example.org")
        assert (known.helo, known.tls, known.protocol) == (
            "client.example.com",
            "opportunistic",
            "esmtp",
        )
        assert (known.proxy, known.xclient, known.login) == (False, False, False)
        assert (known.encrypted, known.mx, known.tls_limits) == (False, False, False)

    def test_both_ends_of_the_connection_are_facts(self, hold: Hold) -> None:
        record = hold(REFUSED + END, **ENVELOPE)
        known = facts(record)

        assert known.server_address == "127.0.0.1"
        assert known.client_address == record.local[0]
        assert (known.host, known.port) == (
            record.plan.endpoint.host,
            record.plan.endpoint.port,
        )

    def test_the_greeting_and_the_keywords_are_facts(self, hold: Hold) -> None:
        script = offering("SIZE 1000", "AUTH PLAIN") + (
            "\nC: MAIL FROM:<ann@example.com>\nS: 530 5.7.0 Authentication required"
        )
        known = facts(hold(script + END, **ENVELOPE))

        assert known.greeting == "mx.example.org ESMTP"
        assert known.keywords == frozenset(["SIZE", "AUTH"])

    def test_facts_are_read_from_what_came_even_if_a_secret_is_in_it(self, hold: Hold) -> None:
        login = {"login_user": "ann", "login_password": "203.0.113.7 ESMTP"}
        greeting = "S: 554 Your IP: 203.0.113.7 ESMTP Postfix" + END
        known = facts(hold(greeting, **login))

        assert known.greeting == "Your IP: 203.0.113.7 ESMTP Postfix"
        assert known.seen_as == "203.0.113.7"

    def test_the_address_that_the_server_sees_is_a_fact(self, hold: Hold) -> None:
        script = offering("SIZE 1000").replace(
            "250-mx.example.org", "250-mx.example.org Hello client.example.com [192.0.2.7]"
        )
        refusal = "\nC: MAIL FROM:<ann@example.com>\nS: 550 5.7.1 no"
        known = facts(hold(script + refusal + END, **ENVELOPE))

        assert known.seen_as == "192.0.2.7"

    def test_no_keywords_are_known_where_no_hello_was_accepted(self, hold: Hold) -> None:
        known = facts(hold("S: 554 5.7.1 go away" + END, **ENVELOPE))

        assert known.keywords is None

    def test_whether_another_recipient_was_accepted_is_a_fact(self, hold: Hold) -> None:
        one_of_two = f"{REFUSED}\nC: RCPT TO:<cy@example.org>\nS: 250 2.1.5 Ok{END}"
        neither = f"{REFUSED}\nC: RCPT TO:<cy@example.org>\nS: 550 5.7.1 Relaying denied{END}"

        assert facts(hold(one_of_two, **FOR_TWO)).others_accepted is True
        assert facts(hold(neither, **FOR_TWO)).others_accepted is False
        assert facts(hold(REFUSED + END, **ENVELOPE)).others_accepted is None


def test_tls_of_the_session_and_the_issuer_are_facts(
    dialogue: t.Callable[..., Record], authority: Authority
) -> None:
    known = facts(
        dialogue(
            IMPLICIT,
            authority.context("127.0.0.1"),
            tls="implicit",
            ca_path=authority.path,
            expect_capabilities=["DSN"],
        )
    )

    assert known.encrypted is True
    assert known.issuer is not None
    assert "trustme" in known.issuer


def failed(failure: Failure, endpoint: Endpoint, client: Client | None = None) -> Facts:
    """Return the facts of a dialogue that had no connection."""
    plan = Plan(endpoint, client or Client())
    record = Record(plan, Transcript(), failure=failure, seconds={"resolve": 5.0})
    return facts_of(record, failure)


def test_the_time_of_a_failed_look_up_is_that_of_the_look_up() -> None:
    failure = Failure("connect", "resolve", "Temporary failure in name resolution")

    assert failed(failure, Endpoint("mx.example.org")).seconds == 5.0


def test_what_the_kernel_says_of_a_connection_is_a_fact() -> None:
    lost = TcpInfo(unacked=3, retransmits=4, rtt=0.01, mss=1448, path_mtu=1500)
    failure = Failure(
        "message", "timeout", "no answer", seconds=30.0, round_trip=0.01, tcp_info=lost
    )
    endpoint = Endpoint("mx.example.org", 587)

    known = failed(failure, endpoint)
    assert (known.unacknowledged, known.seconds, known.round_trip) == (True, 30.0, 0.01)
    all_arrived = failure._replace(tcp_info=lost._replace(unacked=0))
    assert failed(all_arrived, endpoint).unacknowledged is False
    assert failed(failure._replace(tcp_info=None), endpoint).unacknowledged is None


def test_a_mail_exchanger_and_a_unix_socket_are_told_from_other_servers() -> None:
    refused = Failure("connect", "connect", "Connection refused", errno="ECONNREFUSED")

    exchanger = failed(refused, Endpoint("mx.example.org", mx_preference=10))
    assert (exchanger.mx, exchanger.port, exchanger.errno) == (True, 25, "ECONNREFUSED")
    assert failed(refused, Endpoint(socket="/run/lmtp")).port is None


def test_what_this_side_pretends_to_be_is_a_fact() -> None:
    refused = Failure("xclient", "permanent", "insufficient authorization", 550, "5.7.0")

    known = failed(refused, Endpoint("mx.example.org"), Client(xclient={"ADDR": "192.0.2.7"}))
    assert known.xclient is True
