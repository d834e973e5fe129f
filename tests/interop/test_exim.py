# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dialogues with Exim."""

from __future__ import annotations

import re

import pytest
from ansible_collections.mailops.smtp.tests.interop import exim
from ansible_collections.mailops.smtp.tests.unit.settle import result_of

pytestmark = pytest.mark.server.with_args(exim.start)

LOGIN = {"login_user": exim.USER, "login_password": exim.PASSWORD}
TO_ALICE = {"mail_from": "bob@example.org", "rcpt_to": ["alice@example.test"]}
TO_ANOTHER_DOMAIN = {"mail_from": "bob@example.org", "rcpt_to": ["carol@example.net"]}


def outcome(record):
    """Return what a user first looks at: where it failed, how, and with which code."""
    failure = record.failure
    return failure and (failure.stage, failure.kind, failure.code)


# A message


@pytest.mark.feature("DATA, found in the maildir")
def test_a_message_comes_to_the_maildir(hold, server):
    record = hold("smtp", **TO_ALICE, message={"subject": "Hello", "body": "One.\n.\n..Two.\n"})
    assert record.failure is None
    assert result_of(record)["message"]["queue_id"] in exim.log(server)
    head, _blank, body = exim.delivered(server, record.message.token).partition("\n\n")
    assert "Return-path: <bob@example.org>" in head
    assert "Envelope-to: alice@example.test" in head
    assert body == "One.\n.\n..Two.\n"


@pytest.mark.feature("PIPELINING and CHUNKING")
def test_a_message_in_one_chunk_after_a_pipelined_envelope(hold, server):
    record = hold("smtp", **TO_ALICE, pipelining=True, chunking=True, message={"size": 70_000})
    assert record.failure is None
    commands = [exchange.command for exchange in record.replies]
    assert "DATA" not in commands
    assert len(exim.delivered(server, record.message.token)) > 65_000
    arrival = exim.arrival(server, record.message.token)
    assert " K " in arrival  # Exim's word for CHUNKING
    assert re.search(r" L\.? ", arrival)  # and for PIPELINING; "L-" is that it was not used


@pytest.mark.feature("SMTPUTF8 and DSN")
def test_a_sender_in_utf8_who_wants_no_report(hold, server):
    sender = "jörg@example.org"
    record = hold(
        "smtp",
        mail_from=sender,
        rcpt_to=["alice@example.test"],
        mail_parameters=["RET=HDRS"],
        rcpt_parameters=["NOTIFY=NEVER"],
        message={},
    )
    assert record.failure is None
    assert f"Return-path: <{sender}>" in exim.delivered(server, record.message.token)
    assert "P=utf8esmtps" in exim.arrival(server, record.message.token)


# The address of the client


@pytest.mark.feature("the address that it sees")
@pytest.mark.parametrize("helo", ["client.example.test", "[192.0.2.9]", "[127.0.0.1]"])
def test_the_server_says_which_address_it_sees(hold, helo):
    client = result_of(hold("smtp", helo=helo))["client"]
    assert (client["helo"], client["address"], client["seen_as"]) == (
        helo,
        "127.0.0.1",
        "127.0.0.1",
    )


# Refusals


@pytest.mark.feature("dropped at connect")
def test_a_banned_network_is_refused_in_place_of_the_greeting(hold):
    record = hold("smtp", source_address=exim.BANNED, **TO_ALICE)
    assert outcome(record) == ("greeting", "permanent", 550)
    assert record.failure.text == "this network may not send here"


@pytest.mark.feature("dropped at connect, as expected")
def test_that_a_banned_network_is_refused_can_be_expected(hold):
    record = hold("smtp", source_address=exim.BANNED, expect={"greeting": ["550"]})
    assert record.failure is None
    assert [exchange.reply.code for exchange in record.replies] == [550]


@pytest.mark.feature("greylisting")
def test_greylisting_is_transient(hold):
    record = hold("smtp", source_address=exim.GREYLISTED, **TO_ALICE)
    assert outcome(record) == ("rcpt_to", "transient", 451)


@pytest.mark.feature("relay not permitted")
def test_relaying_without_a_login_is_refused(hold):
    record = hold("smtp", **TO_ANOTHER_DOMAIN, message={})
    assert outcome(record) == ("rcpt_to", "permanent", 550)
    assert record.failure.text == "relay not permitted"
    assert record.failure.recipient == "carol@example.net"
    assert record.message is None


@pytest.mark.feature("one recipient of two")
def test_one_unknown_user_ends_a_pipelined_transaction_before_the_message(hold):
    recipients = ["alice@example.test", "nobody@example.test"]
    record = hold(
        "smtp", mail_from="bob@example.org", rcpt_to=recipients, message={}, pipelining=True
    )
    assert outcome(record) == ("rcpt_to", "permanent", 550)
    assert record.failure.recipient == "nobody@example.test"
    codes = {one.recipient: one.reply.code for one in record.replies if one.stage == "rcpt_to"}
    assert codes == {"alice@example.test": 250, "nobody@example.test": 550}
    assert record.message is None


@pytest.mark.feature("SIZE, announced")
def test_a_message_over_the_announced_size_is_not_begun(hold):
    record = hold("smtp", **TO_ALICE, message={"size": exim.SIZE_LIMIT + 1})
    assert outcome(record) == ("mail_from", "unsupported", None)
    assert str(exim.SIZE_LIMIT) in record.failure.text
    assert record.capabilities["SIZE"] == [str(exim.SIZE_LIMIT)]


@pytest.mark.feature("SIZE, declared")
def test_a_declared_size_over_the_limit_is_refused_at_mail_from(hold):
    record = hold("smtp", **TO_ALICE, mail_parameters=[f"SIZE={exim.SIZE_LIMIT + 1}"])
    assert outcome(record) == ("mail_from", "permanent", 552)


# TLS


@pytest.mark.feature("STARTTLS")
def test_starttls(hold):
    record = hold("smtp", tls="required", cert_min_days=1)
    assert record.failure is None
    assert record.tls.verified
    assert "STARTTLS" not in record.capabilities


@pytest.mark.feature("implicit TLS")
def test_implicit_tls(hold):
    record = hold("implicit", tls="implicit")
    assert record.failure is None
    assert record.tls.verified
    assert all(exchange.tls for exchange in record.replies)


@pytest.mark.feature("an intermediate certificate")
def test_a_certificate_with_its_intermediate_is_trusted(hold):
    record = hold("with_intermediate", tls="required")
    assert record.failure is None
    assert record.tls.verified


@pytest.mark.feature("no intermediate certificate, judged")
def test_a_certificate_without_its_intermediate_is_refused(hold):
    record = hold("without_intermediate", tls="required", **TO_ALICE)
    assert outcome(record) == ("starttls", "tls", None)
    assert "unable to get local issuer certificate" in record.failure.text
    assert record.tls.verified is False


@pytest.mark.feature("no intermediate certificate, reported")
def test_a_certificate_without_its_intermediate_is_reported(hold):
    record = hold("without_intermediate", tls="opportunistic", **TO_ALICE)
    assert record.failure is None
    assert "unable to get local issuer certificate" in record.tls.verify_error
    # Python 3.7 does not show whether the intermediate came, so there it cannot be told.
    assert record.tls.verified in (False, None)
    assert record.tls.certificate is not None


@pytest.mark.feature("an expired certificate, judged")
def test_an_expired_certificate_is_refused(hold):
    record = hold("expired", tls="required", **TO_ALICE)
    assert outcome(record) == ("starttls", "tls", None)
    assert "certificate has expired" in record.failure.text


@pytest.mark.feature("an expired certificate, reported")
def test_an_expired_certificate_is_reported(hold):
    record = hold("expired", tls="opportunistic", **TO_ALICE)
    assert record.failure is None
    assert record.tls.verified is False
    assert record.tls.verify_error == "certificate has expired"
    assert record.tls.days_left < -300


# AUTH: SCRAM is by Cyrus SASL, the others are Exim's own

ALL_MECHANISMS = ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"]


@pytest.mark.feature("AUTH")
@pytest.mark.parametrize("mechanism", ALL_MECHANISMS)
def test_who_has_logged_in_may_relay(hold, mechanism):
    record = hold("smtp", tls="required", auth_mechanism=mechanism, **LOGIN, **TO_ANOTHER_DOMAIN)
    assert record.failure is None


@pytest.mark.feature("AUTH auto without TLS")
def test_auto_without_tls_takes_what_does_not_show_the_password(hold):
    record = hold("smtp", tls="never", **LOGIN, **TO_ANOTHER_DOMAIN)
    assert record.failure is None
    assert "AUTH SCRAM-SHA-256 (not shown)" in [exchange.command for exchange in record.replies]


@pytest.mark.feature("AUTH PLAIN without TLS")
def test_plain_is_not_offered_without_tls(hold):
    record = hold("smtp", tls="never", auth_mechanism="PLAIN", allow_plaintext_auth=True, **LOGIN)
    assert outcome(record) == ("auth", "unsupported", None)
    assert "CRAM-MD5" in record.failure.text


@pytest.mark.feature("AUTH, wrong password")
@pytest.mark.parametrize("mechanism", ALL_MECHANISMS)
def test_a_wrong_password_is_refused(hold, mechanism):
    wrong = {**LOGIN, "login_password": "incorrect horse"}
    record = hold("smtp", tls="required", auth_mechanism=mechanism, **wrong, **TO_ALICE)
    assert outcome(record) == ("auth", "permanent", 535)
    assert [exchange.stage for exchange in record.replies][-2:] == ["auth", "quit"]


# The PROXY protocol


def proxy(version, source, destination=None):
    """Make the option: a header for a client with this address."""
    return {
        "version": version,
        "source": source,
        "source_port": 4711,
        "destination": destination,
        "destination_port": None,
    }


@pytest.mark.feature("PROXY")
@pytest.mark.parametrize("version", [1, 2])
def test_the_client_is_whom_the_header_names(hold, server, version):
    header = proxy(version, "192.0.2.7")
    record = hold("smtp", source_address=exim.BALANCER, proxy=header, **TO_ALICE, message={})
    assert record.failure is None
    arrival = exim.arrival(server, record.message.token)
    assert "[192.0.2.7]" in arrival
    assert f"PRX={exim.BALANCER}" in arrival


@pytest.mark.feature("PROXY over IPv6")
@pytest.mark.parametrize("version", [1, 2])
def test_the_header_can_name_an_ipv6_client(hold, server, version):
    header = proxy(version, "2001:db8::7", "2001:db8::1")
    record = hold("smtp", source_address=exim.BALANCER, proxy=header, **TO_ALICE, message={})
    assert record.failure is None
    assert "[2001:db8::7]" in exim.arrival(server, record.message.token)


@pytest.mark.feature("PROXY before implicit TLS")
@pytest.mark.parametrize("version", [1, 2])
def test_the_header_comes_before_implicit_tls(hold, version):
    header = proxy(version, exim.GREYLISTED)
    balancer = {"source_address": exim.BALANCER, "proxy": header}
    record = hold("implicit", tls="implicit", **balancer, **TO_ALICE)
    assert record.tls.verified
    # The policy is that for the client in the header, not that for the load balancer.
    assert outcome(record) == ("rcpt_to", "transient", 451)


@pytest.mark.feature("PROXY expected, no header")
def test_without_the_header_exim_is_silent_at_first(hold):
    # It waits three seconds for the header, greets, and then refuses whatever it is asked.
    record = hold("smtp", source_address=exim.BALANCER, timeout=1.0)
    assert outcome(record) == ("greeting", "timeout", None)
